"""How one device changes inside a premises: the small steps that the families share."""

from typing import Protocol, TypeVar

from msgspec.structs import replace

from twin.events.envelope import Event
from twin.state.devices import Device, Stamp
from twin.state.premises import Premises
from twin.vocabulary import DeviceType


class Stamped(Protocol):
    """A finding with the moment of the fact that made it."""

    @property
    def stamp(self) -> Stamp:
        """When the fact happened."""


Finding = TypeVar("Finding", bound=Stamped)


def stamp_of(event: Event) -> Stamp:
    """The stamp of an event."""
    return Stamp(event.occurred_at, event.sequence, event.source)


def latest(held: Finding | None, found: Finding) -> Finding:
    """The newer of two findings, whichever came first in the log (D11)."""
    return found if held is None or found.stamp > held.stamp else held


def last(held: Stamp | None, found: Stamp) -> Stamp:
    """The newer of two moments."""
    return found if held is None or found > held else held


def device_of(premises: Premises, device_id: str, device_type: DeviceType) -> Device:
    """A device of the premises, or a new one if it is first heard of now (D11)."""
    return premises.devices.get(device_id) or Device(device_id, device_type)


def with_device(premises: Premises, device: Device) -> Premises:
    """The premises with one device as it is now."""
    return replace(premises, devices={**premises.devices, device.device_id: device})
