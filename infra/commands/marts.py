"""`twin marts`: another version of the marts beside the one that readers open (D26)."""

from datetime import UTC, datetime

import typer

from infra.commands.folders import home_of
from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.refusals import DoesNotHold
from twin.marts import beside
from twin.marts.beside import Compared
from twin.marts.lines import line
from twin.marts.publish import Current

app = typer.Typer(no_args_is_help=True)


@app.command("build-beside")
def build_beside(home: HomeFolder = None, as_json: Json = False) -> None:
    """Build the marts of this code from the lake, where no page looks."""
    from infra.run.building_beside import build  # the builder's libraries take a second to come

    folder, taken = build(home_of(home), now=datetime.now(UTC))
    if as_json:
        say_json({"line": line(), "folder": str(folder), "taken_over": taken})
        return
    say(f"line {line()} stands beside, in {folder}")
    if taken:
        say(f"told by a run and taken over as they are: {', '.join(taken)}")


@app.command("compare")
def compare(home: HomeFolder = None, as_json: Json = False) -> None:
    """Compare the set beside with the current one, mart by mart; exit status 3 if any differs."""
    found = beside.compare(home_of(home), line=line())
    differing = [one for one in found if not one.equal]
    if as_json:
        say_json({"equal": len(found) - len(differing), "differing": differing})
    else:
        for one in differing:
            say(_told(one))
        say(f"{len(found) - len(differing)} of {len(found)} marts are equal")
    if differing:
        raise DoesNotHold(f"{len(differing)} marts differ from those that readers open")


@app.command("switch")
def switch(home: HomeFolder = None) -> None:
    """Let pages open the set beside; those that are being read stay, and so does the old line."""
    _say(beside.switch(home_of(home), line=line()))


@app.command("back")
def back(home: HomeFolder = None) -> None:
    """Let pages open the newest set of the line that they were switched away from."""
    _say(beside.back(home_of(home)))


def _say(to: Current) -> None:
    say(f"pages open set {to.set_id}, line {to.line or 'of an earlier version'}")


def _told(one: Compared) -> str:
    if one.here is None or one.beside is None:
        return f"{one.mart}: only in the {'set beside' if one.here is None else 'current set'}"
    if one.columns:
        return f"{one.mart}: other columns: {', '.join(one.columns)}"
    return f"{one.mart}: {one.here:,} rows only in the current set, {one.beside:,} only beside"
