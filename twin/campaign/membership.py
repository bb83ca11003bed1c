"""Who belongs to a campaign, and to which wave: a hash, so no list and no premises always first."""

from bisect import bisect_right
from collections.abc import Callable
from hashlib import blake2b
from typing import Literal, TypeAlias

from twin.campaign.plan import Plan
from twin.state.devices import Device
from twin.state.premises import Premises, active_device

CapableVersion: TypeAlias = Callable[[str], str | None]
"""The newest firmware with local pairing for a model, or None where there is none."""

Exclusion: TypeAlias = Literal[
    "no_device",
    "not_commissioned",
    "installed_later",
    "firmware_unknown",
    "already_capable",
    "no_capable_version",
]


def rank(*, campaign_id: str, device_id: str) -> float:
    """The place of a device on a campaign's scale, in [0, 1): each campaign shuffles anew."""
    digest = blake2b(f"{campaign_id}|{device_id}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53


def wave_of(*, plan: Plan, rank: float) -> int:
    """The wave, from 1, whose half-open interval of the scale holds a rank in [0, 1)."""
    return bisect_right(plan.edges, rank) + 1


def exclusion(
    *, plan: Plan, premises: Premises, capable_version: CapableVersion
) -> Exclusion | None:
    """Why the campaign has nothing to do at a premises, or None if it has.

    By what the inventory believes, never by device truth, which the programme cannot see.
    """
    device = active_device(premises, device_type=plan.device_type)
    return _exclusion_of(device, plan, capable_version)


def eligible(*, plan: Plan, premises: Premises, capable_version: CapableVersion) -> Device | None:
    """The device that the campaign should upgrade at a premises (paragraph 31, obligation ii)."""
    device = active_device(premises, device_type=plan.device_type)
    return device if _exclusion_of(device, plan, capable_version) is None else None


def member(*, plan: Plan, premises: Premises, capable_version: CapableVersion) -> Device | None:
    """The one device that counts for a premises in a campaign.

    The active device if the campaign should upgrade it; otherwise the one that it asked last,
    even if that was exchanged since, so that no upgrade and no exchange shrinks a denominator.
    """
    found = eligible(plan=plan, premises=premises, capable_version=capable_version)
    if found is not None:
        return found
    asked = executed(plan=plan, premises=premises)
    return max(asked, key=_requested_at(plan)) if len(asked) > 1 else next(iter(asked), None)


def executed(*, plan: Plan, premises: Premises) -> list[Device]:
    """All devices of a premises that have an execution in the campaign, in order of their ids."""
    return [
        device
        for _, device in sorted(premises.devices.items())
        if device.device_type == plan.device_type and plan.campaign_id in device.executions
    ]


def _requested_at(plan: Plan) -> Callable[[Device], tuple[object, ...]]:
    return lambda device: (device.executions[plan.campaign_id].requested_at, device.device_id)


def _exclusion_of(
    device: Device | None, plan: Plan, capable_version: CapableVersion
) -> Exclusion | None:
    if device is None or device.installed is None:
        return "no_device"
    if device.commissioned is None:
        return "not_commissioned"
    if device.installed.at.date() >= plan.installed_before:
        return "installed_later"
    return _firmware_exclusion(device, capable_version)


def _firmware_exclusion(device: Device, capable_version: CapableVersion) -> Exclusion | None:
    if device.belief is None:
        return "firmware_unknown"
    if device.belief.pairing_capable:
        return "already_capable"
    if device.model is None or capable_version(device.model) is None:
        return "no_capable_version"
    return None
