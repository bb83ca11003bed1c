"""Bands family: what the radio reaches, and which band was selected (paragraphs 3 and 5 to 7)."""

from typing import ClassVar

from msgspec import Struct

from twin.ids import Eui64
from twin.vocabulary import Band, BandReason, DeviceType


class CoverageMeasured(Struct, frozen=True, forbid_unknown_fields=True):
    """The installer measured which bands work without additional equipment."""

    TYPE: ClassVar[str] = "uk.gb.smart.bands.coverage-measured.v1"
    ghz_2_4: bool
    sub_ghz: bool


class BandSelected(Struct, frozen=True, forbid_unknown_fields=True):
    """A device's band was selected, with the reason (licence conditions 40.1 and 34.1)."""

    TYPE: ClassVar[str] = "uk.gb.smart.bands.band-selected.v1"
    device_id: Eui64
    device_type: DeviceType
    band: Band
    reason: BandReason
