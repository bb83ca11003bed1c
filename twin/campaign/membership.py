"""Who belongs to a campaign, and who does not and why; which wave, `twin.campaign.seats` says.

Membership is asked once, when the plan is validated, and then stands on the log as enrolments:
what changes at a premises afterwards moves nobody in or out (rollout specification, section 5).
"""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Final, NamedTuple

from twin.campaign.attempts import is_quarantined
from twin.campaign.plan import Plan
from twin.campaign.seats import Seat as Seat
from twin.campaign.seats import rank as rank
from twin.campaign.seats import seat as seat
from twin.campaign.selecting import selects
from twin.campaign.targets import CapableVersion as CapableVersion
from twin.campaign.targets import brings_pairing, is_there, target_of, was_asked
from twin.state.devices import Device, Enrolment
from twin.state.premises import Premises, active_device
from twin.vocabulary import Exclusion

UNKNOWN: Final = "unknown"
"""Region or supplier of a premises whose registration had not come at enrolment."""


class Member(NamedTuple):
    """A device that is or was enrolled in a campaign."""

    device: Device
    enrolment: Enrolment


def placement(
    *,
    plan: Plan,
    premises: Premises,
    device: Device,
    capable_version: CapableVersion,
    cuts: tuple[float, ...] = (),
) -> Seat | Exclusion:
    """The seat of a device in use, or why it has none (paragraph 31, obligation ii).

    By what the inventory believes, never by device truth, which the programme cannot see.
    """
    target = target_of(plan=plan, model=device.model, capable_version=capable_version)
    there = is_there(plan=plan, device=device, target=target)
    asked = _Asked(plan, premises, device, *stratum_of(premises), target, there)
    for holds, reason in _CONDITIONS:
        if not holds(asked):
            return reason
    found = seat(plan=plan, device=device, region=asked.region, supplier=asked.supplier, cuts=cuts)
    return Exclusion.NOT_SELECTED if found is None else found


class _Asked(NamedTuple):
    """A device that asks for a seat, and what decides."""

    plan: Plan
    premises: Premises
    device: Device
    region: str | None
    supplier: str | None
    target: str | None
    is_there: bool
    """Whether it is believed to run what the plan brings."""


def _is_installed_before(asked: _Asked) -> bool:
    installed, (_, before) = asked.device.installed, asked.plan.installed_within
    return before is None or (installed is not None and installed.at.date() < before)


def _is_let_out(asked: _Asked) -> bool:
    """Not left alone any more when the campaign starts; until then nobody asks it anyway."""
    if not asked.device.executions:
        return True
    starts = datetime.combine(asked.plan.starts_on, time.min, UTC)
    return not is_quarantined(asked.plan, asked.premises, asked.device, at=starts)


_CONDITIONS: Final[tuple[tuple[Callable[[_Asked], bool], Exclusion], ...]] = (
    (lambda a: selects(a.plan.selection, a.device, a.region, a.supplier), Exclusion.NOT_SELECTED),
    (lambda a: a.device.commissioned is not None, Exclusion.NOT_COMMISSIONED),
    (_is_installed_before, Exclusion.INSTALLED_LATER),
    (
        lambda a: a.plan.rolls_back is None or was_asked(plan=a.plan, device=a.device),
        Exclusion.NOT_EXPOSED,
    ),
    (lambda a: a.device.belief is not None, Exclusion.FIRMWARE_UNKNOWN),
    (lambda a: not (a.is_there and brings_pairing(a.plan)), Exclusion.ALREADY_CAPABLE),
    (lambda a: not a.is_there, Exclusion.ALREADY_AT_TARGET),
    (lambda a: a.target is not None or a.plan.rolls_back is not None, Exclusion.NO_CAPABLE_VERSION),
    (lambda a: a.target is not None, Exclusion.NO_TARGET_NAMED),
    (_is_let_out, Exclusion.QUARANTINED),
)
"""What a member must be, each with the reason of one that is not; the first that fails counts."""


def candidate(*, plan: Plan, premises: Premises) -> Device | None:
    """The device of a premises that a plan must place or exclude: the one that is in use."""
    device = active_device(premises, device_type=plan.device_type)
    return device if device is not None and device.installed is not None else None


def members(*, plan: Plan, premises: Premises) -> list[Member]:
    """All devices of a premises that have a seat in the campaign, in order of their ids."""
    campaign_id, of_type = plan.campaign_id, plan.device_type
    found = [
        Member(device, word)
        for device in premises.devices.values()
        if device.device_type is of_type
        and (word := device.enrolments.get(campaign_id)) is not None
        and is_seated(plan=plan, enrolment=word)
    ]
    return found if len(found) < 2 else sorted(found, key=_id_of)


def _id_of(member: Member) -> str:
    return member.device.device_id


def is_seated(*, plan: Plan, enrolment: Enrolment) -> bool:
    """Whether a word gives a seat in one of the plan's waves.

    A device that was exchanged before a revision may still name a wave that the plan has no more.
    """
    return enrolment.wave is not None and enrolment.wave <= len(plan.waves)


def stratum_name(member: Member) -> str:
    """Region and supplier of a member as they were frozen, and its model: what it counts under."""
    device, enrolment = member
    region, supplier = enrolment.region or UNKNOWN, enrolment.supplier or UNKNOWN
    return f"{region}|{supplier}|{device.model or UNKNOWN}"


def stratum_of(premises: Premises) -> tuple[str | None, str | None]:
    """Region and supplier of a premises, None before its registration has come."""
    known = premises.registration
    return (None, None) if known is None else (known.csp_region, known.supplier)
