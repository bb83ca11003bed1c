"""Who is capable of local pairing: new installations and all installed (paragraphs 29 to 31)."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from msgspec import Struct

from twin.rules.marks import rule
from twin.rules.refusal import Answer, unless
from twin.state.premises import Premises, active_device, is_capable
from twin.vocabulary import DeviceType

OBLIGED: Final = frozenset({DeviceType.CHF, DeviceType.ESME})
"""Devices that paragraph 31 speaks of: communications hubs and electricity meters."""
MID_2017_NEW_INSTALLS: Final = date(2017, 7, 1)
"""From when on obligation (i) binds new installations, and before when (ii) those that are there.

The source says "mid-2017"; the day is an assumption, the one of the default programme.
"""


class Capability(Struct, frozen=True):
    """How much of a fleet can pair locally: hubs, electricity meters, and premises with both."""

    hubs: int = 0
    hubs_capable: int = 0
    meters: int = 0
    meters_capable: int = 0
    premises: int = 0
    premises_capable: int = 0

    def __add__(self, other: "Capability") -> "Capability":
        """The capability of two fleets together."""
        return Capability(
            self.hubs + other.hubs,
            self.hubs_capable + other.hubs_capable,
            self.meters + other.meters,
            self.meters_capable + other.meters_capable,
            self.premises + other.premises,
            self.premises_capable + other.premises_capable,
        )


@rule("BR04")
def check_new_installation(
    *, device_type: DeviceType, installed_on: date, capable: bool, obliged_from: date
) -> Answer:
    """Obligation (i): installed from `obliged_from` on, a hub or ESME is capable (paragraph 31).

    The day within "mid-2017" is an assumption of the fleet (`pairing_capable_from`).
    """
    return unless(
        broken=device_type in OBLIGED and installed_on >= obliged_from and not capable,
        rule="BR04",
        why="from mid-2017 every new hub and electricity meter can pair locally",
    )


@rule("BR05")
def capability_of(*, fleet: Iterable[Premises], believed: bool = False) -> Capability:
    """Obligation (ii): hubs and meters counted apart, a premises where both are (paragraph 31).

    By device truth, or with `believed` by what the inventory believes.
    """
    return sum((_capability(premises, believed) for premises in fleet), Capability())


def _capability(premises: Premises, believed: bool) -> Capability:
    hubs, hubs_capable = _counted(premises, DeviceType.CHF, believed)
    meters, meters_capable = _counted(premises, DeviceType.ESME, believed)
    both = is_capable(premises, believed=believed)
    return Capability(
        hubs, hubs_capable, meters, meters_capable, int(hubs > 0 and meters > 0), int(both)
    )


def _counted(premises: Premises, device_type: DeviceType, believed: bool) -> tuple[int, int]:
    device = active_device(premises, device_type=device_type)
    if device is None:
        return 0, 0
    firmware = device.belief if believed else device.truth
    return 1, int(firmware is not None and firmware.pairing_capable)
