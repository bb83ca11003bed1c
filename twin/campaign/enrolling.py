"""What is said of each device when membership is frozen: its seat, or why it has none."""

from collections.abc import Iterator

from twin.campaign.membership import (
    CapableVersion,
    Seat,
    candidate,
    members,
    placement,
    stratum_of,
)
from twin.campaign.plan import Plan
from twin.events.firmware import DeviceEnrolled, DeviceExcluded
from twin.state.devices import Device
from twin.state.premises import Premises
from twin.vocabulary import CspRegion, Exclusion


def words(
    *,
    plan: Plan,
    premises: Premises,
    capable_version: CapableVersion,
    excluded_models: tuple[str, ...],
    enrolling: bool,
) -> Iterator[DeviceEnrolled | DeviceExcluded]:
    """The words that are still to be said at a premises; none that was said already.

    While enrolling, every device in use gets its seat or its exclusion. Later only members of a
    model that an operator excluded lose theirs, as long as nothing was asked of them.
    """
    if enrolling:
        yield from _seated(plan, premises, capable_version)
        return
    for member in members(plan=plan, premises=premises):
        waits = plan.campaign_id not in member.device.executions
        if waits and member.device.model in excluded_models:
            yield excluded(plan, member.device, Exclusion.EXCLUDED_MODEL)


def _seated(
    plan: Plan, premises: Premises, capable_version: CapableVersion
) -> Iterator[DeviceEnrolled | DeviceExcluded]:
    device = candidate(plan=plan, premises=premises)
    if device is None:
        return
    held = device.enrolments.get(plan.campaign_id)
    found = placement(plan=plan, premises=premises, device=device, capable_version=capable_version)
    if not isinstance(found, Seat):
        if held is None or held.reason is not found:
            yield excluded(plan, device, found)
        return
    region, supplier = stratum_of(premises)
    said = None if held is None else (held.wave, held.place, held.region, held.supplier)
    if said != (*found, region, supplier):
        yield _enrolled(plan, device, found, (region, supplier), capable_version)


def _enrolled(
    plan: Plan,
    device: Device,
    found: Seat,
    stratum: tuple[str | None, str | None],
    capable_version: CapableVersion,
) -> DeviceEnrolled:
    region, supplier = stratum
    version = capable_version(device.model) if device.model is not None else None
    assert version is not None  # it is not excluded
    return DeviceEnrolled(
        device_id=device.device_id,
        device_type=device.device_type,
        campaign_id=plan.campaign_id,
        wave=found.wave,
        place=found.place,
        region=None if region is None else CspRegion(region),
        supplier=supplier,
        firmware_version=version,
    )


def excluded(plan: Plan, device: Device, reason: Exclusion) -> DeviceExcluded:
    """The word that a device has no part in a campaign, and why."""
    return DeviceExcluded(
        device_id=device.device_id,
        device_type=device.device_type,
        campaign_id=plan.campaign_id,
        reason=reason,
    )
