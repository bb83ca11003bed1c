"""`twin ingest`: real inputs into a TWIN_HOME."""

import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from kafka import KafkaProducer

from infra.commands import ingest_messages
from infra.commands.folders import home_folder
from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.commands.towards import settings_of
from infra.pages.inquiries import alone
from infra.refusals import NotFound
from infra.run.equipment import catalogue_file, catalogue_of
from infra.run.history import Home, HomeRefused
from infra.run.taking_in import Read
from streams import withdrawing
from streams.overhearing import moment
from twin.ingest.catalogue import write_catalogue
from twin.ingest.cpl import CplReading, read_cpl
from twin.ingest.door import duis_in, gbcs_in, messages_in

app = typer.Typer(no_args_is_help=True)


@app.callback()
def ingest() -> None:
    """Bring real inputs in."""


@app.command("cpl")
def cpl(
    file: Annotated[Path, typer.Argument(help="A Central Products List as CSV.")],
    home: HomeFolder = None,
    removals: Annotated[
        bool,
        typer.Option("--removals", help="Tell a running twin what a newer list has no more."),
    ] = False,
    broker: Annotated[
        str, typer.Option(help="local, or HOST:PORT of a Kafka (with --removals).")
    ] = "local",
    as_json: Json = False,
) -> None:
    """Load a Central Products List as the firmware catalogue of a new history.

    A history keeps its catalogue. With --removals a newer list is held against it, and versions
    that are Current no more go on the log: campaigns whose target is among them are held (cpl).
    """
    folder = Home(home_folder(home))
    if not removals and folder.history() is not None:
        raise HomeRefused(
            f"{folder.path} holds a history already, which keeps its catalogue: ingest into "
            "another TWIN_HOME, or start afresh with `make clean`; --removals tells a running "
            "twin what a newer list has no more"
        )
    if not file.is_file():
        raise NotFound(f"{file} is no file")
    reading = _sound(file)
    if removals:
        told = _tell(reading, folder, home, broker)
        say_json({"removed": told}) if as_json else say(f"{told} versions told as removed")
        return
    counts = {
        "rows": len(reading.entries),
        "current": sum(e.status == "Current" for e in reading.entries),
        "removed": sum(e.status == "Removed" for e in reading.entries),
        "faults": len(reading.faults),
    }
    folder.prepare()
    write_catalogue(catalogue_file(folder), reading.entries)
    if as_json:
        say_json(counts)
    else:
        say(f"{counts['rows']} rows: {counts['current']} Current, {counts['removed']} Removed")


def _sound(file: Path) -> CplReading:
    """The list in a file; one with bad rows ends the command, each row named."""
    reading = read_cpl(file)
    for fault in reading.faults:
        print(f"{file.name} line {fault.line}, {fault.column}: {fault.why}", file=sys.stderr)
    if reading.faults:
        print(f"twin: {len(reading.faults)} bad rows, so nothing was loaded", file=sys.stderr)
        sys.exit(1)
    return reading


def _tell(reading: CplReading, folder: Home, home: str | None, broker: str) -> int:
    """Put what a newer list has no more on the log of a running twin; how many versions."""
    settings = settings_of(home, broker)
    bootstrap, security = settings.broker, settings.client_security
    gone = withdrawing.missing(catalogue_of(folder).entries, reading.entries)
    with (
        alone(settings.home),
        closing(KafkaProducer(bootstrap_servers=bootstrap, acks="all", **security)) as producer,
    ):
        events = withdrawing.words(
            gone, withdrawing.known(bootstrap, security), now=moment(bootstrap, security)
        )
        return withdrawing.send(producer, events)


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
