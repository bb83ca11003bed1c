"""Where the places of a cell's members lie: counted once by each partition, then summed.

Places come of a hash, so they are even, but only as even as chance is. A pointer that knows how
many lie in each slice of the scale errs by the chance of one slice, not of the whole step.
"""

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from twin.campaign.pacing import Pace, cell_name
from twin.campaign.plan import Plan
from twin.campaign.pointer import SLICES
from twin.campaign.tally_cells import EXCLUDED, Place


class Census(Struct, frozen=True, forbid_unknown_fields=True):
    """How many members of a cell of a wave lie in each of `SLICES` slices, in one partition."""

    campaign_id: str
    wave: int
    cell: str
    partition: int
    slices: tuple[int, ...]


encode_census = msgspec.json.Encoder().encode
decode_census = msgspec.json.Decoder(Census).decode


def census_key(census: Census) -> bytes:
    """Key of a census on the topic of the tallies."""
    return f"census|{census.campaign_id}|{census.wave}|{census.cell}|{census.partition}".encode()


def is_census(key: bytes) -> bool:
    """Whether a key of that topic is one of a census."""
    return key.startswith(b"census|")


def censuses_of(*, plan: Plan, places: Iterable[Place], partition: int) -> list[Census]:
    """The censuses of a partition from the places of all its members, in order of their keys."""
    pace = plan.pacing or Pace()
    found: dict[tuple[int, str], list[int]] = {}
    for place in places:
        cell = place.cell
        if cell.campaign_id == plan.campaign_id and cell.wave != EXCLUDED:
            key = cell.wave, cell_name(pace=pace, stratum=cell.stratum)
            found.setdefault(key, [0] * SLICES)[int(place.place * SLICES)] += 1
    return [
        Census(plan.campaign_id, wave, cell, partition, tuple(slices))
        for (wave, cell), slices in sorted(found.items())
    ]


class CensusBoard:
    """The newest census of every partition; mutable, owned by the board of tallies."""

    def __init__(self) -> None:
        """A board that was told nothing yet."""
        self._newest: dict[tuple[str, int, str], dict[int, tuple[int, ...]]] = {}

    def take(self, census: Census) -> None:
        """Keep a census in place of an older one of its partition."""
        key = census.campaign_id, census.wave, census.cell
        self._newest.setdefault(key, {})[census.partition] = census.slices

    def of(self, campaign_id: str, wave: int, cell: str) -> tuple[int, ...]:
        """Members by slice over all partitions; empty where nobody has counted."""
        found = self._newest.get((campaign_id, wave, cell), {})
        return tuple(map(sum, zip(*found.values(), strict=True)))
