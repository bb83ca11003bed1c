"""Bands family: coverage, band selection and the four links (paragraphs 3 and 5 to 7)."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from twin.ids import Eui64
from twin.vocabulary import Band, BandReason, DeviceType

HIGH_BANDWIDTH_LINKS_MAX = 4
"""High bandwidth links that a dual band hub supports on 868 MHz (paragraph 3, BR15)."""
LinksInUse = Annotated[
    int, Meta(ge=0, le=HIGH_BANDWIDTH_LINKS_MAX, extra_json_schema={"x-rule": "BR15"})
]


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


class HighBandwidthLinkOpened(Struct, frozen=True, forbid_unknown_fields=True):
    """A device took one of the four high bandwidth links of its hub on 868 MHz (BR15)."""

    TYPE: ClassVar[str] = "uk.gb.smart.bands.high-bandwidth-link-opened.v1"
    device_id: Eui64
    device_type: DeviceType
    links_in_use: LinksInUse


class HighBandwidthLinkClosed(Struct, frozen=True, forbid_unknown_fields=True):
    """A device gave its high bandwidth link back."""

    TYPE: ClassVar[str] = "uk.gb.smart.bands.high-bandwidth-link-closed.v1"
    device_id: Eui64
    device_type: DeviceType
    links_in_use: LinksInUse


class HighBandwidthLinkRefused(Struct, frozen=True, forbid_unknown_fields=True):
    """The hub has no 868 MHz link left for a device (alert 0x8F2D, BR15)."""

    TYPE: ClassVar[str] = "uk.gb.smart.bands.high-bandwidth-link-refused.v1"
    device_id: Eui64
    device_type: DeviceType
    links_in_use: LinksInUse
