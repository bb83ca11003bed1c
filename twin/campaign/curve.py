"""The plan curve: how much of a campaign should be confirmed by a day."""

from collections.abc import Sequence
from datetime import date
from math import fsum

from twin.campaign.plan import Plan, PlannedWave


def planned_share(*, plan: Plan, on: date, members: Sequence[int] | None = None) -> float:
    """Share 0 to 1 of the members that the plan wants confirmed by the start of a day.

    Each wave rises evenly from `planned_from` to `planned_to` and weighs by its `members`, as
    they were frozen. Before that its share is a guess: how large its strata are, nobody has
    counted yet, so waves that take the rest of theirs divide evenly what the others leave.
    """
    weights = _guessed(plan.waves) if not members or not sum(members) else members
    total = fsum(weights)
    done = fsum(
        weight / total * _done(wave, on) for weight, wave in zip(weights, plan.waves, strict=True)
    )
    return min(1.0, done)


def _guessed(waves: Sequence[PlannedWave]) -> list[float]:
    resting = sum(wave.rest for wave in waves)
    left = max(0.0, 1.0 - fsum(wave.share for wave in waves))
    weights = [left / resting if wave.rest else wave.share for wave in waves]
    # where strata take all by their own shares, one after the other leaves nothing to a rest
    return weights if fsum(weights) > 0 else [1.0 for _ in waves]


def _done(wave: PlannedWave, on: date) -> float:
    if on >= wave.planned_to:
        return 1.0
    if on <= wave.planned_from:
        return 0.0
    return (on - wave.planned_from).days / (wave.planned_to - wave.planned_from).days
