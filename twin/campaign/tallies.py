"""Exact counts without races: absolute numbers with the position they stand at, then summed.

A partition publishes, for each (campaign, wave, stratum), how many of its members stand where;
the campaign agent keeps the newest of each partition. Repeats and disorder change nothing.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from msgspec import Struct

from twin.campaign.executions import may_retry
from twin.campaign.membership import CapableVersion, member, rank, wave_of
from twin.campaign.plan import Plan
from twin.state.devices import Device
from twin.state.premises import Premises, standing
from twin.vocabulary import ExecutionState

AWAITING = "awaiting"
RETRYING = "retrying"
UNKNOWN_STRATUM = "unknown"
"""Stratum of a premises whose registration has not come yet."""


class WaveCount(Struct, frozen=True):
    """Members of a wave by where their last attempt stands.

    `failed` and `timed_out` are final; where an attempt is left the member is `retrying`.
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
    def awaiting(self) -> int:
        """Members without an execution."""
        return self.members - self.settled - self.in_flight

    def __add__(self, other: "WaveCount") -> "WaveCount":
        """The counts of both."""
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(other), strict=True)
        return WaveCount(*(mine + theirs for mine, theirs in pairs))


class WaveKey(NamedTuple):
    """What a tally counts: one stratum of one wave of one campaign."""

    campaign_id: str
    wave: int
    stratum: str


class Cell(Struct, frozen=True):
    """The one place where a premises adds 1 to the counts of a campaign."""

    campaign_id: str
    wave: int
    stratum: str
    field: str

    @property
    def wave_key(self) -> WaveKey:
        """The tally that the cell belongs to."""
        return WaveKey(self.campaign_id, self.wave, self.stratum)

    @property
    def is_over(self) -> bool:
        """Whether the execution is settled, so that no order concerns it any more."""
        return self.field in ("confirmed", "failed", "timed_out")

    @property
    def is_awaited(self) -> bool:
        """Whether the execution is still to begin, when the release reaches its rank."""
        return self.field == AWAITING


class Tally(Struct, frozen=True, forbid_unknown_fields=True):
    """Absolute counts of one partition, at the offset up to which it has folded."""

    campaign_id: str
    wave: int
    stratum: str
    partition: int
    offset: int
    counts: WaveCount


encode_tally = msgspec.json.Encoder().encode
decode_tally = msgspec.json.Decoder(Tally).decode


class Place(NamedTuple):
    """Where a member counts, and its rank on the campaign's scale."""

    cell: Cell
    rank: float


def cell_of(*, plan: Plan, premises: Premises, capable_version: CapableVersion) -> Cell | None:
    """The cell of a premises in a campaign, or None if it has no member there."""
    place = place_of(plan=plan, premises=premises, capable_version=capable_version)
    return None if place is None else place.cell


def place_of(*, plan: Plan, premises: Premises, capable_version: CapableVersion) -> Place | None:
    """The cell and rank of a premises in a campaign, or None if it has no member there.

    The stratum is the communications region, which a failed delivery network would follow.
    """
    device = member(plan=plan, premises=premises, capable_version=capable_version)
    if device is None:
        return None
    place = rank(campaign_id=plan.campaign_id, device_id=device.device_id)
    registration = premises.registration
    cell = Cell(
        plan.campaign_id,
        wave_of(plan=plan, rank=place),
        str(registration.csp_region) if registration is not None else UNKNOWN_STRATUM,
        _field_of(plan, premises, device, capable_version),
    )
    return Place(cell, place)


def _field_of(
    plan: Plan, premises: Premises, device: Device, capable_version: CapableVersion
) -> str:
    execution = device.executions.get(plan.campaign_id)
    if execution is None:
        return AWAITING
    state = standing(device, execution)
    if state in (ExecutionState.FAILED, ExecutionState.TIMED_OUT) and may_retry(
        plan=plan, premises=premises, device=device, capable_version=capable_version
    ):
        return RETRYING
    return state.value.lower()


def tally_of(key: WaveKey, fields: Mapping[str, int], *, partition: int, offset: int) -> Tally:
    """The tally of a key from a partition's counts by field; all zero where none is left."""
    here = {field: count for field, count in fields.items() if count}
    members = sum(here.values())
    here.pop(AWAITING, None)
    return Tally(*key, partition, offset, WaveCount(members=members, **here))


def tally_key(tally: Tally) -> bytes:
    """Key of a tally on its compacted topic."""
    return f"{tally.campaign_id}|{tally.wave}|{tally.stratum}|{tally.partition}".encode()


class TallyBoard:
    """The newest tally of every partition; mutable, owned by the campaign agent.

    It knows only what it was told: who decides by it must first know that every partition has
    reported up to the basis of the tick.
    """

    def __init__(self) -> None:
        """A board that was told nothing yet."""
        self._newest: dict[tuple[WaveKey, int], Tally] = {}

    def take(self, tally: Tally) -> None:
        """Keep a tally unless one of a later offset is known."""
        key = WaveKey(tally.campaign_id, tally.wave, tally.stratum), tally.partition
        held = self._newest.get(key)
        if held is None or tally.offset >= held.offset:
            self._newest[key] = tally

    def of_wave(self, campaign_id: str, wave: int) -> WaveCount:
        """The counts of a wave over all strata and partitions."""
        return sum(
            (
                t.counts
                for t in self._newest.values()
                if (t.campaign_id, t.wave) == (campaign_id, wave)
            ),
            WaveCount(),
        )

    def by_stratum(self, campaign_id: str, wave: int) -> dict[str, WaveCount]:
        """The counts of a wave, each stratum apart, in order of their names."""
        found: dict[str, WaveCount] = {}
        for (key, _), tally in sorted(self._newest.items(), key=lambda item: item[0]):
            if key[:2] == (campaign_id, wave):
                found[key.stratum] = found.get(key.stratum, WaveCount()) + tally.counts
        return found
