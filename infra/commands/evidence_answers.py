"""`twin evidence questions` and `milestones`: figures for the ten questions, dates and duties."""

from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from polars.exceptions import PolarsError

from infra.commands.as_of import KnownAt
from infra.commands.folders import home_of, lake_of
from infra.commands.known import basis_at, files_of
from infra.commands.speak import HomeFolder, Json, say, say_json
from streams.ledger import CODE_VERSION
from twin.evidence.answers.milestones import milestones as milestones_of
from twin.evidence.answers.questions import answer
from twin.evidence.answers.what_if import what_if_in
from twin.evidence.document import Document
from twin.evidence.printing.pack import make_room, write_pack
from twin.evidence.stands_on import foot_of
from twin.marts.publish import current_set

Out = Annotated[Path, typer.Option("--out", help="Folder that the pack is written to.")]
Whatif = Annotated[
    Path | None,
    typer.Option(help="Folder of what-if answers; TWIN_HOME's and build/whatif."),
]


def questions(
    out: Out,
    known: KnownAt = None,
    whatif: Whatif = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Give the figures for questions Q1 to Q10, and what the twin has for every duty."""
    lake = lake_of(home)
    basis = basis_at(home, lake, known)
    make_room(out)
    folders = (home_of(home) / "whatif", Path("build") / "whatif") if whatif is None else (whatif,)
    found = what_if_in(folders)
    document = answer(
        files_of(lake, basis), basis, foot=foot_of(basis, CODE_VERSION), what_if=found
    )
    also = f"{len(found.runs)} what-if runs and {len(found.ready)} ready answers were found"
    _write(document, out, as_json, also)


def milestones(
    out: Out, known: KnownAt = None, home: HomeFolder = None, as_json: Json = False
) -> None:
    """Show each milestone as planned, expected and reached, and the two obligations by month."""
    lake = lake_of(home)
    basis = basis_at(home, lake, known)
    make_room(out)
    document = milestones_of(
        files_of(lake, basis),
        basis,
        foot=foot_of(basis, CODE_VERSION),
        forecasts=_forecasts(home_of(home)),
    )
    _write(document, out, as_json, "")


def _forecasts(home: Path) -> pl.DataFrame | None:
    """Those of the set that is published now; None where there is none to be read."""
    folder = current_set(home)
    if folder is None:
        return None
    try:
        return pl.read_parquet(folder / "campaign_forecasts.parquet")
    except (OSError, PolarsError):
        return None


def _write(document: Document, out: Path, as_json: bool, also: str) -> None:
    written = write_pack(document, out)
    if as_json:
        say_json({"title": document.title, "stands_on": document.foot, "files": written})
        return
    say(f"{document.title} · {document.subtitle}")
    say(document.foot)
    for section in document.sections:
        say(f"  {section.title}")
    if also:
        say(also)
    say(f"{len(written)} files in {out}")
