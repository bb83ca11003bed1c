"""`twin basis`: give a name to what is known, so that a figure can be asked for again (D29)."""

from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer

from infra.commands.known import KnownAt, bases_of, basis_at, files_of, in_words, keep_list, list_of
from infra.commands.lake import lake_of
from infra.commands.speak import HomeFolder, Json, say, say_json, say_table
from infra.refusals import NotFound
from twin.ingest.catalogue import Catalogue
from twin.lake import read
from twin.lake.basis import Basis
from twin.lake.table import Lake
from twin.state.measures import MEASURES, by_list
from twin.state.restatement import Courses

app = typer.Typer(help="Named bases: what an answer stands on.", no_args_is_help=True)
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
    lake = lake_of(home)
    basis = basis_at(home, lake, known)
    if figures:
        basis = _with_figures(basis, lake, list_of(home, basis))
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


def _with_figures(basis: Basis, lake: Lake, products: Catalogue) -> Basis:
    """The basis with every measure, as at the newest fact that it knows."""
    courses = Courses(
        read.records(files_of(lake, basis), upto=basis.positions), is_known=lambda _: True
    )
    measures = (*MEASURES.values(), by_list(products.capable_version))
    figures = {one.name: courses.restate(one).before for one in measures}
    return msgspec.structs.replace(basis, figures=figures, figures_at=courses.valid)


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
