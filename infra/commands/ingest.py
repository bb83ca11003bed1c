"""`twin ingest`: real inputs into a TWIN_HOME."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from infra.commands import ingest_messages
from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.commands.towards import home_folder
from infra.refusals import NotFound
from infra.run.equipment import catalogue_file
from infra.run.history import Home, HomeRefused
from infra.run.taking_in import Read
from twin.ingest.catalogue import write_catalogue
from twin.ingest.cpl import read_cpl
from twin.ingest.door import duis_in, gbcs_in, messages_in

app = typer.Typer(help="Bring real inputs in.", no_args_is_help=True)


@app.callback()
def ingest() -> None:
    """Bring real inputs in."""


@app.command("cpl")
def cpl(
    file: Annotated[Path, typer.Argument(help="A Central Products List as CSV.")],
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Load a Central Products List as the firmware catalogue of a new history."""
    folder = Home(home_folder(home))
    if folder.history() is not None:
        raise HomeRefused(
            f"{folder.path} holds a history already, which keeps its catalogue: ingest into "
            "another TWIN_HOME, or start afresh with `make clean`"
        )
    if not file.is_file():
        raise NotFound(f"{file} is no file")
    reading = read_cpl(file)
    counts = {
        "rows": len(reading.entries),
        "current": sum(e.status == "Current" for e in reading.entries),
        "removed": sum(e.status == "Removed" for e in reading.entries),
        "faults": len(reading.faults),
    }
    for fault in reading.faults:
        print(f"{file.name} line {fault.line}, {fault.column}: {fault.why}", file=sys.stderr)
    if reading.faults:
        print(f"twin: {len(reading.faults)} bad rows, so nothing was loaded", file=sys.stderr)
        sys.exit(1)
    folder.prepare()
    write_catalogue(catalogue_file(folder), reading.entries)
    if as_json:
        say_json(counts)
    else:
        say(f"{counts['rows']} rows: {counts['current']} Current, {counts['removed']} Removed")


Paths = Annotated[
    list[Path], typer.Argument(help="Files, folders, zip or tar archives; - for standard input.")
]
Broker = Annotated[str, typer.Option(help="local, or HOST:PORT of a Kafka.")]
Received = Annotated[
    datetime | None,
    typer.Option("--received-at", help="When the messages came (UTC); now unless given."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and count; send nothing.")]


def _reads(name: str, read: Read, told: str) -> None:
    """A command that takes in messages of one kind; they differ in how a file is read."""

    @app.command(name, help=told)
    def taking(
        paths: Paths,
        home: HomeFolder = None,
        broker: Broker = "local",
        received_at: Received = None,
        dry_run: DryRun = False,
        as_json: Json = False,
    ) -> None:
        ingest_messages.ingest(
            paths,
            read,
            home=home,
            broker=broker,
            received_at=None if received_at is None else received_at.replace(tzinfo=UTC),
            dry_run=dry_run,
            as_json=as_json,
        )


_reads("messages", messages_in, "Bring GBCS, DUIS and MMC of a mixed folder in, each by its look.")
_reads(
    "gbcs", gbcs_in, "Bring GBCS, in octets or hexadecimal text, to the premises of its devices."
)
_reads(
    "duis", duis_in, "Bring DUIS and MMC, and the GBCS inside, to the premises of their devices."
)
