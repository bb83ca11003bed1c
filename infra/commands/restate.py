"""`twin restate`: why a published figure is another one today, down to the facts responsible."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Annotated, Any, Final

import typer
from msgspec import Struct

from infra.commands.as_of import ValidAt, as_data, in_words, utc
from infra.commands.folders import lake_of
from infra.commands.known import basis_at, list_of
from infra.commands.speak import HomeFolder, Json, say, say_json, say_table
from infra.refusals import NotFound
from streams.topics import PREMISES_EVENTS
from twin.events.registry import short_name
from twin.lake import read
from twin.lake.basis import Basis
from twin.lake.epochs import files_upto
from twin.lake.slices import Slice
from twin.lake.table import Lake
from twin.state.entry import Record
from twin.state.measures import BY_LIST, MEASURES, Measure, by_list
from twin.state.restatement import Courses, Relisted, Responsible, Restated, Why

SHOWN: Final = 20
"""Facts that are printed for people; JSON has them all."""
NO_REFERENCE: Final = (
    f"only {BY_LIST} reads it; for this measure what a version can do stands in the facts"
)


class Parts(Struct, frozen=True, kw_only=True):
    """A difference in parts that sum to it.

    `code` None: the first basis was named without figures of that date (`--figures`), so nobody
    can say what an earlier version of the code made of the same records.
    """

    published: int | None
    before: int
    after: int
    late_arrivals: int
    corrections: int
    held_back: int
    withdrawals: int
    reference_data: int
    code: int | None


First = Annotated[str, typer.Argument(help="A basis by name, or a moment: the first issue.")]
Second = Annotated[
    str | None, typer.Argument(help="The second issue; all that is known otherwise.")
]
Which = Annotated[
    str, typer.Option("--measure", help=f"One of: {', '.join((*MEASURES, BY_LIST))}.")
]


def restate(
    basis_a: First,
    basis_b: Second = None,
    measure: Which = "capable",
    valid: ValidAt = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Split the change of a figure between two bases into its reasons, fact by fact.

    Both figures are of the same date: `--valid`, or that of the newest fact the first basis knows.
    """
    if measure not in (*MEASURES, BY_LIST):
        names = ", ".join((*MEASURES, BY_LIST))
        raise NotFound(f"there is no measure {measure!r}; they are: {names}")
    lake = lake_of(home)
    first, second = basis_at(home, lake, basis_a), basis_at(home, lake, basis_b)
    if not _is_part(first, second, lake):
        raise NotFound(
            "the second basis must hold every record of the first that was not set aside with a "
            "lost log: give the earlier one first"
        )
    courses = Courses(
        _records(lake, first, second),
        is_known=_knows(first),
        is_kept=_knows(second),
        valid=utc(valid),
    )
    which, then = _measures(home, measure, first, second)
    found = courses.restate(which)
    relisted = courses.relisted(which, then)
    parts = _parts(found, relisted, first, which, courses.valid)
    if as_json:
        say_json(_data(which, first, second, courses.valid, parts, found, relisted))
    else:
        _say(which, first, second, courses.valid, parts, found, relisted)


def _measures(
    home: str | None, measure: str, first: Basis, second: Basis
) -> tuple[Measure, Measure]:
    """The measure by the reference data of either basis; most read none."""
    if measure != BY_LIST:
        return MEASURES[measure], MEASURES[measure]
    one, other = list_of(home, first), list_of(home, second)
    return by_list(one.capable_version), by_list(other.capable_version)


def _knows(basis: Basis) -> Callable[[Record], bool]:
    positions = basis.positions

    def is_known(record: Record) -> bool:
        of = Slice(PREMISES_EVENTS, record.epoch, record.partition)
        return record.offset < positions.get(of, 0)

    return is_known


def _is_part(first: Basis, second: Basis, lake: Lake) -> bool:
    """Whether the second holds the first, but for what the lake itself has set aside since."""
    held, left = second.positions, lake.positions()
    return all(
        offset <= held.get(of, 0) or held.get(of, 0) == left.get(of, 0)
        for of, offset in first.positions.items()
    )


def _records(lake: Lake, first: Basis, second: Basis) -> Iterator[Record]:
    """The records of either basis, in order of the log."""
    ends, held = first.positions, second.positions
    both = {of: max(ends.get(of, 0), held.get(of, 0)) for of in {*ends, *held}}
    return read.records(files_upto(lake, both), upto=both)


def _parts(
    found: Restated,
    relisted: Sequence[Relisted],
    first: Basis,
    which: Measure,
    valid: datetime | None,
) -> Parts:
    published = first.figures.get(which.name) if first.figures_at == valid else None
    reference = sum(one.change for one in relisted)
    return Parts(
        published=published,
        before=found.before,
        after=found.after + reference,
        late_arrivals=found.change(Why.LATE),
        corrections=found.change(Why.CORRECTION),
        held_back=found.change(Why.HELD_BACK),
        withdrawals=found.change(Why.WITHDRAWN),
        reference_data=reference,
        code=None if published is None else found.before - published,
    )


def _say(
    which: Measure,
    first: Basis,
    second: Basis,
    valid: datetime | None,
    parts: Parts,
    found: Restated,
    relisted: Sequence[Relisted],
) -> None:
    when = "an empty log" if valid is None else f"{valid:%d %B %Y %H:%M} UTC"
    say(f"{which.words}, as at {when} · simulated data")
    say(f"first   {in_words(first)}")
    say(f"second  {in_words(second)}")
    if parts.published is not None:
        say_table([("published with the first", parts.published)])
    say_table(
        [
            ("by the first, with the code of today", parts.before),
            ("by the second", parts.after),
            ("difference", parts.after - parts.before),
            ("  late arrivals", parts.late_arrivals),
            ("  corrections", parts.corrections),
            ("  held back before, let through since", parts.held_back),
            ("  withdrawals", parts.withdrawals),
            ("  reference data", parts.reference_data),
            ("code", _code_in_words(parts.code)),
        ]
    )
    if which.name != BY_LIST:
        say(f"reference data: {NO_REFERENCE}")
    for other in relisted[:SHOWN]:
        say(f"  {other.change:+d}  {other.premises_id}  by the list {second.reference}")
    say(f"facts responsible: {len(found.responsible):,}")
    for one in found.responsible[:SHOWN]:
        say(f"  {one.change:+d}  {one.event.key}  {_fact(one)}  {one.why}")
    if len(found.responsible) > SHOWN:
        say(f"  and {len(found.responsible) - SHOWN:,} more; `--json` has them all")
    say(
        f"{found.changed_nothing:,} more facts came in between and change nothing, "
        f"{found.later_facts:,} happened after the date"
    )


def _code_in_words(code: int | None) -> str:
    if code is None:
        return "not known: the first was named without figures of this date"
    return f"{code:+d}" if code else "0"


def _fact(one: Responsible) -> str:
    return f"{short_name(one.event.fact.TYPE)} of {one.event.occurred_at:%Y-%m-%d %H:%M}"


def _data(
    which: Measure,
    first: Basis,
    second: Basis,
    valid: datetime | None,
    parts: Parts,
    found: Restated,
    relisted: Sequence[Relisted],
) -> dict[str, Any]:
    return {
        "measure": which.name,
        "valid": valid,
        "first": as_data(first),
        "second": as_data(second),
        "parts": parts,
        "why_no_reference_data": None if which.name == BY_LIST else NO_REFERENCE,
        "relisted": relisted,
        "responsible": [
            {
                "premises_id": one.event.key,
                "event_id": one.event.id,
                "event": short_name(one.event.fact.TYPE),
                "occurred_at": one.event.occurred_at,
                "recorded_at": one.event.recorded_at,
                "why": one.why,
                "change": one.change,
            }
            for one in found.responsible
        ],
        "changed_nothing": found.changed_nothing,
        "later_facts": found.later_facts,
    }
