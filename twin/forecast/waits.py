"""The waits between waves: how long after a met gate the next one opens, and holds."""

from datetime import date
from itertools import pairwise

import numpy as np
from msgspec import Struct

from twin.forecast.cohorts import Known, number_of
from twin.forecast.luck import Floats, luck
from twin.forecast.plan_ahead import PastHold, Remaining, WaveAhead
from twin.forecast.prior import Prior
from twin.forecast.rows import Rows, kth_day, largest


class Waits(Struct, frozen=True, kw_only=True):
    """What was seen: lags beyond the plan's in days, lengths of holds in days, waves over."""

    lags: tuple[int, ...]
    holds: tuple[int, ...]
    waves_held: int
    waves_over: int


def needed(*, members: int, settled_at_least: float) -> int:
    """Settled members that the gate of a wave wants."""
    return max(1, int(np.ceil(settled_at_least * members - 1e-9)))


def gate_day(*, facts: Known, wave: WaveAhead, settled_at_least: float) -> int | None:
    """The day on which the gate of a wholly released wave was met; None if it is not."""
    rows = facts.rows.of_wave(wave.wave)
    need = needed(members=rows.total, settled_at_least=settled_at_least)
    settled = kth_day(days=rows.settled, members=rows.members, k=need)
    last = largest(rows.released)
    if settled is None or last is None:
        return settled
    begun = last if wave.soak_after is None else soak_known(rows=rows, wave=wave)
    return max(settled, last, (settled if begun is None else begun) + wave.soak_days)


def soak_known(*, rows: Rows, wave: WaveAhead) -> int | None:
    """The day on which so many of a wave were confirmed as its soak begins with; None: not yet."""
    sure = rows.where(rows.confirmed)
    return kth_day(days=sure.settled, members=sure.members, k=wave.soak_after or 0)


def first_out(*, rows: Rows, wanted: int) -> Rows:
    """All who went out on the first days, so many days that at least so many (or all) did; none
    if there were not so many yet."""
    last = kth_day(days=rows.released, members=rows.members, k=min(wanted, rows.total))
    return rows.where(rows.released <= (-np.inf if last is None else last))


def ripe_known(*, rows: Rows, remaining: Remaining) -> int | None:
    """The day, from 1970-01-01, on which the first of a wave were ripe; None if it is not known.

    Ripe is who is settled, or `longest_days` out: a day's end is meant, and a gate looks at its
    wave in the first moment of a day, so the last day of waiting is the one before that age.
    """
    first = first_out(rows=rows, wanted=remaining.ripe_members)
    last = largest(first.released)
    if last is None:
        return None
    of_age = int(max(last, remaining.activates)) + remaining.longest_days - 1
    latest = largest(first.settled) if first.is_over.all() else None
    return of_age if latest is None else min(of_age, latest)


def waits_seen(*, facts: Known, remaining: Remaining) -> Waits:
    """The waits of the waves that are over, without the holds within them."""
    opened = _opened(facts.rows)
    lags = []
    for wave, following in pairwise(remaining.waves):
        met = gate_day(facts=facts, wave=wave, settled_at_least=remaining.settled_at_least)
        if met is None or following.wave not in opened:
            continue
        ripe = ripe_known(rows=facts.rows.of_wave(wave.wave), remaining=remaining)
        met = max(met, ripe or met)
        gap = opened[following.wave] - met - _held(remaining.holds, met, opened[following.wave])
        lags.append(max(0, gap - remaining.advance_lag_days))
    held = {one.wave for one in remaining.holds}
    begun = [one.wave for one in remaining.waves if one.wave in opened]
    return Waits(
        lags=tuple(lags),
        holds=tuple(one.days for one in remaining.holds),
        waves_held=len(held),
        waves_over=len({*begun[:-1], *held}),
    )


def _opened(rows: Rows) -> dict[int, int]:
    """The first day of release of each wave that has begun."""
    out = rows.where(rows.is_out)
    return {int(n): int(out.released[out.wave == n].min()) for n in np.unique(out.wave)}


def _held(holds: tuple[PastHold, ...], since: int, until: int) -> int:
    spans = ((number_of(day=one.since), number_of(day=one.until)) for one in holds)
    return sum(max(0, min(until, end) - max(since, begin)) for begin, end in spans)


def drawn_lags(*, waits: Waits, prior: Prior, paths: int, seed: int, wave: int) -> Floats:
    """Days beyond the plan's lag before a wave opens, for each path."""
    rng = luck(seed=seed, purpose=f"lag {wave}")
    assumed = np.floor(rng.exponential(prior.advance_lag_more, paths) + 0.5)
    return _mixed(rng, waits.lags, assumed, prior.event_worth)


def drawn_holds(
    *, waits: Waits, prior: Prior, paths: int, seed: int, wave: int, weight: float
) -> Floats:
    """Days for which a wave is held, 0 in most paths; `weight` is the part of it to come."""
    rng = luck(seed=seed, purpose=f"hold {wave}")
    belief = prior.hold_share * prior.hold_worth
    doubts = prior.hold_worth - belief
    share = rng.beta(belief + waits.waves_held, doubts + waits.waves_over - waits.waves_held, paths)
    length = _lengths(rng, waits, prior, paths)
    return np.where(rng.random(paths) < share * weight, length, 0.0)


def drawn_rest_of_hold(
    *, waits: Waits, prior: Prior, paths: int, seed: int, today: date, since: date
) -> Floats:
    """Days until a hold that stands is over: its length, given that it has lasted so long."""
    rng = luck(seed=seed, purpose="standing hold")
    lasted = (today - since).days
    many = _lengths(rng, waits, prior, 16 * paths)
    longer = many[many > lasted]
    if longer.size == 0:
        # longer than any that was believed in: it may last as long again
        return np.ceil(rng.exponential(max(1, lasted), paths))
    return rng.choice(longer, paths) - lasted


def _lengths(rng: np.random.Generator, waits: Waits, prior: Prior, size: int) -> Floats:
    log = prior.hold_spread * rng.standard_normal(size)
    assumed = np.ceil(prior.hold_median * np.exp(log))
    return _mixed(rng, waits.holds, assumed, prior.event_worth)


def _mixed(
    rng: np.random.Generator, observed: tuple[int, ...], assumed: Floats, worth: int
) -> Floats:
    """The assumed values, some replaced by observed ones in proportion to their number."""
    if not observed:
        return assumed
    picked = rng.choice(np.array(observed, dtype=float), assumed.size)
    share = len(observed) / (len(observed) + worth)
    return np.where(rng.random(assumed.size) < share, picked, assumed)
