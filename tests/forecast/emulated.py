"""Emulated campaigns whose truth is known; built otherwise than the forecast's own model.

Devices answer by a mixture of a log-normal and a Weibull time, one region is slow, work waits
for Monday, a region goes quiet for days, failures come late, silent devices run into the time-out
policy, people take their time to open a wave, and sometimes a campaign is held.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from twin.forecast.plan_ahead import Held, PastHold, Remaining, WaveAhead

REGIONS = ("Central", "North", "South")
SUPPLIERS = ("S01", "S02", "S03", "S04")
SHARES = (0.02, 0.1, 0.3, 0.58)
FIRST = date(2017, 7, 3)
BEFORE = 5
"""Days before the first release from which a forecast is asked."""


@dataclass(frozen=True)
class Habits:
    """What a campaign is like; nobody who forecasts it knows."""

    members: int
    release_days: tuple[int, ...]
    soak_days: int
    follow_up_days: int
    settled_at_least: float
    quick_share: float
    quick_median: float
    quick_sigma: float
    slow_scale: float
    slow_shape: float
    slow_region: int
    slow_factor: float
    weekend: float
    silent_share: float
    failed_share: float
    wave_sigma: float
    outage_share: float
    hold_share: float
    lag_mean: float


def habits(rng: np.random.Generator) -> Habits:
    """The habits of one campaign out of a wide population."""
    return Habits(
        members=int(rng.integers(1_500, 6_000)),
        release_days=(0, *(int(n) for n in rng.integers(1, 9, 3))),
        soak_days=int(rng.integers(2, 6)),
        follow_up_days=int(rng.integers(7, 15)),
        settled_at_least=float(rng.choice([0.9, 0.95, 0.97, 0.98])),
        quick_share=float(rng.uniform(0.7, 0.9)),
        quick_median=float(rng.uniform(1.2, 4.0)),
        quick_sigma=float(rng.uniform(0.5, 0.9)),
        slow_scale=float(rng.uniform(5, 12)),
        slow_shape=float(rng.uniform(0.8, 1.5)),
        slow_region=int(rng.integers(0, 3)),
        slow_factor=float(rng.uniform(1.2, 2.2)),
        weekend=float(rng.uniform(0, 0.8)),
        silent_share=float(rng.uniform(0.003, 0.03)),
        failed_share=float(rng.uniform(0.005, 0.05)),
        wave_sigma=float(rng.uniform(0.05, 0.3)),
        outage_share=float(rng.uniform(0, 0.3)),
        hold_share=float(rng.choice([0.0, 0.1])),
        lag_mean=float(rng.uniform(0, 2)),
    )


@dataclass(frozen=True)
class Emulated:
    """A finished campaign: its plan, each execution's truth in days from FIRST, and its holds."""

    habits: Habits
    wave: np.ndarray
    region: np.ndarray
    supplier: np.ndarray
    released: np.ndarray
    settled: np.ndarray
    outcome: np.ndarray
    holds: tuple[PastHold, ...]
    opens: int = 0

    @property
    def truth(self) -> date:
        """The day on which the last execution was settled."""
        return FIRST + timedelta(days=int(np.floor(self.settled.max())))

    @property
    def finish(self) -> date:
        """The day on which the gate of the last wave let it through, and somebody saw it."""
        return FIRST + timedelta(days=self.opens - 1)

    def days(self) -> list[date]:
        """Every day on which a forecast may be asked, up to the day of the end."""
        count = (self.truth - FIRST).days + 1
        return [FIRST + timedelta(days=n) for n in range(-BEFORE, count)]

    def executions(self, *, on: date) -> pl.DataFrame:
        """The frame as known at the first moment of a day."""
        now = (on - FIRST).days
        out, over = self.released < now, self.settled < now
        frame = pl.DataFrame(
            {
                "device_id": np.arange(len(self.wave)),
                "wave": self.wave,
                "region": np.array(REGIONS)[self.region],
                "supplier": np.array(SUPPLIERS)[self.supplier],
                "outcome": np.where(over, self.outcome, ""),
                "released": np.where(out, self.released, np.nan),
                "settled": np.where(over, self.settled, np.nan),
            }
        )
        return frame.select(
            *("device_id", "wave", "region", "supplier"),
            pl.col("outcome").replace("", None),
            _moment("released").alias("released_at"),
            _moment("settled").alias("settled_at"),
        )

    def remaining(self, *, on: date, confirmed_share: float = 0.9) -> Remaining:
        """The plan as it stands on a day: what was released is gone from the schedule."""
        return Remaining(
            now=datetime(on.year, on.month, on.day, tzinfo=UTC),
            waves=tuple(self._wave(number, on) for number in range(1, len(SHARES) + 1)),
            follow_up_days=self.habits.follow_up_days,
            attempts_max=2,
            settled_at_least=self.habits.settled_at_least,
            starts_on=FIRST,
            confirmed_share=confirmed_share,
            held=next((Held(since=h.since) for h in self.holds if h.since <= on < h.until), None),
            holds=tuple(hold for hold in self.holds if hold.until <= on),
        )

    def _wave(self, number: int, on: date) -> WaveAhead:
        mine = self.released[self.wave == number]
        days = max(1, self.habits.release_days[number - 1])
        gone = len(np.unique(np.floor(mine[mine < (on - FIRST).days])))
        left = max(1, days - gone)
        return WaveAhead(wave=number, release=(1 / left,) * left, soak_days=self.habits.soak_days)


def _moment(column: str) -> pl.Expr:
    first = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)
    seconds = (pl.col(column) * 86_400).fill_nan(None)
    return pl.lit(first) + pl.duration(microseconds=(seconds * 1e6).cast(pl.Int64))


def emulate(seed: int) -> Emulated:
    """One campaign, from its first release to its last outcome."""
    rng = np.random.default_rng([2017, seed])
    made = habits(rng)
    wave = np.repeat(
        np.arange(1, 5), np.diff(np.round(np.cumsum((0, *SHARES)) * made.members)).astype(int)
    )
    region = rng.choice(3, wave.size, p=[0.3, 0.25, 0.45])
    supplier = rng.choice(4, wave.size, p=[0.4, 0.3, 0.2, 0.1])
    told = Emulated(
        made,
        wave,
        region,
        supplier,
        np.zeros(wave.size),
        np.zeros(wave.size),
        np.full(wave.size, "CONFIRMED", dtype=object),
        (),
    )
    outages = _outages(rng, made)
    opens = 0
    for number in range(1, len(SHARES) + 1):
        told, opens = _one_wave(rng, told, number, opens, outages)
    return replace(told, opens=opens)


def _outages(rng: np.random.Generator, made: Habits) -> list[tuple[int, int, int]]:
    """Region, first day and day after the last of spells in which a region is silent."""
    weeks = np.flatnonzero(rng.random(60) < made.outage_share / 2)
    return [
        (int(rng.integers(0, 3)), 7 * int(w), 7 * int(w) + int(rng.integers(1, 5))) for w in weeks
    ]


def _one_wave(rng, told: Emulated, number: int, opens: int, outages) -> tuple[Emulated, int]:
    made, mine = told.habits, np.flatnonzero(told.wave == number)
    days = max(1, made.release_days[number - 1])
    day = opens + np.sort(np.arange(mine.size) * days // mine.size)[rng.permutation(mine.size)]
    holds = told.holds
    if rng.random() < made.hold_share:
        begins = opens + int(rng.integers(0, days + 4))
        lasts = max(1, round(float(rng.lognormal(np.log(7), 0.6))))
        day = np.where(day >= begins, day + lasts, day)
        since, until = (FIRST + timedelta(days=n) for n in (begins, begins + lasts))
        holds = (*holds, PastHold(wave=number, since=since, until=until))
    released = day + rng.uniform(0.3, 0.7, mine.size)
    settled, outcome = _fates(rng, told, mine, released, outages)
    told.released[mine], told.settled[mine], told.outcome[mine] = released, settled, outcome
    need = int(np.ceil(made.settled_at_least * mine.size - 1e-9))
    met = max(np.sort(np.floor(settled))[need - 1], day.max() + made.soak_days)
    if holds and holds[-1].wave == number:
        met = max(met, (holds[-1].until - FIRST).days - 1)
    lag = 1 + rng.poisson(made.lag_mean)
    return replace(told, holds=holds), int(met + lag)


def _fates(rng, told: Emulated, mine, released, outages) -> tuple[np.ndarray, np.ndarray]:
    """When and how each execution of a wave ends: two attempts, then the time-out policy."""
    made = told.habits
    pace = np.exp(made.wave_sigma * rng.standard_normal())
    pace = pace * np.where(told.region[mine] == made.slow_region, made.slow_factor, 1.0)
    cap = made.follow_up_days * 2
    span = _times(rng, made, mine.size) * pace
    again = made.follow_up_days + _times(rng, made, mine.size) * pace
    span = np.where(span > made.follow_up_days, again, span)
    failed = rng.random(mine.size) < made.failed_share
    # a failure is told late: the device has tried by itself first
    span = np.where(failed, span + rng.exponential(4.0, mine.size), span)
    ends = _delayed(rng, made, released + span, told.region[mine], outages)
    late = (rng.random(mine.size) < made.silent_share) | (ends > released + cap)
    outcome = np.where(failed, "FAILED", "CONFIRMED").astype(object)
    return np.where(late, released + cap, ends), np.where(late, "TIMED_OUT", outcome)


def _times(rng: np.random.Generator, made: Habits, size: int) -> np.ndarray:
    quick = rng.lognormal(np.log(made.quick_median), made.quick_sigma, size)
    slow = made.slow_scale * rng.weibull(made.slow_shape, size)
    return np.where(rng.random(size) < made.quick_share, quick, slow)


def _delayed(rng, made: Habits, ends, region, outages) -> np.ndarray:
    for where, begins, over in outages:
        quiet = (region == where) & (ends >= begins) & (ends < over)
        ends = np.where(quiet, over + rng.uniform(0, 1, ends.size), ends)
    weekday = np.floor(ends) % 7  # FIRST is a Monday
    waits = (weekday >= 5) & (rng.random(ends.size) < made.weekend)
    monday = np.floor(ends) + (7 - weekday) + rng.uniform(0.3, 0.9, ends.size)
    return np.where(waits, monday, ends)
