"""Milestones: planned, as expected on each date, as they happened; obligations month by month."""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec
import polars as pl
from msgspec import Struct

from twin.events.envelope import LATEST, Event
from twin.events.oversight import MilestoneDeclared, MilestoneReached, MilestoneSlipped
from twin.evidence.document import Document, Part, Section, Table, as_rows, in_words
from twin.evidence.pictures import bars
from twin.evidence.refusals import NothingThere
from twin.evidence.review.ground import Ground, rows_of, span_of
from twin.evidence.review.tables_of_consumers import CAPABLE_BY, OBLIGED
from twin.evidence.telling import share_told, told
from twin.lake.basis import Basis
from twin.rules.programme import milestone_standing
from twin.vocabulary import Milestone

NAME: Final = "milestones"


class Reality(Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a date outside the twin, with its source; `on` may be empty."""

    happened: str
    on: str
    source: str
    status: str


class Course(Struct, frozen=True, kw_only=True):
    """A milestone in the twin: planned, expected by the day on which that was told, reached."""

    milestone: Milestone
    planned: date
    expected: tuple[tuple[date, date | None], ...]
    reached: date | None
    standing: str


@cache
def reality() -> dict[Milestone, Reality]:
    """What became of the source's dates, by milestone."""
    text = files("twin.evidence.answers").joinpath("reality.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[Milestone, Reality])


def courses(events: Iterable[Event], *, on: date) -> tuple[Course, ...]:
    """The course of every milestone that was declared, seen on a day."""
    planned: dict[Milestone, date] = {}
    reached: dict[Milestone, date] = {}
    expected: dict[Milestone, list[tuple[date, date | None]]] = {}
    for event in sorted(events, key=lambda one: (one.occurred_at, one.sequence)):
        told_on = event.occurred_at.astimezone(UTC).date()
        match event.fact:
            case MilestoneDeclared(milestone, day):
                planned.setdefault(milestone, day)
                expected.setdefault(milestone, []).append((told_on, day))
            case MilestoneSlipped(milestone, _, day):
                expected.setdefault(milestone, []).append((told_on, day))
            case MilestoneReached(milestone, _, day):
                reached[milestone] = day
            case _:
                continue
    return tuple(
        Course(
            milestone=milestone,
            planned=planned[milestone],
            expected=tuple(expected[milestone]),
            reached=reached.get(milestone),
            standing=_standing(milestone, planned[milestone], reached.get(milestone), on),
        )
        for milestone in sorted(planned, key=lambda one: planned[one])
    )


def _standing(milestone: Milestone, planned: date, reached: date | None, on: date) -> str:
    """As the rule has it where the source dates it, else against the plan that was declared."""
    ruled = milestone_standing(milestone=milestone, reached=reached, on=on)
    if ruled.value != "undated" and not (reached is not None and reached > planned):
        return ruled.value
    if reached is not None:
        return "late" if reached > planned else "met"
    return "slipped" if on > planned else "open"


def milestones(
    lake_files: Sequence[Path],
    basis: Basis,
    *,
    foot: str,
    forecasts: pl.DataFrame | None = None,
) -> Document:
    """The milestones of a basis; `forecasts` are those of a published set, where there is one.

    Raises:
        NothingThere: the basis knows no fact about premises.
    """
    span = span_of(lake_files, basis.positions)
    if span is None:
        raise NothingThere("the basis holds no fact about premises: no milestone can be seen")
    ground = Ground(lake_files, basis, until=LATEST, known=span)
    try:
        found = courses(ground.overseen(), on=span[1].date())
        monthly = rows_of(ground.review("obligations_monthly"))
    finally:
        ground.close()
    return Document(
        name=NAME,
        title="Milestones and obligations",
        subtitle=f"Seen on {span[1]:%-d %B %Y}, the newest day of the log. The fleet is simulated.",
        foot=foot,
        dated=span[1].isoformat(),
        sections=(
            Section("Milestones", (_table(found), _expectations(found), _reality())),
            Section("Ends of campaigns as forecast", _forecast(forecasts, span[1])),
            Section("Obligations (i) and (ii)", _obligations(monthly)),
        ),
    )


def _table(found: tuple[Course, ...]) -> Table:
    rows = [
        (in_words(one.milestone), one.planned, one.expected[-1][1], one.reached, one.standing)
        for one in found
    ]
    return Table(
        name="milestones",
        title="In the twin: planned, expected, reached",
        columns=("milestone", "planned", "expected last", "reached", "standing"),
        rows=as_rows(rows),
        events=(
            "programme.milestone-declared",
            "programme.milestone-slipped",
            "programme.milestone-reached",
        ),
        sources=("§11", "§27", "§31", "page 6", "BR42"),
    )


def _expectations(found: tuple[Course, ...]) -> Table:
    rows = [
        (in_words(one.milestone), told_on, day or "not known any more")
        for one in found
        for told_on, day in one.expected
    ]
    return Table(
        name="expectations",
        title="As expected on each date on which something was told",
        columns=("milestone", "told on", "expected on"),
        rows=as_rows(rows),
        events=("programme.milestone-declared", "programme.milestone-slipped"),
        sources=("§27", "§31"),
    )


def _reality() -> Table:
    rows = [
        (in_words(name), one.on or "no date", one.happened, one.status, one.source)
        for name, one in reality().items()
    ]
    return Table(
        name="outside_the_twin",
        title="What happened outside the twin",
        columns=("milestone", "when", "what happened", "status", "source"),
        rows=as_rows(rows),
        note="Not counted from the log: the twin carries out the plan of 2015.",
    )


def _forecast(forecasts: pl.DataFrame | None, known: datetime) -> tuple[Part, ...]:
    """The first forecast of each month for each campaign, from the published set."""
    if forecasts is None or forecasts.is_empty():
        return ("No set with forecasts is published here: a run makes them.",)
    own = (
        forecasts.filter((pl.col("scope") == "campaign") & (pl.col("day") <= known.date()))
        .with_columns(
            pl.col("day").dt.truncate("1mo").alias("month"),
            # a set may know of an end that came after what is known here
            pl.when(pl.col("actual") <= known.date()).then(pl.col("actual")).alias("actual"),
        )
        .sort("campaign_id", "day")
        .unique(["campaign_id", "month"], keep="first", maintain_order=True)
    )
    columns = ("campaign_id", "day", "p10", "p50", "p90", "planned", "actual")
    return (
        Table(
            name="campaign_ends",
            title="End of each campaign as forecast, first of each month",
            columns=("campaign", "forecast on", "P10", "P50", "P90", "planned", "ended"),
            rows=as_rows(own.select(columns).iter_rows()),
            note="From the set that is published now; each forecast knows only what was known on "
            "its day.",
            sources=("§30", "§31"),
        ),
    )


def _obligations(monthly: list[Mapping[str, Any]]) -> tuple[Part, ...]:
    pairs = (
        ("(ii) hubs", "capable_hubs", "hubs"),
        ("(ii) meters", "capable_meters", "meters"),
        ("(ii) premises", "capable_premises", "premises"),
        ("(i) hubs", "new_capable_hubs", "new_hubs"),
        ("(i) meters", "new_capable_meters", "new_meters"),
        ("(i) premises", "new_capable_premises", "new_premises"),
    )
    rows = [
        (
            f"{row['month_end']:%Y-%m-%d}",
            *(
                text
                for _, part, whole in pairs
                for text in (told(row[part]), share_told(row[part], row[whole]))
            ),
        )
        for row in monthly
    ]
    picture = bars(
        [
            {"of": f"{row['month_end']:%Y-%m}", "by": words, "count": count}
            for row in monthly
            for words, count in (
                ("capable", row["capable_premises"]),
                ("not yet", row["premises"] - row["capable_premises"]),
            )
        ],
        name="capable_by_month",
        alt_text="Premises with hub and meter at the end of each month, by capability",
        of="of",
        by="by",
        count="count",
        order=("capable", "not yet"),
        unit="premises",
    )
    table = Table(
        name="obligations",
        title="Capable of local pairing at the end of each month",
        columns=("month end", *(text for words, _, _ in pairs for text in (words, "share"))),
        rows=as_rows(rows),
        note=OBLIGED,
        events=CAPABLE_BY,
        sources=("§31", "BR04", "BR05"),
    )
    return (picture or "The counts are too small for a picture.", table)
