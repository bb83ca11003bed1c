"""When a plan's releases would go out, by its pace, its windows and nothing else.

The same allowance decides here and in the campaign, so what a plan cannot do by its own arithmetic
no campaign will do. Holds, failures and retries come on top.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Final, TypeAlias

from msgspec import Struct

from twin.campaign.fair_shares import Cell
from twin.campaign.pacing import Buckets, Pace, Wave, allowance
from twin.campaign.plan import Plan, PlannedWave
from twin.campaign.ramps import daily_rate
from twin.campaign.windows import open_time

DAY: Final = timedelta(days=1)
HORIZON: Final = 1_096 * DAY
"""Three years; what has not gone out by then is not looked for any further."""


class WaveOutlook(Struct, frozen=True, kw_only=True):
    """First and last day on which a wave is released, and how many members go on each between."""

    first: date
    last: date
    by_day: tuple[int, ...]


class Outlook(Struct, frozen=True, kw_only=True):
    """The waves whose releases end within the horizon, and the end if those are all."""

    waves: tuple[WaveOutlook, ...]
    end: date | None


def is_beyond_capacity(*, plan: Plan, members: Sequence[Mapping[Cell, int]]) -> bool:
    """Whether pace and windows never let all waves out, though all were confirmed at once."""
    return plan.is_paced and outlook(plan=plan, members=members, waiting_days=0).end is None


Days: TypeAlias = tuple[Mapping[Cell, int], ...]
"""Members that go out, by cell, on each day from the first on."""


def outlook(*, plan: Plan, members: Sequence[Mapping[Cell, int]], waiting_days: int) -> Outlook:
    """The releases of a plan whose waves have these members by cell.

    After its last release a wave soaks, or waits `waiting_days` if that is longer; a ramp, and a
    soak after so many confirmed, counts a member so many days (one at least) after its release.
    """
    route = Route(plan, day=plan.starts_on, lag=max(1, waiting_days))
    waves: list[WaveOutlook] = []
    for nth, cells in enumerate(members):
        first, days = route.day, route.release(nth, cells)
        if days is None:
            return Outlook(waves=tuple(waves), end=None)
        last = first + DAY * (len(days) - 1)
        by_day = tuple(sum(day.values()) for day in days)
        waves.append(WaveOutlook(first=first, last=last, by_day=by_day))
        route.day = _next_opening(plan.waves[nth], first, by_day, waiting_days)
    return Outlook(waves=tuple(waves), end=route.day)


def _next_opening(
    planned: PlannedWave, first: date, by_day: Sequence[int], waiting_days: int
) -> date:
    """The day on which the wave behind one may begin, by releases, soak and wait alone."""
    last = first + DAY * (len(by_day) - 1)
    if planned.soak_after is None:
        return last + DAY * (1 + max(planned.soak_days, waiting_days))
    wanted, out = min(planned.soak_after, sum(by_day)), list(accumulate(by_day))
    begins = first + DAY * (bisect_left(out, wanted) + max(1, waiting_days))
    return max(last + DAY * waiting_days, begins + DAY * planned.soak_days) + DAY


class Route:
    """The days of one plan from a day on; mutable, as it goes from wave to wave.

    `out` are members that are released already, in whichever wave; `earned` is what the limits
    had earned by then (`Campaign.earned`).
    """

    def __init__(
        self,
        plan: Plan,
        *,
        day: date,
        lag: int = 1,
        out: Mapping[Cell, int] | None = None,
        earned: Mapping[str, int] | None = None,
    ) -> None:
        """A route that stands at the beginning of a day."""
        self.plan = plan
        self.day = day
        self._lag = lag
        self._until = day + HORIZON
        self._out: Counter[Cell] = Counter(out or {})
        self._buckets = Buckets(dict(earned or {}))

    def release(self, nth: int, cells: Mapping[Cell, int]) -> Days | None:
        """Release what is left of a wave (from 0) day by day; None if the horizon ends first."""
        awaiting = Counter(cells)
        days: list[Mapping[Cell, int]] = [{}]
        while awaiting.total() > 0:
            if self.day > self._until:
                return None
            days[-1] = self._step(nth, awaiting, [sum(day.values()) for day in days])
            if awaiting.total() > 0:
                days.append({})
                self.day += DAY
        return tuple(days)

    def _step(self, nth: int, awaiting: Counter[Cell], by_day: Sequence[int]) -> Mapping[Cell, int]:
        """What goes out on the present day, taken from those that wait."""
        start = datetime.combine(self.day, time.min, tzinfo=UTC)
        open_days = open_time(windows=self.plan.windows, start=start, end=start + DAY) / DAY
        if open_days == 0:
            return {}
        said = allowance(
            pace=self.plan.pacing or Pace(),
            wave=self._wave(nth, awaiting, by_day),
            released=self._out,
            awaiting=awaiting,
            buckets=self._buckets,
            open_days=open_days,
        )
        self._buckets = said.buckets
        awaiting.subtract(said.grants)
        self._out.update(said.grants)
        return said.grants

    def _wave(self, nth: int, awaiting: Counter[Cell], by_day: Sequence[int]) -> Wave:
        planned, members = self.plan.waves[nth], awaiting.total() + sum(by_day)
        rate = daily_rate(
            release_days=planned.release_days,
            ramp=planned.ramp,
            members=members,
            confirmed=sum(by_day[: -self._lag]),
        )
        return Wave(number=nth + 1, members=members, per_day=rate)
