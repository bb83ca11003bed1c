"""Power outage alerts that a firmware campaign caused (MP102; BR36)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from twin.rules.marks import rule
from twin.state.legality import OUTAGE_TOLD_FROM

WITHIN: Final = timedelta(minutes=60)
"""ASSUMED: how far an outage may lie from the activation that caused it."""


class Activation(Struct, frozen=True):
    """An activation of an electricity meter of the premises, by a campaign."""

    at: datetime
    campaign_id: str


class PowerLoss(Struct, frozen=True):
    """A loss of the hub's power: when power came back, and for how many minutes it was away."""

    ended_at: datetime
    minutes: int


@rule("BR36")
def alerts_outage(*, minutes: float) -> bool:
    """Whether a hub that lost power for so long sends AD1: for more than three minutes."""
    return minutes > OUTAGE_TOLD_FROM


@rule("BR36")
def attribute_outage(
    *, loss: PowerLoss, activations: Sequence[Activation], within: timedelta = WITHIN
) -> str | None:
    """The campaign whose activation lies nearest to an outage and near enough, or None.

    `activations` are those of electricity meters in the same premises. An alert says whole
    minutes, so one of three minutes may be of an outage that lasted longer.
    """
    if loss.minutes < OUTAGE_TOLD_FROM:
        return None
    near = [
        (distance, activation.campaign_id)
        for activation in activations
        if (distance := _distance(loss, activation.at)) <= within
    ]
    return min(near)[1] if near else None


def _distance(loss: PowerLoss, at: datetime) -> timedelta:
    """How far a moment lies from the time without power; none within it."""
    began = loss.ended_at - timedelta(minutes=loss.minutes)
    return max(began - at, at - loss.ended_at, timedelta())
