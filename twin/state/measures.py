"""Figures that are published and may be restated: each a sum over premises (paragraph 31, BR05)."""

from collections.abc import Callable
from typing import Final, TypeAlias

from msgspec import Struct

from twin.state.devices import known_model
from twin.state.premises import Premises, active_device, is_capable
from twin.vocabulary import DeviceType


class Measure(Struct, frozen=True):
    """A figure: its name, what it counts, and what one premises adds to it."""

    name: str
    words: str
    of: Callable[[Premises], int]


def _capable(premises: Premises, device_type: DeviceType) -> int:
    device = active_device(premises, device_type=device_type)
    return int(device is not None and device.truth is not None and device.truth.pairing_capable)


def _completed(premises: Premises) -> int:
    return sum(attempt.outcome == "completed" for attempt in premises.pairings.values())


CapableVersion: TypeAlias = Callable[[str], str | None]
"""Of a products list: the version of a model that has local pairing, None where there is none."""
BY_LIST: Final = "capable-by-list"


def by_list(capable_version: CapableVersion) -> Measure:
    """Premises whose hub and meter run what a products list gives their models (BR04, BR05).

    The one measure that reads reference data: for all others what a version can do stands in the
    facts. `capable_version` is the list's own rule (`pairing_capable_rule`, an assumption).
    """

    def is_listed(premises: Premises, device_type: DeviceType) -> bool:
        device = active_device(premises, device_type=device_type)
        if device is None or device.truth is None:
            return False
        model = known_model(device=device)
        return model is not None and capable_version(model) == device.truth.version

    def of(premises: Premises) -> int:
        return int(all(is_listed(premises, kind) for kind in (DeviceType.CHF, DeviceType.ESME)))

    return Measure(BY_LIST, "premises capable of local pairing, by the products list", of)


MEASURES: Final = {
    measure.name: measure
    for measure in (
        Measure("registered", "premises registered", lambda p: int(p.registration is not None)),
        Measure(
            "installed",
            "premises with a communications hub",
            lambda p: int(active_device(p, device_type=DeviceType.CHF) is not None),
        ),
        Measure(
            "capable",
            "premises capable of local pairing, by device truth",
            lambda p: int(is_capable(p)),
        ),
        Measure(
            "believed-capable",
            "premises capable of local pairing, as the inventory believes",
            lambda p: int(is_capable(p, believed=True)),
        ),
        Measure(
            "capable-hubs",
            "hubs on firmware with local pairing, by device truth",
            lambda p: _capable(p, DeviceType.CHF),
        ),
        Measure(
            "capable-meters",
            "electricity meters on firmware with local pairing, by device truth",
            lambda p: _capable(p, DeviceType.ESME),
        ),
        Measure("paired", "pairing attempts that were completed", _completed),
        Measure(
            "pins-set",
            "premises with a Privacy PIN set",
            lambda p: int(p.pin is not None and p.pin.pin_class is not None),
        ),
        Measure(
            "intruders-paired", "unauthorised pairings (paragraph 33)", lambda p: p.intruders_paired
        ),
    )
}
"""The measures by name."""
