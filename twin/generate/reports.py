"""What a share of the premises tells the desk: absolute counts, and how far its partitions are."""

from collections.abc import Iterable

from msgspec import Struct

from twin.campaign.censuses import Census
from twin.campaign.counted import Roll
from twin.campaign.tallies import CampaignCounts, Tally, TallyBoard


class Counted(Struct, frozen=True, kw_only=True):
    """What has moved at the premises of a share: as absolute numbers, so that they can be summed.

    `anew`: all was counted anew, and what was said before is void.
    """

    share: int
    tick: int
    anew: bool = False
    tallies: tuple[Tally, ...] = ()
    censuses: tuple[Census, ...] = ()
    rolls: tuple[Roll, ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """What a share says after each half of a tick.

    `ends` is where each of its partitions of `premises.events` ends now, `asked` how many
    requests it has made so far, by partition; `waiting` the records that are not written yet.
    """

    ends: dict[int, int]
    asked: dict[int, int]
    waiting: int
    counted: tuple[Counted, ...]


class Reported:
    """What all shares have said, summed; mutable, owned by one lockstep."""

    def __init__(self) -> None:
        """Nothing was said yet."""
        self.ends: dict[int, int] = {}
        self.asked: dict[int, int] = {}
        self.waiting = 0
        self._board = TallyBoard()
        self._summed: dict[str, CampaignCounts] = {}

    @property
    def records(self) -> int:
        """Records of `premises.events` so far."""
        return sum(self.ends.values())

    def take(self, reports: Iterable[Report]) -> None:
        """The reports of all shares on the same half of a tick."""
        self.waiting = 0
        for report in reports:
            self.waiting += report.waiting
            self.ends |= report.ends
            self.asked |= report.asked
            for counted in report.counted:
                self._take(counted)

    def _take(self, counted: Counted) -> None:
        if counted.anew:
            self._board.recount(partition=counted.share, offset=counted.tick)
            self._summed.clear()
        for tally in counted.tallies:
            self._summed.pop(tally.campaign_id, None)
            self._board.take(tally)
        for census in counted.censuses:
            self._board.censuses.take(census)
        for roll in counted.rolls:
            self._board.rolls.take(roll)

    def counts(self, campaign_id: str) -> CampaignCounts:
        """The exact counts of a campaign, summed anew only where something has moved."""
        if campaign_id not in self._summed:
            self._summed[campaign_id] = self._board.of(campaign_id)
        return self._summed[campaign_id]
