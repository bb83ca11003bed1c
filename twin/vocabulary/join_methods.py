"""Which pairs of devices are joined by which method (GBCS CS03; BR26)."""

from typing import Final

from twin.vocabulary.devices import DeviceType
from twin.vocabulary.pairing import JoinMethod

TYPE_2: Final = frozenset({DeviceType.IHD, DeviceType.CAD})
"""Devices that may only read: on no products list, no firmware by the DCC (BR38)."""

_PAIRS: Final = {
    JoinMethod.A: frozenset(
        {(DeviceType.ESME, DeviceType.HCALCS), (DeviceType.ESME, DeviceType.PPMID)}
    ),
    JoinMethod.B: frozenset(
        {
            (DeviceType.ESME, DeviceType.IHD),
            (DeviceType.ESME, DeviceType.CAD),
            (DeviceType.GPF, DeviceType.IHD),
            (DeviceType.GPF, DeviceType.CAD),
            (DeviceType.GSME, DeviceType.GPF),
        }
    ),
    JoinMethod.C: frozenset({(DeviceType.GSME, DeviceType.PPMID)}),
}


def method_of(*, device: DeviceType, partner: DeviceType) -> JoinMethod | None:
    """The one method by which two types of device are joined, or None where they never are."""
    for method, pairs in _PAIRS.items():
        if (device, partner) in pairs or (partner, device) in pairs:
            return method
    return None
