"""The four high bandwidth links of a dual band hub at 868 MHz (paragraph 3, BR15)."""

from typing import TypeAlias

from twin.events.bands import (
    HighBandwidthLinkClosed,
    HighBandwidthLinkOpened,
    HighBandwidthLinkRefused,
)
from twin.fleet.living.world import Cause, LivePremises, World
from twin.rules.bands import open_link
from twin.rules.refusal import Refusal
from twin.vocabulary import DeviceType

_LinkFact: TypeAlias = type[
    HighBandwidthLinkOpened | HighBandwidthLinkClosed | HighBandwidthLinkRefused
]


def take_link(
    world: World,
    second: int,
    live: LivePremises,
    *,
    device_id: str,
    device_type: DeviceType,
    cause: Cause,
) -> bool:
    """A device asks for a link; False where the hub has none left (alert 0x8F2D).

    Only where 868 MHz is what reaches the rest of the premises: a device at 2.4 GHz, or on the
    Alternative HAN, needs none. A device that holds a link keeps it.
    """
    if not live.plan.on_sub_ghz or device_id in live.links:
        return True
    opened = open_link(
        links_in_use=len(live.links), hub_variant=live.plan.hub_variant, device_capable=True
    )
    if isinstance(opened, Refusal):
        _told(world, second, live, HighBandwidthLinkRefused, device_id, device_type, cause)
        return False
    live.links = (*live.links, device_id)
    _told(world, second, live, HighBandwidthLinkOpened, device_id, device_type, cause)
    return True


def give_link_back(
    world: World,
    second: int,
    live: LivePremises,
    *,
    device_id: str,
    device_type: DeviceType,
    cause: Cause,
) -> bool:
    """A device needs its link no more; False where it held none."""
    if device_id not in live.links:
        return False
    live.links = tuple(one for one in live.links if one != device_id)
    _told(world, second, live, HighBandwidthLinkClosed, device_id, device_type, cause)
    return True


def _told(
    world: World,
    second: int,
    live: LivePremises,
    fact: _LinkFact,
    device_id: str,
    device_type: DeviceType,
    cause: Cause,
) -> None:
    hub = live.plan.device(DeviceType.CHF)
    told = fact(device_id, device_type, len(live.links))
    world.device_says(second, live, hub, told, cause)
