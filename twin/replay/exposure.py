"""Who was exposed to an image: the devices that were asked before a gate held the campaign."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from msgspec import Struct

from twin.events.envelope import Event
from twin.events.programme import AbortOrdered, CampaignHeld, GateEvaluated, ModelExcluded
from twin.replay.commanded import BY_GATES
from twin.replay.course import Course
from twin.state.devices import Device
from twin.vocabulary import GateDecision

_MODEL: Final = "model:"


class Exposure(Struct, frozen=True, kw_only=True):
    """Devices that were asked to update before a gate held, or ever where none did.

    `bad` of them are of a model that was found bad, `running` of these run the new image when the
    log ends.
    """

    asked: int
    bad: int
    running: int


def bad_models(course: Course, campaign_id: str) -> frozenset[str]:
    """Models that a gate rejected or an operator took out."""
    found: set[str] = set()
    for event in course.events:
        fact = event.fact
        if event.key != campaign_id:
            continue
        if isinstance(fact, ModelExcluded):
            found.add(fact.model)
        elif isinstance(fact, GateEvaluated) and fact.decision is GateDecision.REJECT:
            stratum = fact.stratum or ""
            if stratum.startswith(_MODEL):
                found.add(stratum.removeprefix(_MODEL))
    return frozenset(found)


def is_held_by_gate(event: Event) -> bool:
    """Whether a gate ended the releases with this fact, for the time or for good."""
    fact = event.fact
    if isinstance(fact, AbortOrdered):
        return fact.cause == "error_gate"
    return isinstance(fact, CampaignHeld) and fact.reason in BY_GATES


def first_hold(course: Course, campaign_id: str) -> datetime | None:
    """When a gate first held a campaign, None where none did."""
    own = (event for event in course.events if event.key == campaign_id)
    return next((event.occurred_at for event in own if is_held_by_gate(event)), None)


def exposure(course: Course, campaign_id: str, *, bad: Collection[str]) -> Exposure:
    """Who was exposed in a campaign; `bad` names the models that were found bad."""
    held = first_hold(course, campaign_id)
    asked = bad_asked = running = 0
    for device, target in _asked(course, campaign_id, before=held):
        asked += 1
        if device.model in bad:
            bad_asked += 1
            running += device.truth is not None and device.truth.version == target
    return Exposure(asked=asked, bad=bad_asked, running=running)


def _asked(
    course: Course, campaign_id: str, *, before: datetime | None
) -> list[tuple[Device, str]]:
    """Devices that were asked before a moment, each once, and the version they were asked for."""
    found: dict[str, tuple[Device, str]] = {}
    for question, asked in course.asked.items():
        if question.campaign_id != campaign_id or (before and asked.ordered >= before):
            continue
        device = course.premises[asked.request.premises_id].devices[question.device_id]
        found[question.device_id] = device, asked.request.target_version
    return list(found.values())
