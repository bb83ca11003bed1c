"""The plan curve: how much of a campaign should be confirmed by a day."""

from datetime import date
from math import fsum

from twin.campaign.plan import Plan, PlannedWave


def planned_share(*, plan: Plan, on: date) -> float:
    """Share 0 to 1 of the members that the plan wants confirmed by the start of a day.

    Each wave rises evenly from `planned_from` to `planned_to`.
    """
    return min(1.0, fsum(wave.share * _done(wave, on) for wave in plan.waves))


def _done(wave: PlannedWave, on: date) -> float:
    if on >= wave.planned_to:
        return 1.0
    if on <= wave.planned_from:
        return 0.0
    return (on - wave.planned_from).days / (wave.planned_to - wave.planned_from).days
