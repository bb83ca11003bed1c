"""One home whose hub stands somewhere in a campaign, made by hand where a history would be long."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from tests.campaign.campaign_field import BEGIN, NEW, ToyField, device_id
from tests.campaign.campaign_samples import MIDNIGHT, MODEL, PLAN, C
from twin.campaign.executions import CampaignOrder
from twin.campaign.membership import Seat, seat
from twin.campaign.plan import Plan
from twin.state.devices import Device, Enrolment, Execution, Firmware, Stamp
from twin.state.premises import Premises
from twin.vocabulary import DeviceType, Exclusion, ExecutionState, HubVariant

HUB: Final = device_id(0, DeviceType.CHF)
RELEASING: Final = CampaignOrder(plan=PLAN, mode="release", upto=(1.0, 1.0))
SAID: Final = Stamp(BEGIN, 1, "urn:gb:twin:P0000000000000000")


def fresh() -> Premises:
    """A home of which nothing was said in any campaign."""
    (premises,) = ToyField(1, lambda *_: []).premises.values()
    return premises


def hub_with(premises: Premises, **changes: Any) -> Premises:
    hub = replace(premises.devices[HUB], **changes)
    return replace(premises, devices={**premises.devices, HUB: hub})


def seat_of(premises: Premises, plan: Plan = PLAN) -> Seat:
    hub = premises.devices[HUB]
    found = seat(plan=plan, device=hub, region="North", supplier="S01")
    assert found is not None
    return found


def enrolled(premises: Premises | None = None, plan: Plan = PLAN) -> Premises:
    """A home whose hub has its seat."""
    premises = premises or fresh()
    wave, place = seat_of(premises, plan)
    word = Enrolment(SAID, wave, place, "North", "S01", NEW)
    hub = premises.devices[HUB]
    return hub_with(premises, enrolments={**hub.enrolments, plan.campaign_id: word})


def excluded(reason: Exclusion) -> Premises:
    word = Enrolment(SAID, None, 0.0, None, None, None, reason)
    return hub_with(fresh(), enrolments={C: word})


def in_state(
    state: ExecutionState,
    *,
    attempt: int = 1,
    target: str | None = NEW,
    reached: datetime = MIDNIGHT,
) -> Premises:
    """A home whose hub was asked to update at the first midnight and has come so far."""
    execution = Execution(C, 1, attempt, state, MIDNIGHT, reached, target, MIDNIGHT)
    return hub_with(enrolled(), executions={C: execution})


def read_as(premises: Premises, version: str = NEW, evidence: Any = "read") -> Premises:
    """The inventory believes a version of the hub."""
    return hub_with(
        premises, belief=Firmware(Stamp(MIDNIGHT, 9, "x"), version, version == NEW, evidence)
    )


def exchanged(premises: Premises, *, at: datetime) -> Premises:
    """Another hub took the place of the first."""
    stamp = Stamp(at, 1, "x")
    later = Device(
        "FF" + HUB[2:],
        DeviceType.CHF,
        MODEL,
        HubVariant.DUAL_BAND,
        stamp,
        stamp,
        truth=Firmware(stamp, NEW, True, "installed"),
        belief=Firmware(stamp, NEW, True, "installed"),
    )
    return replace(premises, devices={**premises.devices, later.device_id: later})


def all_states() -> Iterator[Premises]:
    """Homes that stand at every point of a campaign."""
    yield fresh()
    yield enrolled()
    yield read_as(enrolled())
    yield exchanged(enrolled(), at=MIDNIGHT)
    yield from (excluded(reason) for reason in Exclusion)
    yield from (in_state(state, attempt=n) for state in ExecutionState for n in (1, 2))
