"""Exact counts without races: absolute numbers with the position they stand at, then summed.

A partition publishes, for each (campaign, wave, stratum), how many of its members stand where,
and the cohorts of each day of release; the campaign agent keeps the newest of each partition.
Repeats and disorder change nothing. Wave 0 counts the devices that have no seat, by reason.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from operator import add

import msgspec
from msgspec import Struct

from twin.campaign.censuses import CensusBoard
from twin.campaign.counted import Lots, RollBoard
from twin.campaign.fields import AWAITING, ERRORS, UNRELEASED
from twin.campaign.gates.terms import Cohort, Stratum, by_day
from twin.campaign.tally_cells import EXCLUDED, WaveKey
from twin.vocabulary import Exclusion


class WaveCount(Struct, frozen=True):
    """Members of a wave by where their last attempt stands.

    `failed` and `timed_out` are final; where an attempt is left the member is `retrying`.
    `decommissioned` and `already_at_target` members prove nothing and count for no gate; nor do
    those whose pending activation was `cancelled` by an abort.
    """

    members: int = 0
    requested: int = 0
    at_hub: int = 0
    verified: int = 0
    activation_requested: int = 0
    activated_unconfirmed: int = 0
    activated: int = 0
    confirmed: int = 0
    failed: int = 0
    timed_out: int = 0
    retrying: int = 0
    decommissioned: int = 0
    already_at_target: int = 0
    cancelled: int = 0

    @property
    def errors(self) -> int:
        """Members that ended without the new version, with no attempt left."""
        return self.failed + self.timed_out

    @property
    def settled(self) -> int:
        """Members whose outcome is known: the denominator of every gate."""
        return self.confirmed + self.errors

    @property
    def in_flight(self) -> int:
        """Members with an execution whose outcome is not known yet."""
        return (
            self.requested
            + self.at_hub
            + self.verified
            + self.activation_requested
            + self.activated_unconfirmed
            + self.activated
            + self.retrying
        )

    @property
    def gone(self) -> int:
        """Members that no request can reach any more, or need none."""
        return self.decommissioned + self.already_at_target

    @property
    def judged(self) -> int:
        """Members that a gate waits for."""
        return self.members - self.gone

    @property
    def awaiting(self) -> int:
        """Members that are still to be released."""
        return self.members - self.settled - self.in_flight - self.gone - self.cancelled

    @property
    def shortfall(self) -> int:
        """Members that should run the new version and are not known to."""
        return self.judged - self.confirmed

    def __add__(self, other: "WaveCount") -> "WaveCount":
        """The counts of both."""
        return WaveCount(*map(add, msgspec.structs.astuple(self), msgspec.structs.astuple(other)))


class Tally(Struct, frozen=True, forbid_unknown_fields=True):
    """Absolute counts of one partition, at the offset up to which it has folded."""

    campaign_id: str
    wave: int
    stratum: str
    partition: int
    offset: int
    counts: WaveCount
    cohorts: tuple[Cohort, ...] = ()


encode_tally = msgspec.json.Encoder().encode
decode_tally = msgspec.json.Decoder(Tally).decode


def tally_of(
    key: WaveKey, cells: Mapping[tuple[str, int], int], *, partition: int, offset: int
) -> Tally:
    """The tally of a key from a partition's counts by field and day of release."""
    fields: Counter[str] = Counter()
    days: dict[int, Counter[str]] = {}
    for (field, day), count in cells.items():
        if count:
            fields[field] += count
            if day and field not in UNRELEASED:
                days.setdefault(day, Counter())[field] += count
    total = fields.total()
    fields.pop(AWAITING, None)
    counts = WaveCount(members=total, **fields)
    cohorts = tuple(_cohort(day, days[day]) for day in sorted(days))
    return Tally(*key, partition, offset, counts, cohorts)


def _cohort(day: int, fields: Counter[str]) -> Cohort:
    errors = sum(fields[name] for name in ERRORS)
    return Cohort(day, fields.total(), fields["confirmed"], errors)


def tally_key(tally: Tally) -> bytes:
    """Key of a tally on its compacted topic."""
    return f"{tally.campaign_id}|{tally.wave}|{tally.stratum}|{tally.partition}".encode()


def stratum_named(name: str) -> Stratum:
    """The stratum that a tally names."""
    region, supplier, model = name.split("|")
    return Stratum(region, supplier, model)


class StratumCount(Struct, frozen=True):
    """Counts and cohorts (in order of days) of one stratum of a wave."""

    counts: WaveCount
    cohorts: tuple[Cohort, ...] = ()


class TallyBoard:
    """The newest tally of every partition; mutable, owned by the campaign agent.

    It knows only what it was told: who decides by it must first know that every partition has
    reported up to the basis of the tick.
    """

    def __init__(self) -> None:
        """A board that was told nothing yet."""
        self._newest: dict[tuple[WaveKey, int], Tally] = {}
        self._recounted: dict[int, int] = {}
        self.censuses = CensusBoard()
        self.rolls = RollBoard()

    def take(self, tally: Tally) -> None:
        """Keep a tally unless one of a later offset is known, or all were counted later."""
        if tally.offset < self._recounted.get(tally.partition, 0):
            return
        key = WaveKey(tally.campaign_id, tally.wave, tally.stratum), tally.partition
        held = self._newest.get(key)
        if held is None or tally.offset >= held.offset:
            self._newest[key] = tally

    def recount(self, *, partition: int, offset: int) -> None:
        """Drop what a partition has said: it counts all anew, as of an offset."""
        self._recounted[partition] = max(offset, self._recounted.get(partition, 0))
        void = [
            key
            for key, tally in self._newest.items()
            if key[1] == partition and tally.offset <= offset
        ]
        for key in void:
            del self._newest[key]

    def of(self, campaign_id: str) -> "CampaignCounts":
        """The counts of one campaign as they are now."""
        found: dict[int, dict[str, list[Tally]]] = {}
        for (key, _), tally in sorted(self._newest.items(), key=lambda item: item[0]):
            if key.campaign_id == campaign_id:
                found.setdefault(key.wave, {}).setdefault(key.stratum, []).append(tally)
        return CampaignCounts(
            {
                wave: {name: _summed(tallies) for name, tallies in strata.items()}
                for wave, strata in found.items()
            },
            census=partial(self.censuses.of, campaign_id),
            lots=partial(self.rolls.of, campaign_id),
        )


class CampaignCounts:
    """Exact counts of a campaign: every wave by stratum, and the excluded by reason."""

    def __init__(
        self,
        waves: Mapping[int, Mapping[str, StratumCount]],
        *,
        census: Callable[[int, str], tuple[int, ...]] = lambda _wave, _cell: (),
        lots: Callable[[int], Lots] = lambda _since: {},
    ) -> None:
        """Counts by wave (0: the excluded) and by the name of the stratum."""
        self._waves = waves
        self._totals: dict[int, WaveCount] = {}
        self.census = census
        """Members of a cell of a wave by slice of the scale of places; empty if nobody counted."""
        self.lots = lots
        """Lots of those whom waves by count may take, as said on ticks after a given one."""

    def of_wave(self, wave: int) -> WaveCount:
        """The counts of a wave over all strata."""
        total = self._totals.get(wave)
        if total is None:  # gates and pages ask for it many times
            counts = (found.counts for found in self._waves.get(wave, {}).values())
            total = self._totals[wave] = sum(counts, WaveCount())
        return total

    def total(self, waves: int) -> WaveCount:
        """The counts of so many waves together; the excluded are in none."""
        return sum((self.of_wave(n) for n in range(1, waves + 1)), WaveCount())

    def by_stratum(self, wave: int) -> dict[Stratum, StratumCount]:
        """The counts of a wave, each stratum apart, in order of their names."""
        return {stratum_named(name): found for name, found in self._waves.get(wave, {}).items()}

    def excluded(self) -> dict[Exclusion, int]:
        """How many devices have no seat, by reason."""
        found = self._waves.get(EXCLUDED, {})
        return {Exclusion(name): s.counts.members for name, s in found.items() if s.counts.members}


def _summed(tallies: list[Tally]) -> StratumCount:
    if len(tallies) == 1:  # counted in one place, as a replay and a generated history do
        return StratumCount(tallies[0].counts, tallies[0].cohorts)
    counts = sum((tally.counts for tally in tallies), WaveCount())
    return StratumCount(counts, by_day(cohort for tally in tallies for cohort in tally.cohorts))
