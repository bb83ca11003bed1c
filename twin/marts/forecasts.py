"""Forecasts of the campaigns' ends for every day, each made once for what was known on it."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, NamedTuple, TypeAlias

import polars as pl
from msgspec import Struct

from twin.events.envelope import Event
from twin.forecast.asking import Lake, Over, Standing, Word, asked, ends_of

FORECASTS: Final = pl.Schema(
    {
        "campaign_id": pl.String,
        "day": pl.Date,
        "scope": pl.String,
        "name": pl.String,
        "p10": pl.Date,
        "p50": pl.Date,
        "p90": pl.Date,
        "planned": pl.Date,
        "chance": pl.Float64,
        "basis": pl.String,
        "condition": pl.String,
        "members": pl.Int64,
        "settled": pl.Int64,
        "censored": pl.Int64,
        "actual": pl.Date,
    }
)
"""A row a campaign, day and group (`scope` campaign, region or supplier, and its `name`).

The days on which the end is believed to come, as known at the first moment of `day`, and the
chance (0 to 1) that it comes by the day that the plan wants it, `planned`. `actual` is the one
column of hindsight: the end, once it is known.
"""
Row: TypeAlias = tuple[object, ...]
Ends: TypeAlias = Mapping[tuple[str, str], date]
"""The end of a campaign and of its groups, by scope and name."""


class Made(Struct, frozen=True):
    """What was said of one campaign on one day: rows of a forecast, and whether it was over.

    `known` counts the facts that were recorded before the day: the same facts, the same word.
    """

    known: int
    rows: tuple[Row, ...]
    over: Over | None


class Refreshed(NamedTuple):
    """Days that were forecast, and those that are left."""

    made: int
    left: int


class ForecastBook:
    """The forecasts made so far; a day is forecast anew only if more is known of it since."""

    def __init__(self) -> None:
        """Begin with none."""
        self._made: dict[tuple[str, date], Made] = {}
        self._ends: dict[str, tuple[int, Ends]] = {}

    def refresh(
        self,
        *,
        events: Mapping[str, Sequence[Event]],
        recorded: Mapping[date, int],
        attempts: Callable[[], pl.DataFrame],
        until: date | None,
        most: int | None = None,
    ) -> Refreshed:
        """Forecast the days up to `until` of which more is known, newest first, at most so many.

        `recorded` counts the facts of executions by the day on which they were recorded;
        `attempts` is asked only if a day is to be forecast.
        """
        told = Counter(event.recorded_at.date() for found in events.values() for event in found)
        days = _days(min(told, default=None), until)
        known = _before(days, told + Counter(recorded))
        stale = [day for day in days if any(self._is_stale(name, day, known) for name in events)]
        chosen = stale[::-1][:most]
        if chosen:
            lake = Lake(events, attempts())
            for day in chosen:
                self._forecast(lake, day, known[day])
            self._note_ends(lake, days[-1])
        return Refreshed(len(chosen), len(stale) - len(chosen))

    def frame(self) -> pl.DataFrame:
        """All forecasts (schema `FORECASTS`) as far as they are made, by campaign and day."""
        rows = [row for place in sorted(self._made) for row in self._rows(*place)]
        return pl.DataFrame(rows, schema=FORECASTS, orient="row")

    def _is_stale(self, name: str, day: date, known: Mapping[date, int]) -> bool:
        made = self._made.get((name, day))
        return made is None or made.known != known[day]

    def _forecast(self, lake: Lake, day: date, known: int) -> None:
        answers: dict[str, Word] = {}
        for name in lake.events:
            word = asked(lake=lake, campaign_id=name, day=day, answers=answers)
            over = word if isinstance(word, Over) else None
            self._made[name, day] = Made(known, tuple(rows_of(word=word, day=day)), over)

    def _note_ends(self, lake: Lake, day: date) -> None:
        """The ends of the campaigns that were over on the newest day, each found once."""
        for name in lake.events:
            made = self._made.get((name, day))
            if made is None or made.over is None:
                self._ends.pop(name, None)
            elif self._ends.get(name, (None,))[0] != made.known:
                self._ends[name] = made.known, ends_of(lake=lake, over=made.over)

    def _rows(self, name: str, day: date) -> Iterator[Row]:
        _, ends = self._ends.get(name, (0, {}))
        for row in self._made[name, day].rows:
            yield (*row, ends.get((str(row[2]), str(row[3]))))


def _days(first: date | None, until: date | None) -> list[date]:
    """The days on which something may be known, from the one after the first fact."""
    if first is None or until is None:
        return []
    return [first + timedelta(days=n) for n in range(1, (until - first).days + 1)]


def _before(days: Sequence[date], recorded: Mapping[date, int]) -> dict[date, int]:
    """How many facts were recorded before each day."""
    dates = sorted(recorded)
    sums = [0, *accumulate(recorded[on] for on in dates)]
    return {day: sums[bisect_left(dates, day)] for day in days}


def rows_of(*, word: Word, day: date) -> Iterator[Row]:
    """The rows of a forecast: `FORECASTS` without `actual`; none where there is no forecast."""
    if not isinstance(word, Standing):
        return
    planned, made = word.course.planned_end, word.forecast
    for group in made.groups:
        end = group.finish
        yield (
            word.course.plan.campaign_id,
            day,
            group.group,
            group.name,
            end.p10,
            end.p50,
            end.p90,
            planned,
            end.chance_by(planned),
            made.basis.value,
            made.condition or None,
            group.members,
            group.settled,
            group.censored,
        )
