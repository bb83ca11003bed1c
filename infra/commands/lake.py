"""`twin lake`: what the archive holds, whether it is whole, and its upkeep."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from msgspec import structs

from infra.commands.folders import folder_of, home_folder, lake_of
from infra.commands.speak import HomeFolder, Json, say, say_json, say_table
from infra.refusals import DoesNotHold
from infra.run.generated_so_far import unfinished
from streams.archive import KEPT_AFTERWARDS
from twin.lake import verify as verification
from twin.lake.figures import lake_info

app = typer.Typer(no_args_is_help=True)


@app.command("info")
def info(home: HomeFolder = None, as_json: Json = False) -> None:
    """Say what the lake holds: versions, files, bytes, and where each slice of the log stands."""
    lake = lake_of(home)
    found, left = lake_info(lake), unfinished(home_folder(home), lake)
    if as_json:
        say_json({**structs.asdict(found), "unfinished": left})
        return
    say(f"version {found.version}, {found.files:,} files, {found.sorted_files:,} of them sorted")
    say(f"{found.rows:,} records in {found.bytes:,} bytes, {found.bytes_per_row:.1f} a record")
    say_table([(f"{one.topic}, epoch {one.epoch}", one.records) for one in found.topics])
    if left:
        say(left)


@app.command("verify")
def verify(home: HomeFolder = None, as_json: Json = False) -> None:
    """Prove that each record stands there once, as it was written; exit status 3 if not."""
    found = verification.verify(folder_of(home))
    if not as_json:
        _say_verified(found)
    left = unfinished(home_folder(home), lake_of(home)) if found.holds else None
    if as_json:
        say_json({**structs.asdict(found), "unfinished": left})
    if not found.holds:
        raise DoesNotHold("the lake is not whole: not every record stands there as it was written")
    if not as_json:
        say("whole: every record stands there once, as it was written")
        if left:
            say(left)


def _say_verified(found: verification.Verified) -> None:
    for fault in found.faults:
        say(f"{fault.kind}: {fault.where}: {fault.what}")
    if any(fault.kind is verification.Kind.ORPHAN_FILE for fault in found.faults):
        say("`twin lake vacuum` deletes orphan files an hour after they were written")
    say(f"looked at {found.commits:,} commits, {found.files:,} files, {found.rows:,} records")
    if found.without_digest:
        say(f"{found.without_digest:,} files of version 0.1.0 tell no digest; compact them")


@app.command("compact")
def compact(home: HomeFolder = None, as_json: Json = False) -> None:
    """Sort the files that came lately by premises, and make one file of each bucket."""
    from twin.lake import compact as compaction  # it sorts, which nothing else here does

    done = compaction.compact(lake_of(home), now=datetime.now(UTC), fan_in=2)
    if as_json:
        say_json(done)
        return
    say(f"{done.gone:,} files became {done.come:,}, with {done.rows:,} records")


@app.command("vacuum")
def vacuum(
    hours: Annotated[
        int, typer.Option(min=1, help="Keep files that were needed within so many hours.")
    ] = KEPT_AFTERWARDS // timedelta(hours=1),
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Delete files that no version of the table needs any more."""
    gone = lake_of(home).vacuum(older_than=timedelta(hours=hours))
    say_json(gone) if as_json else say(f"{len(gone):,} files deleted")
