"""`twin checkpoint`: states of the fleet at ends of months, to look back from (D30)."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from infra.commands.as_of import KnownAt
from infra.commands.folders import home_of, lake_of
from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.refusals import DoesNotHold, NotFound
from infra.run.made_with import checkpoints_of, made_with
from twin.lookback.checkpoint import Checkpoint

app = typer.Typer(no_args_is_help=True)


@app.command("make")
def make(known: KnownAt = None, home: HomeFolder = None, as_json: Json = False) -> None:
    """Make those of all ends of months that have none yet, or the one of a basis."""
    from infra.commands.known import basis_at
    from infra.run.looking_back import LookingBack

    lake = lake_of(home)
    looking = LookingBack(home_of(home))
    discarded = looking.checkpoints.discard(but=looking.fingerprint)
    wanted = looking.due(lake) if known is None else [basis_at(home, lake, known)]
    made = looking.make(lake, wanted, now=datetime.now(UTC))
    for one in () if as_json else made:
        say(_line(one))
    if as_json:
        say_json({"made": [_plain(one) for one in made], "discarded": discarded})
        return
    say(f"{len(made)} made" + (f", {discarded} stale discarded" if discarded else ""))


@app.command("list")
def listing(home: HomeFolder = None, as_json: Json = False) -> None:
    """List the checkpoints, and how many were discarded because code or products list changed."""
    path = home_of(home)
    checkpoints = checkpoints_of(path)
    found, discarded, ours = checkpoints.all(), checkpoints.discarded, made_with(path)
    stale = [one for one in found if one.fingerprint != ours]
    if as_json:
        told = [{**_plain(one), "stale": one in stale} for one in found]
        say_json({"checkpoints": told, "discarded": discarded})
        return
    for one in found:
        say(_line(one) + (", STALE: not used" if one in stale else ""))
    say(f"{len(found)} there, {len(stale)} of them stale; {discarded} discarded so far")


@app.command("verify")
def verify(
    checkpoint: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Only this one, by its id.")
    ] = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Fold the lake from the first record and compare; exit status 3 if a checkpoint differs."""
    from infra.run.looking_back import LookingBack

    lake = lake_of(home)
    looking = LookingBack(home_of(home))
    usable = [one for one in looking.checkpoints.all() if one.fingerprint == looking.fingerprint]
    wanted = [one for one in usable if checkpoint in (None, one.id)]
    if checkpoint is not None and not wanted:
        raise NotFound(f"there is no checkpoint {checkpoint!r} that this code would use")
    faults = {one.id: looking.fault(lake, one) for one in wanted}
    if as_json:
        say_json({"checkpoints": faults})
    else:
        for one in wanted:
            say(f"{_line(one)}: {faults[one.id] or 'equal'}")
        say(f"{len(wanted)} folded anew")
    broken = [name for name, fault in faults.items() if fault is not None]
    if broken:
        raise DoesNotHold(f"not what the lake folds to: {', '.join(broken)}")


def _line(of: Checkpoint) -> str:
    days = f"{of.days} day{'' if of.days == 1 else 's'}"
    return f"{of.id}: {of.premises:,} premises, {of.records:,} records, {days}, {of.resolved}"


def _plain(of: Checkpoint) -> dict[str, Any]:
    return {
        "id": of.id,
        "resolved": of.resolved,
        "records": of.records,
        "premises": of.premises,
        "days": of.days,
        "newest": of.newest,
        "made_at": of.made_at,
        "digest": of.digest,
    }
