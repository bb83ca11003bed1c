"""Who belongs to a campaign, to which wave and where in it: a hash, so no home is always first.

Membership is asked once, when the plan is validated, and then stands on the log as enrolments:
what changes at a premises afterwards moves nobody in or out (rollout specification, section 5).
"""

from collections.abc import Callable
from datetime import UTC, datetime, time
from hashlib import blake2b
from typing import Final, NamedTuple

from twin.campaign.attempts import CapableVersion as CapableVersion
from twin.campaign.attempts import is_quarantined
from twin.campaign.plan import Plan, PlannedWave, Selection
from twin.state.devices import Device, Enrolment, believed_capable
from twin.state.premises import Premises, active_device
from twin.vocabulary import Exclusion

UNKNOWN: Final = "unknown"
"""Region or supplier of a premises whose registration had not come at enrolment."""


class Seat(NamedTuple):
    """A wave, from 1, and where a device stands in its order of release, 0 to 1."""

    wave: int
    place: float


class Member(NamedTuple):
    """A device that is or was enrolled in a campaign."""

    device: Device
    enrolment: Enrolment


def rank(*, campaign_id: str, device_id: str) -> float:
    """The place of a device on a campaign's scale, in [0, 1): each campaign shuffles anew."""
    digest = blake2b(f"{campaign_id}|{device_id}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53


def seat(*, plan: Plan, device: Device, region: str | None, supplier: str | None) -> Seat | None:
    """The seat of a device: of the waves that take its stratum each has its part of the scale."""
    at = rank(campaign_id=plan.campaign_id, device_id=device.device_id)
    begins, last = 0.0, None
    for number, wave in enumerate(plan.waves, start=1):
        if not _takes(wave, region, supplier, device.model):
            continue
        width = 1 - begins if wave.rest else wave.share
        if at < begins + width:
            return Seat(number, _inside((at - begins) / width))
        begins += width
        last = Seat(number, _inside(1.0))
    # Shares that add up to the whole may leave out the last bits of a float.
    return last if begins > 1 - 1e-6 else None


def placement(
    *, plan: Plan, premises: Premises, device: Device, capable_version: CapableVersion
) -> Seat | Exclusion:
    """The seat of a device in use, or why it has none (paragraph 31, obligation ii).

    By what the inventory believes, never by device truth, which the programme cannot see.
    """
    asked = _Asked(plan, premises, device, *stratum_of(premises), capable_version)
    for holds, reason in _CONDITIONS:
        if not holds(asked):
            return reason
    found = seat(plan=plan, device=device, region=asked.region, supplier=asked.supplier)
    return Exclusion.NOT_SELECTED if found is None else found


class _Asked(NamedTuple):
    """A device that asks for a seat, and what decides."""

    plan: Plan
    premises: Premises
    device: Device
    region: str | None
    supplier: str | None
    capable_version: CapableVersion


def _is_installed_before(asked: _Asked) -> bool:
    installed = asked.device.installed
    return installed is not None and installed.at.date() < asked.plan.installed_before


def _has_target(asked: _Asked) -> bool:
    model = asked.device.model
    return model is not None and asked.capable_version(model) is not None


def _is_let_out(asked: _Asked) -> bool:
    """Not left alone any more when the campaign starts; until then nobody asks it anyway."""
    starts = datetime.combine(asked.plan.starts_on, time.min, UTC)
    return not is_quarantined(asked.plan, asked.premises, asked.device, at=starts)


_CONDITIONS: Final[tuple[tuple[Callable[[_Asked], bool], Exclusion], ...]] = (
    (lambda a: _selects(a.plan.selection, a.device, a.region, a.supplier), Exclusion.NOT_SELECTED),
    (lambda a: a.device.commissioned is not None, Exclusion.NOT_COMMISSIONED),
    (_is_installed_before, Exclusion.INSTALLED_LATER),
    (lambda a: a.device.belief is not None, Exclusion.FIRMWARE_UNKNOWN),
    (lambda a: not believed_capable(device=a.device), Exclusion.ALREADY_CAPABLE),
    (_has_target, Exclusion.NO_CAPABLE_VERSION),
    (_is_let_out, Exclusion.QUARANTINED),
)
"""What a member must be, each with the reason of one that is not; the first that fails counts."""


def candidate(*, plan: Plan, premises: Premises) -> Device | None:
    """The device of a premises that a plan must place or exclude: the one that is in use."""
    device = active_device(premises, device_type=plan.device_type)
    return device if device is not None and device.installed is not None else None


def members(*, plan: Plan, premises: Premises) -> list[Member]:
    """All devices of a premises that have a seat in the campaign, in order of their ids.

    A device that was exchanged before a revision may still name a wave that the plan has no more.
    """
    return [
        Member(device, word)
        for _, device in sorted(premises.devices.items())
        if device.device_type == plan.device_type
        and (word := device.enrolments.get(plan.campaign_id)) is not None
        and word.wave is not None
        and word.wave <= len(plan.waves)
    ]


def stratum_name(member: Member) -> str:
    """Region and supplier of a member as they were frozen, and its model: what it counts under."""
    device, enrolment = member
    return "|".join(
        value or UNKNOWN for value in (enrolment.region, enrolment.supplier, device.model)
    )


def stratum_of(premises: Premises) -> tuple[str | None, str | None]:
    """Region and supplier of a premises, None before its registration has come."""
    known = premises.registration
    return (None, None) if known is None else (known.csp_region, known.supplier)


def _takes(wave: PlannedWave, region: str | None, supplier: str | None, model: str | None) -> bool:
    return (
        (not wave.regions or region in wave.regions)
        and (not wave.suppliers or supplier in wave.suppliers)
        and (not wave.models or model in wave.models)
    )


def _selects(
    selection: Selection, device: Device, region: str | None, supplier: str | None
) -> bool:
    return (
        (not selection.regions or region in selection.regions)
        and (not selection.suppliers or supplier in selection.suppliers)
        and (not selection.models or device.model in selection.models)
        and (not selection.hub_variants or device.hub_variant in selection.hub_variants)
    )


def _inside(place: float) -> float:
    """A place is below 1, whatever the last bits of a division say."""
    return min(place, 1 - 2**-53)
