"""How the device logs of a premises change: who may join the hub, who joined whom (BR20-BR26)."""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from twin.events import joining
from twin.events.envelope import Event
from twin.events.registry import JoinFact
from twin.state.changes import device_of, last, latest, stamp_of, with_device
from twin.state.devices import DeviceLog, Partner
from twin.state.premises import Premises
from twin.vocabulary import DeviceType, JoinResponse, UnjoinResponse


def joins_changed(premises: Premises, event: Event, fact: JoinFact) -> Premises:  # noqa: C901, PLR0911
    """The premises after a fact about joining.

    A request alone changes nothing: the device's own alert or answer tells what became of it.
    """
    match fact:
        case joining.DeviceLogUpdateRequested() | joining.JoinRequested():
            return premises
        case joining.ChfDeviceLogChanged():
            log = DeviceLog(stamp_of(event), fact.entries, fact.historic)
            return _logged(premises, fact.device_id, DeviceType.CHF, log)
        case joining.GpfDeviceLogChanged():
            log = DeviceLog(stamp_of(event), fact.entries)
            return _logged(premises, fact.device_id, DeviceType.GPF, log)
        case joining.DeviceJoined():
            device = device_of(premises, fact.device_id, fact.device_type)
            joined = last(device.joined, stamp_of(event))
            return with_device(premises, replace(device, joined=joined))
        case joining.JoinSucceeded():
            kind = fact.partner_device_type
            found = Partner(stamp_of(event), kind, "joined", JoinResponse.SUCCESS.value)
            return _partner_told(premises, fact, found)
        case joining.JoinFailed():
            kind = fact.partner_device_type
            found = Partner(stamp_of(event), kind, "failed", fact.response.value)
            return _partner_told(premises, fact, found)
        case joining.DeviceUnjoined():
            if fact.response is UnjoinResponse.OTHER_FAILURE:
                return premises  # the partner stays where it was (0x8F4A)
            found = Partner(stamp_of(event), None, "unjoined", fact.response.value)
            return _partner_told(premises, fact, found)
        case _:
            assert_never(fact)


def _logged(
    premises: Premises, device_id: str, device_type: DeviceType, found: DeviceLog
) -> Premises:
    device = device_of(premises, device_id, device_type)
    return with_device(premises, replace(device, log=latest(device.log, found)))


_Word: TypeAlias = joining.JoinSucceeded | joining.JoinFailed | joining.DeviceUnjoined


def _partner_told(premises: Premises, fact: _Word, found: Partner) -> Premises:
    """The last word on a partner; its type is told by some facts only and is kept."""
    device = device_of(premises, fact.device_id, fact.device_type)
    partner_id = fact.partner_device_id
    held = device.partners.get(partner_id)
    told = latest(held, found)
    if told.device_type is None and held is not None:
        told = replace(told, device_type=held.device_type or found.device_type)
    return with_device(premises, replace(device, partners={**device.partners, partner_id: told}))
