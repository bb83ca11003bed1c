"""Releases by the pace: exact counts in, a place for each cell out (`twin.campaign.pacing`).

Only open time earns, and only what is counted as released costs. So nothing has to be remembered
of what a tick meant to release, and a release that came out otherwise is made good on the next.
"""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from twin.campaign.basis import Basis
from twin.campaign.fair_shares import Cell
from twin.campaign.opening import PERIOD
from twin.campaign.pacing import Buckets, Pace, Wave, allowance, cell_of
from twin.campaign.pointer import pointer
from twin.campaign.ramps import daily_rate
from twin.campaign.state import Campaign
from twin.campaign.windows import open_time
from twin.events.programme import WaveReleased


class _Counted(Struct, frozen=True):
    """Members of a wave by cell, those that can still be reached only."""

    out: dict[Cell, int]
    awaiting: dict[Cell, int]
    confirmed: int

    @property
    def members(self) -> int:
        return sum(self.out.values()) + sum(self.awaiting.values())


def paced_release(campaign: Campaign, basis: Basis, nth: int) -> WaveReleased | None:
    """The next step of wave `nth` (from 0), None on a tick without open time.

    A step that lets nobody go is a fact too, for the limits have earned something.
    """
    open_days = _open_days(campaign, basis, nth)
    counted = _counted(campaign, basis, nth)
    if counted is None or open_days <= 0:
        return None
    said = allowance(
        pace=_pace(campaign),
        wave=_wave(campaign, counted, nth),
        released=_released(campaign, basis),
        awaiting=counted.awaiting,
        buckets=Buckets(campaign.earned),
        open_days=open_days,
    )
    gone = sum(said.grants.values()) + sum(counted.out.values())
    return WaveReleased(
        campaign_id=campaign.plan.campaign_id,
        wave=nth + 1,
        upto=min(1.0, gone / counted.members) if counted.members else 1.0,
        complete=gone >= counted.members,
        tick=basis.tick,
        cells=_places(campaign, basis, nth, counted, said.grants),
        earned=said.buckets.earned,
    )


def _pace(campaign: Campaign) -> Pace:
    return campaign.plan.pacing or Pace()


def _open_days(campaign: Campaign, basis: Basis, nth: int) -> float:
    """Open time of the day that begins now, less what an earlier tick was about already."""
    moved_at, end = campaign.waves[nth].moved_at, basis.now + PERIOD
    start = basis.now if moved_at is None else max(basis.now, moved_at + PERIOD)
    if start >= end:
        return 0.0
    return open_time(windows=campaign.plan.windows, start=start, end=end) / PERIOD


def _wave(campaign: Campaign, counted: _Counted, nth: int) -> Wave:
    planned = campaign.plan.waves[nth]
    rate = daily_rate(
        release_days=planned.release_days,
        ramp=planned.ramp,
        members=counted.members,
        confirmed=counted.confirmed,
    )
    return Wave(number=nth + 1, members=counted.members, per_day=rate)


def _counted(campaign: Campaign, basis: Basis, nth: int) -> _Counted | None:
    """The wave by cell, None where counts contradict each other (a partition is behind)."""
    out: Counter[Cell] = Counter()
    awaiting: Counter[Cell] = Counter()
    confirmed = 0
    for stratum, found in basis.counts.by_stratum(nth + 1).items():
        counts, cell = found.counts, cell_of(pace=_pace(campaign), **stratum._asdict())
        out[cell] += counts.in_flight + counts.settled
        confirmed += counts.confirmed
        # What an operator excluded waits only until the partitions have said so.
        if stratum.model not in campaign.excluded_models:
            awaiting[cell] += counts.awaiting
    if any(number < 0 for number in awaiting.values()):
        return None
    return _Counted(dict(out), dict(awaiting), confirmed)


def _released(campaign: Campaign, basis: Basis) -> dict[Cell, int]:
    """Members of all waves that are out, by cell: what the campaign's limits have paid for."""
    out: Counter[Cell] = Counter()
    for nth in range(len(campaign.waves)):
        for stratum, found in basis.counts.by_stratum(nth + 1).items():
            cell = cell_of(pace=_pace(campaign), **stratum._asdict())
            out[cell] += found.counts.in_flight + found.counts.settled
    return dict(out)


def _places(
    campaign: Campaign, basis: Basis, nth: int, counted: _Counted, grants: Mapping[Cell, int]
) -> dict[str, float]:
    """How far each cell of the wave may go on the scale of places, by its name."""
    before = campaign.waves[nth].cells
    return {
        (name := "|".join(cell)): pointer(
            members_in_cell=counted.out[cell] + counted.awaiting.get(cell, 0),
            released=counted.out[cell],
            grant=grants.get(cell, 0),
            upto=before.get(name, 0.0),
            edge=1.0,
            counted=basis.counts.census(nth + 1, name),
        )
        for cell in sorted(counted.out)
    }
