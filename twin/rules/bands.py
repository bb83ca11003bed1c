"""Bands and links: 2.4 GHz first, 868 MHz where it must be, four links (paragraphs 3, 5 to 7)."""

from typing import Final

from twin.events.bands import HIGH_BANDWIDTH_LINKS_MAX
from twin.rules.marks import rule
from twin.rules.refusal import Answer, Refusal, first_refusal, unless
from twin.vocabulary import Band, BandReason, DeviceType, HubVariant

HIGH_BANDWIDTH_SECONDS: Final = 10
"""A link is of high bandwidth if it is used at least so often, in seconds (paragraph 3)."""


@rule("BR11", "BR12", "BR14")
def select_band(
    *,
    device_type: DeviceType,
    ghz_2_4: bool,
    sub_ghz: bool,
    hub_variant: HubVariant,
    sub_ghz_capable: bool = True,
) -> tuple[Band, BandReason]:
    """The band of a device by paragraphs 3 and 5 to 7; the bands are those the installer measured.

    2.4 GHz is used wherever it works. Where only 868 MHz reaches the rest of the premises, the
    electricity meter, beside which the hub is fitted, still uses 2.4 GHz, so that no 868 MHz
    electricity meters spread (paragraph 5). 868 MHz needs a dual band hub and a device for it;
    otherwise the Alternative HAN is used (paragraph 7).
    """
    if ghz_2_4 or (sub_ghz and device_type is DeviceType.ESME):
        return Band.GHZ_2_4, BandReason.COVERAGE
    if sub_ghz and sub_ghz_capable and hub_variant is HubVariant.DUAL_BAND:
        return Band.SUB_GHZ, BandReason.TECHNICALLY_IMPRACTICABLE
    return Band.ALTERNATIVE_HAN, BandReason.NO_BAND


@rule("BR12")
def technically_impracticable(*, connects_as_is: bool) -> bool:
    """Licence condition 40.1 / 34.1: no connection without more equipment or moving any part.

    `connects_as_is` is what the installer measured; a connection that would come about by a
    repeater or by moving the hub does not make 2.4 GHz practicable.
    """
    return not connects_as_is


@rule("BR11", "BR12", "BR14")
def check_band(
    *, device_type: DeviceType, band: Band, reason: BandReason, hub_variant: HubVariant | None
) -> Answer:
    """Whether a device may have been put on a band for a reason; an unknown hub is not judged."""
    sub_ghz = band is Band.SUB_GHZ
    return first_refusal(
        unless(
            broken=sub_ghz and device_type is DeviceType.ESME,
            rule="BR11",
            why="an electricity meter always uses 2.4 GHz",
        ),
        unless(
            broken=sub_ghz and hub_variant is HubVariant.SINGLE_BAND,
            rule="BR14",
            why="a single band hub has no 868 MHz",
        ),
        unless(
            broken=sub_ghz
            and device_type is DeviceType.IHD
            and reason is not BandReason.TECHNICALLY_IMPRACTICABLE,
            rule="BR12",
            why="an IHD uses 868 MHz only if 2.4 GHz is technically impracticable",
        ),
    )


@rule("BR13")
def check_ihd_connection(*, ghz_2_4: bool, band: Band) -> Answer:
    """Condition 49.4(d) / 43.4(d): a 2.4 GHz IHD is connected at 2.4 GHz where that works."""
    return unless(
        broken=ghz_2_4 and band is not Band.GHZ_2_4,
        rule="BR13",
        why="2.4 GHz works in the premises, and the IHD is not connected by it",
    )


@rule("BR15")
def is_high_bandwidth(*, interval_s: float) -> bool:
    """Whether a link used every `interval_s` seconds is one of high bandwidth (paragraph 3)."""
    return 0 < interval_s <= HIGH_BANDWIDTH_SECONDS


@rule("BR14", "BR15")
def open_link(*, links_in_use: int, hub_variant: HubVariant, device_capable: bool) -> int | Refusal:
    """High bandwidth links in use after one more, or why not; the fifth is refused (0x8F2D)."""
    if hub_variant is not HubVariant.DUAL_BAND:
        return Refusal("BR14", "a single band hub has no 868 MHz")
    if not device_capable:
        return Refusal("BR14", "the device has no 868 MHz")
    if links_in_use >= HIGH_BANDWIDTH_LINKS_MAX:
        return Refusal("BR15", "all four high bandwidth links are in use (alert 0x8F2D)")
    return links_in_use + 1


@rule("BR15")
def close_link(*, links_in_use: int) -> int | Refusal:
    """High bandwidth links in use after one was given back."""
    if links_in_use < 1:
        return Refusal("BR15", "no high bandwidth link is in use")
    return links_in_use - 1
