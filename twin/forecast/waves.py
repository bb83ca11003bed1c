"""The waves of the rest of a campaign, one after another: releases, gates, soak, holds."""

import numpy as np
import polars as pl

from twin.forecast.cohorts import number_of
from twin.forecast.ground import Ground, WaveFacts, pace_of, schedule, wave_facts
from twin.forecast.luck import Floats, luck
from twin.forecast.parts import Part, first_days, in_flight, kth_share, shares, to_release
from twin.forecast.plan_ahead import WaveAhead
from twin.forecast.waits import drawn_holds, drawn_lags, gate_day, needed


def walked(*, ground: Ground) -> tuple[Part, ...]:
    """The parts of all waves, each opened when the gate of the one before lets it."""
    begun = _begun(ground)
    opens = _first_opening(ground)
    found: list[Part] = []
    waves = ground.remaining.waves
    for place, wave in enumerate(waves):
        facts = wave_facts(ground=ground, wave=wave.wave)
        starts = _starts(ground, wave, facts, opens, has_begun=wave.wave in begun)
        parts = _parts(ground, wave, facts, starts)
        found += parts
        if waves[place + 1 : place + 2] and waves[place + 1].wave not in begun:
            opens = _next_opening(ground, wave, facts, parts, starts)
    return tuple(found)


def _begun(ground: Ground) -> set[int]:
    """Waves with a release, and those before them."""
    latest = ground.facts.rows.filter(pl.col("released").is_not_null())["wave"].max()
    if not isinstance(latest, int):
        return set()
    return {one.wave for one in ground.remaining.waves if one.wave <= latest}


def _first_opening(ground: Ground) -> Floats:
    start = ground.remaining.starts_on
    offset = 0 if start is None else max(0, number_of(day=start) - ground.facts.today)
    return np.full(ground.paths, float(offset))


def _starts(
    ground: Ground, wave: WaveAhead, facts: WaveFacts, opens: Floats, *, has_begun: bool
) -> Floats:
    """The day from which the rest of a wave is released; a hold in it moves the whole rest."""
    first = np.zeros(ground.paths) if has_begun else opens
    if wave.not_before is not None:
        first = np.maximum(first, number_of(day=wave.not_before) - ground.facts.today)
    held = drawn_holds(
        waits=ground.waits,
        prior=ground.prior,
        paths=ground.paths,
        seed=ground.seed,
        wave=wave.wave,
        weight=float(facts.waiting.sum()) / max(1, facts.members),
    )
    # a campaign that is held is not held again before it has resumed
    return np.maximum(np.maximum(first, 0.0), ground.resumes) + held


def _parts(ground: Ground, wave: WaveAhead, facts: WaveFacts, starts: Floats) -> list[Part]:
    if not facts.flight.sum() + facts.waiting.sum():
        return []
    going = shares(
        pending=ground.curves.pending,
        sure=ground.curves.sure,
        pace=pace_of(ground=ground, wave=wave.wave),
    )
    parts = []
    if facts.flight.sum():
        parts.append(in_flight(flight=facts.flight, shares=going))
    if facts.waiting.sum():
        release = schedule(ground=ground, wave=wave)
        parts.append(
            to_release(starts=starts, release=release, shares=going, members=facts.waiting)
        )
    return parts


def _next_opening(
    ground: Ground, wave: WaveAhead, facts: WaveFacts, parts: list[Part], starts: Floats
) -> Floats:
    """The day on which the wave after this one may open: gate, soak, lag; never before today."""
    met = _gate(ground, wave, facts, parts)
    met = np.maximum(met, _last_release(ground, facts, parts, starts) + wave.soak_days)
    lag = drawn_lags(
        waits=ground.waits,
        prior=ground.prior,
        paths=ground.paths,
        seed=ground.seed,
        wave=wave.wave,
    )
    opens = met + ground.remaining.advance_lag_days + lag
    # a gate that was met longer ago than the drawn lag waits on as if it had just been met
    return np.maximum(np.where(opens < 0, lag, opens), ground.resumes)


def _gate(ground: Ground, wave: WaveAhead, facts: WaveFacts, parts: list[Part]) -> Floats:
    rule = ground.remaining.settled_at_least
    settled = int(facts.rows.filter(pl.col("settled").is_not_null())["members"].sum())
    k = needed(members=facts.members, settled_at_least=rule) - settled
    if not facts.members:
        return np.zeros(ground.paths)
    if k <= 0 or not parts:
        day = gate_day(facts=ground.facts, wave=wave, settled_at_least=rule)
        return np.full(ground.paths, float((day or ground.facts.today) - ground.facts.today))
    rng = luck(seed=ground.seed, purpose=f"gate {wave.wave}")
    need = kth_share(k=k, n=facts.members - settled, size=(ground.paths,), rng=rng)
    lines = [(part.settled.sum(axis=1), part.starts) for part in parts]
    return first_days(lines=lines, need=need)


def _last_release(ground: Ground, facts: WaveFacts, parts: list[Part], starts: Floats) -> Floats:
    if facts.waiting.sum():
        return starts + float(parts[-1].last_release.max())
    latest = facts.rows["released"].max()
    # a wave without members, or whose members ended before any release, has nothing to soak
    offset = latest - ground.facts.today if isinstance(latest, int) else -(10**6)
    return np.full(ground.paths, float(offset)) if offset > -(10**6) else starts
