"""`twin table`: another version of the workers' table beside the one in use (D26, 0051)."""

from datetime import UTC, datetime

import typer

from infra.commands.folders import home_of
from infra.commands.rebuild import told_difference
from infra.commands.speak import HomeFolder, Json, say, say_json, say_table
from infra.refusals import DoesNotHold
from infra.run import table_beside, table_comparing, table_switching
from infra.run.supervisor import Supervisor
from streams import lines
from streams.lines import Line

app = typer.Typer(no_args_is_help=True)
_NEXT_START = "at the next start of the run (`twin run`)"


@app.command("show")
def show(home: HomeFolder = None, as_json: Json = False) -> None:
    """Show which table is in use, which it took the place of, and which takes over next."""
    said = lines.lines(home_of(home))
    if as_json:
        say_json({"fold": lines.fold(), **{n: getattr(said, n) for n in said.__struct_fields__}})
        return
    named = [("in use", said.current), ("before", said.before), ("at the next start", said.next)]
    say_table([("this code", f"fold {lines.fold()}")])
    say_table([(name, _told(line)) for name, line in named if line is not None])


@app.command("build-beside")
def build_beside(home: HomeFolder = None, as_json: Json = False) -> None:
    """Fold the lake by this code where no worker looks, or go on with what stands there."""
    found = table_beside.build(home_of(home), fold=lines.fold(), now=datetime.now(UTC))
    records = sum(end for _, end in found.ends.values())
    if as_json:
        say_json(found)
        return
    say(f"the table of fold {found.fold} stands beside, up to {records:,} places of the log")


@app.command("compare")
def compare(home: HomeFolder = None, as_json: Json = False) -> None:
    """Compare what stands beside with the live table; exit status 3 if a premises differs.

    Both are taken at one basis, which is printed. A run may be at work.
    """
    path = home_of(home)
    is_live = Supervisor(path, ()).runs()
    found = table_comparing.compare(path, fold=lines.fold(), now=datetime.now(UTC), is_live=is_live)
    if as_json:
        say_json(found)
    else:
        for one in found.differences:
            say(f"  {told_difference(one)}")
        say(f"{found.differing:,} of {found.premises:,} premises differ at basis {found.basis}")
    if found.differing:
        raise DoesNotHold(f"{found.differing:,} premises have another state in the live table")


@app.command("switch")
def switch(home: HomeFolder = None) -> None:
    """Let the table beside, once compared, take over at the next start; the old one is kept."""
    line = table_switching.switch(home_of(home), fold=lines.fold())
    say(f"{_told(line)} takes over {_NEXT_START}")


@app.command("back")
def back(home: HomeFolder = None) -> None:
    """Let the table before take over at the next start, or call off a switch that is due."""
    line = table_switching.back(home_of(home))
    say(f"{_told(line)} is in use from then on: {_NEXT_START}")


def _told(line: Line) -> str:
    of = f", fold {line.fold}" if line.fold else ""
    return f"table {line.table}{of}" + (f", since basis {line.basis}" if line.basis else "")
