"""How the bands family changes a premises: coverage, bands, high bandwidth links (BR11 to BR15)."""

from typing import assert_never

from msgspec.structs import replace

from twin.events import bands
from twin.events.envelope import Event
from twin.events.registry import BandFact
from twin.state.changes import device_of, latest, stamp_of, with_device
from twin.state.devices import HighBandwidthLink, Link
from twin.state.premises import Coverage, Premises


def bands_changed(premises: Premises, event: Event, fact: BandFact) -> Premises:
    """The premises after a fact of coverage, of a band, or of a link."""
    match fact:
        case bands.BandSelected():
            device = device_of(premises, fact.device_id, fact.device_type)
            link = latest(device.link, Link(stamp_of(event), fact.band, fact.reason))
            return with_device(premises, replace(device, link=link))
        case bands.CoverageMeasured():
            found = Coverage(stamp_of(event), fact.ghz_2_4, fact.sub_ghz)
            return replace(premises, coverage=latest(premises.coverage, found))
        case bands.HighBandwidthLinkOpened():
            return _link_told(premises, fact, HighBandwidthLink(stamp_of(event), "open"))
        case bands.HighBandwidthLinkClosed():
            return _link_told(premises, fact, HighBandwidthLink(stamp_of(event), "closed"))
        case bands.HighBandwidthLinkRefused():
            return _link_told(premises, fact, HighBandwidthLink(stamp_of(event), "refused"))
        case _:
            assert_never(fact)


_LinkFact = (
    bands.HighBandwidthLinkOpened | bands.HighBandwidthLinkClosed | bands.HighBandwidthLinkRefused
)


def _link_told(premises: Premises, fact: _LinkFact, found: HighBandwidthLink) -> Premises:
    device = device_of(premises, fact.device_id, fact.device_type)
    told = latest(device.high_bandwidth, found)
    return with_device(premises, replace(device, high_bandwidth=told))
