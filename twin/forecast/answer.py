"""What a forecast says: days with their doubt, on which basis, or why there is none."""

from bisect import bisect_right
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from msgspec import Struct

from twin.forecast.cohorts import day_of
from twin.forecast.luck import Floats


class Basis(StrEnum):
    """What a forecast rests on."""

    OBSERVED = "observed"
    PRIOR = "prior"
    BOTH = "observed+prior"


class DayBand(Struct, frozen=True, kw_only=True):
    """A day with its doubt: three quantiles, and the whole distribution as it was drawn.

    `p10` to `p90`, both included, are the whole days nearest to holding the middle 80 %.

    `upto[i]` is the chance (0 to 1) of `days[i]` or earlier. It ends below 1 where some paths
    never get there, and a quantile beyond its end is None.
    """

    p10: date | None
    p50: date | None
    p90: date | None
    days: tuple[date, ...]
    upto: tuple[float, ...]

    def chance_by(self, day: date) -> float:
        """The chance (0 to 1) of that day or an earlier one."""
        place = bisect_right(self.days, day)
        return self.upto[place - 1] if place else 0.0


class GroupForecast(Struct, frozen=True, kw_only=True):
    """The forecast of a campaign (`group` "campaign"), or of a region or supplier named `name`.

    `end` is the day on which the last of its executions is settled, `confirmed` the day on which
    the wanted share of its members is confirmed (None: none was wanted). `finish` is, of the
    campaign, the day on which its last wave is let through, with or without stragglers; of a
    region or supplier the day of its last outcome, or the campaign's finish if that is earlier.
    """

    group: str
    name: str
    members: int
    settled: int
    censored: int
    end: DayBand
    confirmed: DayBand | None
    finish: DayBand


class Forecast(Struct, frozen=True, kw_only=True):
    """A whole forecast: `groups` begin with the campaign; `condition` is empty or a sentence.

    `observed` counts executions with release and outcome, `censored` those out and silent.
    """

    now: datetime
    seed: int
    paths: int
    basis: Basis
    observed: int
    censored: int
    confirmed_share: float | None
    condition: str
    groups: tuple[GroupForecast, ...]

    @property
    def campaign(self) -> GroupForecast:
        """The forecast of the whole campaign."""
        return self.groups[0]

    def of(self, *, group: str, name: str) -> GroupForecast:
        """The forecast of a region or supplier; an unknown one raises KeyError."""
        for one in self.groups:
            if (one.group, one.name) == (group, name):
                return one
        raise KeyError(f"{group} {name}")


class NoForecast(Struct, frozen=True):
    """Why there is no forecast, in one or more sentences."""

    why: str


Answer: TypeAlias = Forecast | NoForecast


def band(*, days: Floats) -> DayBand:
    """The band of drawn days, counted from 1970-01-01; infinite ones never come."""
    values, counts = np.unique(days[np.isfinite(days)], return_counts=True)
    upto = np.cumsum(counts) / days.size
    return DayBand(
        p10=_quantile(values, upto, 0.1, nearest=1),
        p50=_quantile(values, upto, 0.5, nearest=0),
        p90=_quantile(values, upto, 0.9, nearest=-1),
        days=tuple(day_of(number=int(value)) for value in values),
        upto=tuple(float(share) for share in upto),
    )


def _quantile(values: Floats, upto: Floats, share: float, *, nearest: int) -> date | None:
    """The day that holds a quantile, or with `nearest` its neighbour (1 after, -1 before) if more
    than half of that day's chance lies outside the interval; None beyond the last day.

    Whole days rounded outwards always would make an 80 % interval hold far more than 80 %.
    """
    place = int(np.searchsorted(upto, share - 1e-12))
    if place == upto.size:
        return None
    before = upto[place - 1] if place else 0.0
    inside = (share - before) / (upto[place] - before)
    if nearest == 1 and inside > 1 / 2 and place + 1 < upto.size:
        place += 1
    elif nearest == -1 and inside < 1 / 2 and place:
        place -= 1
    return day_of(number=int(values[place]))
