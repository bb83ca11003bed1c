"""What the twin holds for each question asked and each duty laid down, of one published set."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from dashboards.bases import basis
from dashboards.headlines.provenance import provenance_line
from dashboards.orders import Kind, Order
from dashboards.queries import PublishedSet
from twin.evidence.answers.questions import answer, questions
from twin.evidence.answers.what_if import what_if_in
from twin.evidence.document import Document, Section, Table
from twin.whatif.shelf import FOLDER

PAGES: Final = {
    "Q1": "/han",
    "Q2": "/han-review",
    "Q3": "/pairing",
    "Q4": "/pairing",
    "Q5": "/",
    "Q6": "/campaigns",
    "Q7": "/waves",
    "Q8": "/what-if",
    "Q9": "/pin",
    "Q10": "/process",
}
"""The page on which the figures of a question are seen."""
ROWS: Final = pl.Schema(
    dict.fromkeys(("kind", "of", "asks", "figures", "sure", "cannot", "page"), pl.String)
)
SURE: Final = "How sure: "
CANNOT: Final = "What it cannot say: "
NONE_HELD: Final = "no evidence held"


def answered(published: PublishedSet, home: Path) -> Document:
    """The same document as `twin evidence questions` gives, on the records of a set.

    Raises:
        NothingThere: the set knows no fact about premises.
        duckdb.Error: a lake file is missing or broken.
    """
    return answer(
        published.lake_files(home),
        basis(published),
        foot=provenance_line(published.meta),
        what_if=what_if_in((home / FOLDER, Path("build") / FOLDER)),
    )


def _made(published: PublishedSet, home: Path, _: Order[Document]) -> Document:
    return answered(published, home)


ANSWERS: Final = Kind("answers", Document, _made)
"""The answers, as they are ordered."""


def rows(document: Document) -> pl.DataFrame:
    """A row a question and a row a duty (`ROWS`); one without figures says so."""
    *questions, duties = document.sections
    found = [*map(_question, questions), *_duties(duties)]
    return pl.DataFrame(found, schema=ROWS, orient="row")


def asked() -> pl.DataFrame:
    """A row a question, as far as it can be told without any answer."""
    return pl.DataFrame(
        [(f"Q{one.number}", one.asks, one.sure, one.cannot) for one in questions()],
        schema=["of", "asks", "sure", "cannot"],
        orient="row",
    ).with_columns(pl.col("of").replace_strict(PAGES).alias("page"))


def figures(document: Document, question: str) -> Table | None:
    """The table of a question's figures."""
    for section in document.sections:
        if section.title == question:
            return next((part for part in section.parts if isinstance(part, Table)), None)
    return None


def _question(section: Section) -> tuple[str, ...]:
    texts = [part for part in section.parts if isinstance(part, str)]
    table = next((part for part in section.parts if isinstance(part, Table)), None)
    held = () if table is None else table.rows
    told = "; ".join(f"{row[0]}: {row[1]}" for row in held) or NONE_HELD
    return (
        "question",
        section.title,
        texts[0],
        told,
        _after(texts, SURE),
        _after(texts, CANNOT),
        PAGES[section.title],
    )


def _after(texts: list[str], mark: str) -> str:
    return next((text.removeprefix(mark) for text in texts if text.startswith(mark)), "")


def _duties(section: Section) -> Iterator[tuple[str, ...]]:
    for part in section.parts:
        if isinstance(part, Table):
            for place, asks, by, reason in part.rows:
                yield ("duty", place, asks, by if not reason or by else NONE_HELD, "", reason, "")
