"""Tables of a report about campaigns."""

from collections.abc import Sequence
from datetime import date

from twin.whatif.intervals import interval, paired
from twin.whatif.measures import MEASURES
from twin.whatif.outcome import Outcome
from twin.whatif.report.answer import Table
from twin.whatif.report.files import CampaignQuestion
from twin.whatif.report.sentences import leads, shown, span
from twin.whatif.report.variants import Found, end_at


def by_measure(asked: CampaignQuestion, found: Sequence[Found]) -> Table:
    """Every variant by every measure, with what it is beside the first."""
    rows = []
    for measure in (asked.measure, *asked.also):
        for one in found:
            here, first = one.values(measure), found[0].values(measure)
            seeds = interval(here)
            rows.append(
                (
                    one.name,
                    MEASURES[measure][0],
                    shown(seeds.mean),
                    span(seeds.low, seeds.high),
                    "–" if one is found[0] else leads(paired(first, here)),
                )
            )
    return Table(
        caption="Every variant by every measure, for the whole fleet",
        columns=("variant", "measure", "mean", "95% over seeds", f"less {found[0].name}, paired"),
        rows=tuple(rows),
    )


def dates(asked: CampaignQuestion, found: Sequence[Found]) -> Table:
    """When variants end, and the chance of each day that is asked."""
    rows = []
    for one in found:
        ends = ", ".join(
            str(date_of) for date_of in sorted({_end(o) for o in one.outcomes}, key=str)
        )
        chances = [
            "–" if one.doubt is None else f"{one.doubt.chance_by(day):.0%}" for day in asked.by
        ]
        median = "–" if one.doubt is None else end_at(one.doubt, 0.5)
        rows.append((one.name, ends, median, *chances))
    return Table(
        caption="When the last campaign is over: by seed, and in the draws",
        columns=("variant", "by seed", "P50 of draws", *(f"chance by {day}" for day in asked.by)),
        rows=tuple(rows),
    )


def tornado(found: Sequence[Found]) -> tuple[Table, ...]:
    """What matters most to the first variant; none where nothing was drawn."""
    one = found[0]
    if one.doubt is None:
        return ()
    drawn = one.doubt
    rows = tuple(
        (
            swing.name,
            span(*swing.values) if max(swing.values) >= 1 else
            f"{swing.values[0]:.3g} to {swing.values[1]:.3g}",
            f"{drawn.day(swing.ends[0]) or 'after the horizon'} to "
            f"{drawn.day(swing.ends[1]) or 'after the horizon'}",
            f"{swing.capable[1] - swing.capable[0]:+,.0f}",
        )
        for swing in drawn.tornado
    )  # fmt: skip
    return (
        Table(
            caption=f"What matters most to {one.name}, one number at a time from P10 to P90",
            columns=(
                "number of behaviour",
                "from P10 to P90",
                "end",
                "premises capable at the end",
            ),
            rows=rows,
        ),
    )


def _end(outcome: Outcome) -> date | str:
    return outcome.header.end or "not within the horizon"
