"""HAN reviews of a quarter, made as `twin evidence han-review` makes them, for the pages."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl
from msgspec import Struct

from dashboards.bases import basis, code_version, records_of
from dashboards.orders import Kind, Order
from dashboards.queries import PublishedSet
from twin.evidence.printing.pack import pack_of, tables_of, zipped
from twin.evidence.refusals import NothingThere
from twin.evidence.review.compare import Compared, compared, in_words
from twin.evidence.review.counts import Counts
from twin.evidence.review.ground import programme_facts, span_of
from twin.evidence.review.period import Period, period_of
from twin.evidence.review.record import Record, ToldFigure, as_bytes
from twin.evidence.review.review import Reviewed, review
from twin.evidence.telling import SUPPRESSED_BELOW
from twin.lake.basis import Basis
from twin.rules.information import Requested, requests_in

CONDITION: Final = "49.4"
"""Beginning of the licence condition that a judgement of every premises stands under."""
SHARES: Final = pl.Schema(
    {"figure": pl.String, "period": pl.String, "share": pl.Float64, "told": pl.String}
)
JUDGED: Final = pl.Schema({"supplier": pl.String, "judgement": pl.String, "premises": pl.Int64})
JUDGEMENTS: Final = {"passed": "met", "failed": "failed", "not_judged": "not judgeable"}
CHANGES: Final = pl.Schema(dict.fromkeys(("figure", "before", "now", "change"), pl.String))


class Span(Struct, frozen=True):
    """Moments of the first and the last fact about premises (UTC)."""

    first: datetime
    last: datetime


def span(lake_files: Sequence[Path], basis: Basis) -> Span:
    """From the first to the last fact about premises of a basis.

    Raises:
        NothingThere: the basis knows no fact about premises.
        duckdb.Error: a lake file is missing or broken.
    """
    found = span_of(lake_files, basis.positions)
    if found is None:
        raise NothingThere(
            "no fact about premises is in these records, so there is nothing to review"
        )
    return Span(*found)


def periods(known: Span) -> list[str]:
    """The quarters of a span, the newest first."""
    return [*reversed(_quarters(known.first, known.last))]


def _quarters(first: datetime, last: datetime) -> list[str]:
    numbers = range(first.year * 4 + (first.month - 1) // 3, last.year * 4 + (last.month + 2) // 3)
    return [f"{number // 4}-Q{number % 4 + 1}" for number in numbers]


def reviewed(lake_files: Sequence[Path], basis: Basis, period: str) -> Reviewed:
    """The review of a quarter.

    Raises:
        NothingThere: the basis knows no fact about premises from before its end.
        duckdb.Error: a lake file is missing or broken.
    """
    return review(lake_files, basis, period_of(period), code_version=code_version())


def _made(published: PublishedSet, home: Path, order: Order[Reviewed]) -> Reviewed:
    return reviewed(*records_of(published, home, order.known), order.period)


def _spanned(published: PublishedSet, home: Path, order: Order[Span]) -> Span:
    return span(*records_of(published, home, order.known))


REVIEW: Final = Kind("review", Reviewed, _made)
"""The review of a quarter, as it is ordered."""
SPAN: Final = Kind("span", Span, _spanned)
"""The span of the log, as it is ordered."""


def requests_of(published: PublishedSet, home: Path) -> dict[str, Requested]:
    """Every request for information that a set knows of, by its id.

    Raises:
        duckdb.Error: a lake file is missing or broken.
    """
    return requests_in(programme_facts(published.lake_files(home), basis(published).positions))


def pack(found: Reviewed) -> dict[str, bytes]:
    """The files of a review's pack, byte for byte those that the command writes."""
    return pack_of(found.document, data=as_bytes(found.record))


def archive(found: Reviewed) -> bytes:
    """Every table of a review and its machine's copy in one archive."""
    return zipped({**tables_of(found.document), "han-review.json": as_bytes(found.record)})


def shares(records: Sequence[Record]) -> pl.DataFrame:
    """The figures that are shares and may be told, by period (`SHARES`)."""
    rows = [
        (one.name, record.period, one.share, in_words(one))
        for record in records
        for one in record.figures
        if one.share is not None
    ]
    return pl.DataFrame(rows, schema=SHARES, orient="row")


def judged(counts: Counts) -> pl.DataFrame:
    """Premises by supplier and judgement of condition 49.4(d) / 43.4(d); small counts left out."""
    rows = [
        (row["supplier"], words, row[name])
        for row in counts.licence
        if row["condition"].startswith(CONDITION)
        for name, words in JUDGEMENTS.items()
        if row[name] >= SUPPRESSED_BELOW
    ]
    return pl.DataFrame(rows, schema=JUDGED, orient="row")


def changes(before: Record, after: Record) -> pl.DataFrame:
    """How each figure went from one review to the other (`CHANGES`)."""
    rows = [
        (one.name, in_words(one.before), in_words(one.after), one.change.value)
        for one in compared(before, after)
    ]
    return pl.DataFrame(rows, schema=CHANGES, orient="row")


def change_of(name: str, before: Record | None, after: Record) -> Compared | None:
    """How one figure went; None without another review."""
    found = () if before is None else compared(before, after)
    return next((one for one in found if one.name == name), None)


def figure_of(record: Record, name: str) -> ToldFigure:
    """A key figure of a review."""
    return next(one for one in record.figures if one.name == name)


def is_whole(period: Period, known_until: datetime) -> bool:
    """Whether a log goes on to the end of a quarter, but for its last day."""
    return (period.end_moment - known_until).days < 1
