"""Where a device counts in a campaign: exactly one cell, in a wave or among the excluded."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from twin.campaign.fields import AWAITING, ERRORS, UNRELEASED, field_of
from twin.campaign.membership import Member, is_seated, stratum_name
from twin.campaign.plan import Plan
from twin.state.premises import Premises

EXCLUDED = 0
"""The wave under which devices without a seat are counted; its strata are reasons."""
_OVER: Final = frozenset({"confirmed", *ERRORS, *UNRELEASED} - {AWAITING})
"""Fields of members that no order concerns any more."""


class WaveKey(NamedTuple):
    """What a tally counts: one stratum of one wave of one campaign."""

    campaign_id: str
    wave: int
    stratum: str


class Cell(NamedTuple):
    """The one place where a device adds 1 to the counts of a campaign.

    `day` is the ordinal day of its first release, 0 where it was not released.
    """

    campaign_id: str
    wave: int
    stratum: str
    field: str
    day: int = 0

    @property
    def wave_key(self) -> WaveKey:
        """The tally that the cell belongs to."""
        return WaveKey(self.campaign_id, self.wave, self.stratum)

    @property
    def is_over(self) -> bool:
        """Whether no order concerns the device any more."""
        return self.wave == EXCLUDED or self.field in _OVER

    @property
    def is_awaited(self) -> bool:
        """Whether the execution is still to begin, when the release reaches its place."""
        return self.wave != EXCLUDED and self.field == AWAITING


class Place(NamedTuple):
    """Where a device counts, and its place in the wave's order of release."""

    cell: Cell
    wave: int
    place: float


def places_of(*, plan: Plan, premises: Premises) -> Iterator[Place]:
    """The cells of all devices of a premises in a campaign: one each, with a seat or without."""
    campaign_id, of_type = plan.campaign_id, plan.device_type
    # A revision may be about another type, whose words are no part of it.
    named = [
        device
        for device in premises.devices.values()
        if device.device_type is of_type and campaign_id in device.enrolments
    ]
    if len(named) > 1:
        named.sort(key=lambda device: device.device_id)
    for device in named:
        word = device.enrolments[campaign_id]
        if word.reason is not None:
            cell = Cell(plan.campaign_id, EXCLUDED, word.reason, AWAITING)
            yield Place(cell, EXCLUDED, 0.0)
        elif is_seated(plan=plan, enrolment=word):
            yield _place_of(plan, premises, Member(device, word))


def _place_of(plan: Plan, premises: Premises, member: Member) -> Place:
    device, enrolment = member
    assert enrolment.wave is not None  # a member has a seat
    execution = device.executions.get(plan.campaign_id)
    cell = Cell(
        plan.campaign_id,
        enrolment.wave,
        stratum_name(member),
        field_of(plan=plan, premises=premises, device=device),
        0 if execution is None else execution.released_at.toordinal(),
    )
    return Place(cell, enrolment.wave, enrolment.place)


def may_move(before: Premises, after: Premises) -> bool:
    """Whether what places a premises was touched: its devices or its registration."""
    return before.devices is not after.devices or before.registration is not after.registration
