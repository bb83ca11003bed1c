"""When those who were released first are of age: a gate that tests for success waits for them."""

import numpy as np

from twin.forecast.ground import Ground, WaveFacts, schedule, wave_facts
from twin.forecast.luck import Floats, luck
from twin.forecast.outgoing import going_out, out_already
from twin.forecast.parts import Shares, last_days
from twin.forecast.plan_ahead import WaveAhead
from twin.forecast.waits import first_out, ripe_known


def ripe_days(
    *, ground: Ground, wave: WaveAhead, facts: WaveFacts, going: Shares, starts: Floats
) -> Floats:
    """By path the day, from the basis, on which the first of a wave are ripe."""
    wanted = min(ground.remaining.ripe_members, facts.members)
    if wanted <= 0:
        return np.full(ground.paths, -np.inf)
    known = ripe_known(rows=facts.rows, remaining=ground.remaining)
    rng = luck(seed=ground.seed, purpose=f"ripe {wave.wave}")
    if known is not None:
        first = first_out(rows=facts.rows, wanted=wanted)
        of_age = np.full(ground.paths, float(known - ground.facts.today))
        if first.is_over.all():
            return of_age
        out = wave_facts(ground=ground, wave=wave.wave, rows=first)
        days = last_days(part=out_already(ground=ground, flight=out.flight, going=going), rng=rng)
        earlier: Floats = np.minimum(days.max(axis=1), of_age)
        return earlier
    plan = schedule(ground=ground, wave=wave)
    days_out = int(np.searchsorted(facts.waiting @ np.cumsum(plan, axis=1), wanted - 1e-9)) + 1
    early = plan[:, :days_out]
    members = np.ceil(facts.waiting * early.sum(axis=1)).astype(np.int64)
    release = early / np.maximum(early.sum(axis=1, keepdims=True), 1e-12)
    parts = going_out(ground=ground, starts=starts, release=release, going=going, members=members)
    begun = np.maximum(starts + days_out - 1, ground.activates_in)
    of_age = begun + ground.remaining.longest_days - 1
    latest = np.max([last_days(part=part, rng=rng).max(axis=1) for part in parts], axis=0)
    ripe: Floats = np.minimum(latest, of_age)
    return ripe
