"""What is released next of the current wave: a share of its places a day, or by the pace."""

from twin.campaign.basis import Basis
from twin.campaign.opening import PERIOD
from twin.campaign.paced import paced_release
from twin.campaign.state import Campaign
from twin.events.programme import WaveReleased


def release(campaign: Campaign, basis: Basis) -> WaveReleased | None:
    """The next step of the release, at most one a tick; a wave begins on the tick after another."""
    nth = campaign.current
    if nth is None or campaign.waves[nth].completed_at is not None:
        return None
    last = campaign.waves[nth].released_tick
    if last is None and nth > 0:
        last = campaign.waves[nth - 1].ended_tick
    if last is not None and basis.tick <= last:
        return None
    if campaign.plan.is_paced:
        return paced_release(campaign, basis, nth)
    return _by_share(campaign, basis, nth)


def _by_share(campaign: Campaign, basis: Basis, nth: int) -> WaveReleased | None:
    wave = campaign.waves[nth]
    days = (basis.now - wave.moved_at) / PERIOD if wave.moved_at is not None else 1.0
    if days <= 0:
        return None
    upto, complete = _reached(campaign, nth, days=days)
    return WaveReleased(
        campaign_id=campaign.plan.campaign_id,
        wave=nth + 1,
        upto=upto,
        complete=complete,
        tick=basis.tick,
    )


def _reached(campaign: Campaign, nth: int, *, days: float) -> tuple[float, bool]:
    """Which share of the wave is released after so many more days, and whether that is all."""
    planned = campaign.plan.waves[nth]
    if planned.release_days == 0:
        return 1.0, True
    upto = campaign.waves[nth].upto + days / planned.release_days
    # Steps of a seventh add up to the whole but for the last bits of a float.
    complete = upto >= 1 - 1e-9
    return (1.0, True) if complete else (upto, False)
