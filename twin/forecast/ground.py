"""What all waves of one forecast share: the facts, the plan, and what was drawn for every path."""

import numpy as np
from msgspec import Struct

from twin.forecast.cohorts import Known, Stratum, day_of, number_of
from twin.forecast.curves import Curves
from twin.forecast.luck import Floats, Whole, luck
from twin.forecast.plan_ahead import Pace, Remaining, WaveAhead
from twin.forecast.prior import Prior
from twin.forecast.rows import Rows, table
from twin.forecast.waits import Waits, drawn_rest_of_hold


class Ground(Struct, frozen=True, kw_only=True):
    """The shared ground of a forecast's paths; days of paths are counted from the basis.

    `strata_pace` is the logarithm of a pace by path and stratum; `resumes` the day by path on
    which releases may go on, 0 if the campaign is not held.
    """

    facts: Known
    remaining: Remaining
    prior: Prior
    curves: Curves
    waits: Waits
    strata_pace: Floats
    resumes: Floats
    seed: int

    @property
    def paths(self) -> int:
        """Number of simulated courses."""
        return self.resumes.size

    @property
    def activates_in(self) -> float:
        """Days from the basis to the one day of activation; 0 if it is over, or there is none."""
        return max(0.0, self.remaining.activates - self.facts.today)


class WaveFacts(Struct, frozen=True):
    """One wave at the basis: all its rows, who is out by stratum and age, and who waits."""

    rows: Rows
    flight: Whole
    waiting: Whole

    @property
    def members(self) -> int:
        """All its executions."""
        return self.rows.total


def laid(
    *, facts: Known, remaining: Remaining, prior: Prior, curves: Curves, waits: Waits, seed: int
) -> Ground:
    """The ground of a forecast, drawn with a seed."""
    paths, strata = curves.pending.shape[:2]
    rng = luck(seed=seed, purpose="strata")
    unseen = prior.stratum_worth / (prior.stratum_worth + curves.exposure)
    return Ground(
        facts=facts,
        remaining=remaining,
        prior=prior,
        curves=curves,
        waits=waits,
        strata_pace=_shocks(rng, prior.stratum_spread * np.sqrt(unseen), (paths, strata)),
        resumes=_resumption(facts, remaining, prior, waits, paths, seed),
        seed=seed,
    )


def _resumption(
    facts: Known, remaining: Remaining, prior: Prior, waits: Waits, paths: int, seed: int
) -> Floats:
    held = remaining.held
    if held is None:
        return np.zeros(paths)
    if held.resumes_by is not None:
        return np.full(paths, float(max(0, number_of(day=held.resumes_by) - facts.today)))
    today = day_of(number=facts.today)
    return drawn_rest_of_hold(
        waits=waits, prior=prior, paths=paths, seed=seed, today=today, since=held.since
    )


def wave_facts(*, ground: Ground, wave: int, rows: Rows | None = None) -> WaveFacts:
    """What is known of a wave at the basis, or of some of its rows."""
    rows = ground.facts.rows.of_wave(wave) if rows is None else rows
    out = rows.where(rows.is_out & ~rows.is_over)
    waits = rows.where(~rows.is_out & ~rows.is_over)
    strata, ages = len(ground.facts.strata), ground.curves.sure.shape[2]
    begun = np.maximum(out.released, ground.remaining.activates)
    age = np.maximum(ground.facts.today - begun, 0)
    flight = table(rows=out, column=age, shape=(strata, ages))
    waiting = table(rows=waits, column=np.zeros(waits.wave.size), shape=(strata, 1))
    return WaveFacts(rows, flight, waiting[:, 0])


def pace_of(*, ground: Ground, wave: int) -> Floats:
    """The pace of a wave by path and stratum; waves differ more than their strata explain."""
    rng = luck(seed=ground.seed, purpose=f"pace {wave}")
    shock = _shocks(rng, np.array(ground.prior.wave_spread), (ground.paths, 1))
    return np.exp(ground.strata_pace + shock)


def _shocks(rng: np.random.Generator, sigma: Floats, size: tuple[int, int]) -> Floats:
    """Logarithms of paces with sigma that keep the share pending on average where gates look.

    A share S at a pace p is S**p, which is convex in p; about S = 5 % (-ln S = 3) a shift of
    sigma**2 * (3 - 1) / 2 makes the mean over paces S again.
    """
    return sigma * rng.standard_normal(size) + sigma**2


def schedule(*, ground: Ground, wave: WaveAhead) -> Floats:
    """Shares to release by stratum and day; the most particular pace of the plan counts."""
    chosen = [_release(ground, wave, stratum) for stratum in ground.facts.strata]
    shares = np.zeros((len(chosen), max(len(days) for days in chosen)))
    for stratum, days in enumerate(chosen):
        shares[stratum, : len(days)] = days
    return shares


def _release(ground: Ground, wave: WaveAhead, stratum: Stratum) -> tuple[float, ...]:
    fitting = [
        one
        for one in ground.remaining.paces
        if one.wave == wave.wave and _fits(one, stratum.region, stratum.supplier)
    ]
    return max(fitting, key=_named).release if fitting else wave.release


def _fits(pace: Pace, region: str, supplier: str) -> bool:
    return pace.region in {None, region} and pace.supplier in {None, supplier}


def _named(pace: Pace) -> int:
    return (pace.region is not None) + (pace.supplier is not None)
