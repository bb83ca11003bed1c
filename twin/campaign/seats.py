"""Which wave a device is in and where in it: hashes, so that no home is always first.

A campaign has two scales from 0 to 1. Waves by share and the rest divide the one, waves by count
take the lowest lots of the other. So those that no count takes lie as evenly on the first as all
do, and where the counts end moves nobody but those they take.
"""

from hashlib import blake2b
from typing import Final, NamedTuple

from twin.campaign.plan import Plan, PlannedWave
from twin.state.devices import Device

LOTS: Final = "count"
"""What tells the scale of the lots from that of the ranks."""


class Seat(NamedTuple):
    """A wave, from 1, and where a device stands in its order of release, 0 to 1."""

    wave: int
    place: float


def rank(*, campaign_id: str, device_id: str) -> float:
    """The place of a device on a campaign's scale, in [0, 1): each campaign shuffles anew."""
    digest = blake2b(f"{campaign_id}|{device_id}".encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / 2**53


def lot(*, campaign_id: str, device_id: str) -> float:
    """The lot of a device for waves by count, in [0, 1) and a whole number of 2**-53."""
    return rank(campaign_id=f"{LOTS}|{campaign_id}", device_id=device_id)


def takes(wave: PlannedWave, region: str | None, supplier: str | None, model: str | None) -> bool:
    """Whether a wave takes devices of a stratum."""
    return (
        (not wave.regions or region in wave.regions)
        and (not wave.suppliers or supplier in wave.suppliers)
        and (not wave.models or model in wave.models)
    )


def seat(
    *,
    plan: Plan,
    device: Device,
    region: str | None,
    supplier: str | None,
    cuts: tuple[float, ...] = (),
) -> Seat | None:
    """The seat of a device: of the waves that take its stratum each has its part of a scale.

    `cuts` say for each wave below which lot it takes (`twin.campaign.counted`); while they are
    not drawn, waves by count take nobody.
    """
    counted = _by_count(plan, device, region, supplier, cuts) if cuts else None
    if counted is not None:
        return counted
    at = rank(campaign_id=plan.campaign_id, device_id=device.device_id)
    begins, last = 0.0, None
    for number, wave in enumerate(plan.waves, start=1):
        if wave.count is not None or not takes(wave, region, supplier, device.model):
            continue
        width = 1 - begins if wave.rest else wave.share
        if at < begins + width:
            return Seat(number, _inside((at - begins) / width))
        begins += width
        last = Seat(number, _inside(1.0))
    # Shares that add up to the whole may leave out the last bits of a float.
    return last if begins > 1 - 1e-6 else None


def _by_count(
    plan: Plan, device: Device, region: str | None, supplier: str | None, cuts: tuple[float, ...]
) -> Seat | None:
    at, begins = lot(campaign_id=plan.campaign_id, device_id=device.device_id), 0.0
    for number, (wave, cut) in enumerate(zip(plan.waves, cuts, strict=True), start=1):
        if wave.count is None or not takes(wave, region, supplier, device.model):
            continue
        if begins <= at < cut:
            return Seat(number, _inside((at - begins) / (cut - begins)))
        begins = max(begins, cut)
    return None


def _inside(place: float) -> float:
    """A place is below 1, whatever the last bits of a division say."""
    return min(place, 1 - 2**-53)
