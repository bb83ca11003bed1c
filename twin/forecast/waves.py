"""The waves of the rest of a campaign, one after another: releases, gates, soak, holds."""

import numpy as np
from msgspec import Struct

from twin.forecast.cohorts import number_of
from twin.forecast.ground import Ground, WaveFacts, pace_of, schedule, wave_facts
from twin.forecast.luck import Floats, luck
from twin.forecast.outgoing import going_out, out_already
from twin.forecast.parts import (
    Part,
    Shares,
    first_days,
    kth_share,
    shares,
)
from twin.forecast.plan_ahead import WaveAhead
from twin.forecast.ripeness import ripe_days
from twin.forecast.rows import largest
from twin.forecast.waits import drawn_holds, drawn_lags, gate_day, needed, soak_known


class Walk(Struct, frozen=True):
    """The parts of all waves, and by path the day, from the basis, of the campaign's finish."""

    parts: tuple[Part, ...]
    finish: Floats


def walked(*, ground: Ground) -> Walk:
    """All waves, each opened when the gate of the one before lets it through."""
    begun = _begun(ground)
    opens = _first_opening(ground)
    found: list[Part] = []
    waves = ground.remaining.waves
    for place, wave in enumerate(waves):
        facts = wave_facts(ground=ground, wave=wave.wave)
        starts = _starts(ground, wave, facts, opens, has_begun=wave.wave in begun)
        going = shares(
            pending=ground.curves.pending,
            sure=ground.curves.sure,
            pace=pace_of(ground=ground, wave=wave.wave),
        )
        parts = _parts(ground, wave, facts, starts, going)
        found += parts
        if all(later.wave not in begun for later in waves[place + 1 :]):
            opens = _next_opening(ground, wave, facts, parts, starts, going)
    # the tick that lets the last wave through ends the campaign; a next one would open a day later
    finish = opens - min(1, ground.remaining.advance_lag_days)
    return Walk(tuple(found), np.maximum(finish, 0.0))


def _begun(ground: Ground) -> set[int]:
    """Waves with a release, and those before them."""
    rows = ground.facts.rows
    latest = rows.wave[rows.is_out].max(initial=-1)
    return {one.wave for one in ground.remaining.waves if one.wave <= latest}


def _first_opening(ground: Ground) -> Floats:
    start, after = ground.remaining.starts_on, ground.remaining.starts_after
    offset = 0 if start is None else max(0, number_of(day=start) - ground.facts.today)
    opens = np.full(ground.paths, float(offset))
    if after is None or not after.days:
        return opens
    rng = luck(seed=ground.seed, purpose="start after")
    days = np.array([number_of(day=day) - ground.facts.today for day in after.days], dtype=float)
    # paths in which the campaign before never ends are read as its last day
    place = np.searchsorted(np.array(after.upto), rng.random(ground.paths))
    later: Floats = np.maximum(opens, days[np.minimum(place, days.size - 1)])
    return later


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


def _parts(
    ground: Ground, wave: WaveAhead, facts: WaveFacts, starts: Floats, going: Shares
) -> list[Part]:
    parts = []
    if facts.flight.sum():
        parts.append(out_already(ground=ground, flight=facts.flight, going=going))
    if facts.waiting.sum():
        parts += going_out(
            ground=ground,
            starts=starts,
            release=schedule(ground=ground, wave=wave),
            going=going,
            members=facts.waiting,
        )
    return parts


def _next_opening(
    ground: Ground,
    wave: WaveAhead,
    facts: WaveFacts,
    parts: list[Part],
    starts: Floats,
    going: Shares,
) -> Floats:
    """The day on which the wave after this one may open: gate, soak, lag; never before today."""
    if wave.passed_on is not None:
        passed = float(number_of(day=wave.passed_on) - ground.facts.today)
        return np.maximum(max(0.0, passed + 1), ground.resumes)
    met = _gate(ground, wave, facts, parts)
    met = np.maximum(met, _soaked(ground, wave, facts, parts, starts))
    ripe = ripe_days(ground=ground, wave=wave, facts=facts, going=going, starts=starts)
    met = np.maximum(met, ripe)
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
    settled = int(facts.rows.members[facts.rows.is_over].sum())
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


def _soaked(
    ground: Ground,
    wave: WaveAhead,
    facts: WaveFacts,
    parts: list[Part],
    starts: Floats,
) -> Floats:
    """The day on which the soak is over: since the last release, or since so many are confirmed,
    or none is open any more."""
    last = _last_release(ground, wave, facts, starts)
    soaked: Floats = last + wave.soak_days
    if wave.soak_after is None:
        return soaked
    known = soak_known(rows=facts.rows, wave=wave)
    if known is not None or not parts:
        ended = known or largest(facts.rows.settled)
        since = ground.facts.today if ended is None else ended
        soaked = np.full(ground.paths, float(since - ground.facts.today + wave.soak_days))
        return np.maximum(last, soaked)
    rows = facts.rows
    sure = [(part.confirmed.sum(axis=1), part.starts) for part in parts]
    over = [(part.settled.sum(axis=1), part.starts) for part in parts]
    wanted = wave.soak_after - int(rows.members[rows.is_over & rows.confirmed].sum())
    open_still = facts.members - int(rows.members[rows.is_over].sum())
    begun = np.minimum(
        first_days(lines=sure, need=np.full(ground.paths, float(wanted))),
        first_days(lines=over, need=np.full(ground.paths, open_still - 0.5)),
    )
    soaked = begun + wave.soak_days
    return np.maximum(last, soaked)


def _last_release(ground: Ground, wave: WaveAhead, facts: WaveFacts, starts: Floats) -> Floats:
    if facts.waiting.sum():
        return starts + float(np.flatnonzero(schedule(ground=ground, wave=wave).any(axis=0))[-1])
    latest = largest(facts.rows.released)
    # a wave without members, or whose members ended before any release, has nothing to soak
    offset = latest - ground.facts.today if latest is not None else -(10**6)
    return np.full(ground.paths, float(offset)) if offset > -(10**6) else starts
