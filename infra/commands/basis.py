"""`twin basis`: give a name to what is known, so that a figure can be asked for again (D29)."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer

from infra.commands.as_of import KnownAt, in_words
from infra.commands.folders import bases_of, lake_of
from infra.commands.speak import HomeFolder, Json, say, say_json, say_table
from infra.refusals import NotFound
from twin.lake.basis import Basis
from twin.state.measures import MEASURES

app = typer.Typer(no_args_is_help=True)
Name = Annotated[str, typer.Argument(help='Its name, such as "2017-Q2 return, issue 1".')]


@app.command("name")
def name(
    name: Name,
    known: KnownAt = None,
    figures: Annotated[
        bool, typer.Option("--figures", help="Fold the fleet and publish its figures with it.")
    ] = False,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Name what is known now (or was at a moment); a name is given once."""
    from infra.commands.basis_figures import with_figures
    from infra.commands.known import basis_at, keep_list

    lake = lake_of(home)
    basis = basis_at(home, lake, known)
    if figures:
        basis = with_figures(home, basis, lake)
    keep_list(home, basis)
    named = bases_of(home).name(basis, name, now=datetime.now(UTC))
    say_json({"id": named.id, **_plain(named)}) if as_json else _say(named)


@app.command("list")
def listing(home: HomeFolder = None, as_json: Json = False) -> None:
    """List the named bases in the order in which they were named."""
    found = bases_of(home).all()
    if as_json:
        say_json([{"id": basis.id, **_plain(basis)} for basis in found])
        return
    for basis in found:
        say(in_words(basis))
    say(f"{len(found)} named")


@app.command("show")
def show(name: Name, home: HomeFolder = None, as_json: Json = False) -> None:
    """Show a named basis: its positions, the code and the reference data that it was made with."""
    basis = bases_of(home).find(name)
    if basis is None:
        raise NotFound(f"no basis is named {name!r}; `twin basis list` names them")
    if as_json:
        say_json({"id": basis.id, **_plain(basis)})
        return
    _say(basis)
    say(f"code {basis.code_version}, products list {basis.reference}")
    say_table(
        [(f"{s.topic}, epoch {s.epoch}, partition {s.partition}", s.offset) for s in basis.stands]
    )


def _say(basis: Basis) -> None:
    say(in_words(basis))
    if basis.figures_at is not None:
        say(f"figures as at {basis.figures_at:%d %B %Y %H:%M} UTC · simulated data")
        say_table(
            [(MEASURES[n].words if n in MEASURES else n, basis.figures[n]) for n in basis.figures]
        )


def _plain(basis: Basis) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(basis)
    return found
