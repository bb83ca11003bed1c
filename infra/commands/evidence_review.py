"""`twin evidence han-review` and `compare-reviews`: the HAN arrangements over a quarter."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from infra.commands.as_of import KnownAt
from infra.commands.folders import lake_of
from infra.commands.known import basis_at, files_of
from infra.commands.speak import HomeFolder, Json, say, say_json, say_table
from infra.refusals import NotFound
from streams.ledger import CODE_VERSION
from twin.evidence.document import Table
from twin.evidence.printing.pack import make_room, write_pack
from twin.evidence.review.compare import compared, in_words, table
from twin.evidence.review.ground import Span, span_of
from twin.evidence.review.period import NoPeriod, Period, period_of
from twin.evidence.review.record import Record, as_bytes, read_record
from twin.evidence.review.review import Reviewed, review
from twin.lake.basis import Basis
from twin.lake.table import Lake

Folder = Annotated[Path, typer.Option("--out", help="Folder that the pack is written to.")]
PeriodText = Annotated[str, typer.Option("--period", help="Quarter, such as 2017-Q4.")]
Before = Annotated[
    Path | None, typer.Option("--against", help="Folder of an earlier review to compare with.")
]


def han_review(
    period: PeriodText,
    out: Folder,
    known: KnownAt = None,
    against: Before = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Review the HAN arrangements over a quarter: HTML, PDF and CSV, findings and all."""
    quarter = _quarter(period)
    earlier = None if against is None else read_record(against)
    lake = lake_of(home)
    basis = basis_at(home, lake, known)
    span = _span_touched(quarter, lake, basis)
    make_room(out)

    def beside(record: Record) -> list[Table]:
        if earlier is None:
            return []
        return _beside(earlier, record, lambda: _again(lake, basis, earlier))

    found = review(
        files_of(lake, basis),
        basis,
        quarter,
        code_version=CODE_VERSION,
        known=span,
        beside=beside,
    )
    written = write_pack(found.document, out, data=as_bytes(found.record))
    if as_json:
        say_json({"record": found.record, "findings": found.findings, "files": written})
    else:
        _say(found, written)


def compare_reviews(
    first: Annotated[Path, typer.Argument(help="Folder of the earlier review.")],
    second: Annotated[Path, typer.Argument(help="Folder of the later review.")],
    as_json: Json = False,
) -> None:
    """Compare two reviews: what got better or worse, and what was restated."""
    before, after = read_record(first), read_record(second)
    found = compared(before, after)
    if as_json:
        say_json(found)
        return
    say(f"{before.period}, basis {before.basis} · {after.period}, basis {after.basis}")
    say_table(
        [
            (one.name, f"{in_words(one.before)} · {in_words(one.after)} · {one.change}")
            for one in found
        ]
    )
    if before.period != after.period:
        say("Restatements need one period: `twin evidence han-review --against` counts it again.")


def _quarter(text: str) -> Period:
    try:
        return period_of(text)
    except NoPeriod as error:
        raise typer.BadParameter(str(error), param_hint="--period") from error


def _span_touched(period: Period, lake: Lake, basis: Basis) -> Span:
    """The span of the basis, which the period must touch."""
    span = span_of(files_of(lake, basis), basis.positions)
    if span is None:
        raise NotFound("the basis holds no fact about premises: there is nothing to review")
    first, last = span
    if last < period.first_moment or first >= period.end_moment:
        raise NotFound(
            f"{period.name} lies outside the log of this basis, which goes from "
            f"{first:%-d %B %Y} to {last:%-d %B %Y}"
        )
    return span


def _beside(earlier: Record, now: Record, again: Callable[[], Record]) -> list[Table]:
    """What changed from the earlier review; and of another period, what is known of it by now."""
    found = [table(earlier, now, name="changes", title="From the review before to this one")]
    if earlier.period != now.period:
        found.append(
            table(earlier, again(), name="restated", title="The review before, as known by now")
        )
    return found


def _again(lake: Lake, basis: Basis, earlier: Record) -> Record:
    period = _quarter(earlier.period)
    return review(files_of(lake, basis), basis, period, code_version=CODE_VERSION).record


def _say(found: Reviewed, written: list[Path]) -> None:
    asking = [one for one in found.findings if one.asks_for_change]
    say(f"{found.document.title} · simulated data")
    say(found.document.foot)
    for one in asking:
        say(f"  {one.name}: {one.says}")
        say(f"    {one.proposal} ({one.objective}; to {', '.join(one.addressees)})")
    say(f"{len(asking)} of {len(found.findings)} findings ask for a change")
    say(f"{len(written)} files in {written[0].parent}")
