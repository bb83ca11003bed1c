"""Folded premises for the tests of judging, built from their structs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from twin.state.devices import (
    Device,
    Firmware,
    Link,
    Stamp,
)
from twin.state.premises import (
    Coverage,
    Premises,
)
from twin.vocabulary import (
    Band,
    BandReason,
    DeviceType,
    HubVariant,
)

NOON = datetime(2018, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
NAME = "P0123456789abcdef"
COVERAGE, IMPRACTICABLE = BandReason.COVERAGE, BandReason.TECHNICALLY_IMPRACTICABLE


def at(hours: float, sequence: int = 1) -> Stamp:
    """A stamp some hours after noon."""
    return Stamp(NOON + hours * HOUR, sequence, "urn:gb:test")


def ran(hours: float, *, version: str = "00010002", capable: bool = True, by: Any) -> Firmware:
    """A firmware known at an hour, on some evidence."""
    return Firmware(at(hours), version, capable, by)


def device(name: str, kind: DeviceType, **words: Any) -> Device:
    """A device that was installed at noon, unless the words say else."""
    return Device(name, kind, **{"installed": at(0), **words})


def hub(name: str = "HUB", **words: Any) -> Device:
    """A capable dual band hub."""
    firmware = ran(0, by="installed")
    return device(
        name,
        DeviceType.CHF,
        **{"hub_variant": HubVariant.DUAL_BAND, "truth": firmware, "belief": firmware, **words},
    )


def meter(name: str = "ESME", **words: Any) -> Device:
    """A capable electricity meter at 2.4 GHz."""
    firmware = ran(0, by="installed")
    link = Link(at(0), Band.GHZ_2_4, COVERAGE)
    return device(
        name, DeviceType.ESME, **{"truth": firmware, "belief": firmware, "link": link, **words}
    )


def display(band: Band, reason: BandReason, name: str = "IHD") -> Device:
    """An in-home display on a band."""
    return device(name, DeviceType.IHD, link=Link(at(0), band, reason))


def of(*devices: Device, ghz_2_4: bool | None = True, **words: Any) -> Premises:
    """A premises with devices; `ghz_2_4` None: nobody measured."""
    coverage = None if ghz_2_4 is None else Coverage(at(0), ghz_2_4, True)
    found = {one.device_id: one for one in devices}
    return Premises(NAME, **{"devices": found, "coverage": coverage, **words})
