"""How good forecasts were, once the truth is known: coverage of the 80 % interval, and CRPS."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Final, Literal

from msgspec import Struct

from twin.forecast.answer import DayBand, Forecast
from twin.forecast.cohorts import number_of

EDGES: Final = (7, 14, 28, 56)
"""Horizons in days to the truth, below which a forecast is counted apart."""


class DayScore(Struct, frozen=True, kw_only=True):
    """One day's forecast against the truth: days to go, inside the interval or not, CRPS in days,
    and the width of the interval in days (None where it is open)."""

    day: date
    horizon: int
    inside: bool
    crps: float
    width: int | None


class HorizonScore(Struct, frozen=True, kw_only=True):
    """Forecasts made from `over` up to `below` days before the truth (None: any)."""

    over: int
    below: int | None
    days: int
    inside: int

    @property
    def coverage(self) -> float | None:
        """Share of the days whose interval held the truth; None without a day."""
        return self.inside / self.days if self.days else None


class Score(Struct, frozen=True, kw_only=True):
    """All days of one or more finished campaigns; `crps` is the mean in days, lower is better.

    `coverage_in_doubt` leaves out days whose interval is a single day: near its end a campaign
    leaves no doubt, and those days hit always. None if there is no other day.
    """

    days: tuple[DayScore, ...]
    coverage: float
    coverage_in_doubt: float | None
    crps: float
    horizons: tuple[HorizonScore, ...]


def score(
    *, forecasts: Mapping[date, Forecast], truth: date, of: Literal["end", "finish"] = "end"
) -> Score:
    """Forecasts of the last outcome or of the finish by their day, against the day it came.

    Raises ValueError if there is no forecast.
    """
    return of_days(
        days=[_day(day, getattr(made.campaign, of), truth) for day, made in forecasts.items()]
    )


def of_days(*, days: list[DayScore]) -> Score:
    """The score of days, which may be of several campaigns; raises ValueError without a day."""
    if not days:
        raise ValueError("there is no forecast to score")
    lows, highs = (0, *EDGES), (*EDGES, None)
    doubtful = [one.inside for one in days if one.width != 0]
    return Score(
        days=tuple(days),
        coverage=sum(one.inside for one in days) / len(days),
        coverage_in_doubt=sum(doubtful) / len(doubtful) if doubtful else None,
        crps=sum(one.crps for one in days) / len(days),
        horizons=tuple(_horizon(days, low, high) for low, high in zip(lows, highs, strict=True)),
    )


def _horizon(days: list[DayScore], low: int, high: int | None) -> HorizonScore:
    mine = [d for d in days if d.horizon >= low and (high is None or d.horizon < high)]
    return HorizonScore(
        over=low, below=high, days=len(mine), inside=sum(one.inside for one in mine)
    )


def _day(day: date, band: DayBand, truth: date) -> DayScore:
    inside = band.p10 is not None and band.p10 <= truth
    inside = inside and (band.p90 is None or truth <= band.p90)
    return DayScore(
        day=day,
        horizon=(truth - day).days,
        inside=inside,
        crps=crps(band=band, truth=truth),
        width=None if band.p10 is None or band.p90 is None else (band.p90 - band.p10).days,
    )


def crps(*, band: DayBand, truth: date) -> float:
    """The continuous ranked probability score in days: the area between forecast and truth."""
    if not band.days:
        raise ValueError("the forecast never comes true in any path")
    days = sorted({*band.days, truth})
    total = 0.0
    for day, following in pairwise(days):
        missed = band.chance_by(day) - (1.0 if day >= truth else 0.0)
        total += missed**2 * (number_of(day=following) - number_of(day=day))
    return total
