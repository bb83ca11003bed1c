"""The fleet as it was on a date, by what was known on a basis, from the lake alone."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import Struct

from infra.run.summary_of_fleet import bands_of, capable_of, pairing_of, pins_of, premises_of
from infra.run.summary_of_network import intruders_of, network_of, rules_of
from twin.state.as_of import AsOf
from twin.state.counts import outcomes
from twin.state.digest import fleet_digest
from twin.state.entry import UNADDRESSED, Entry


class FleetCounts(Struct, frozen=True, kw_only=True):
    """Counts of the fleet, each a sum over premises, so that those of parts can be added up."""

    premises: dict[str, int]
    capable: dict[str, dict[str, int]]
    bands: dict[str, dict[str, int]]
    pairing: dict[str, dict[str, int]]
    pins: dict[str, int]
    network: dict[str, dict[str, int]]
    intruders: dict[str, int]
    rules: dict[str, dict[str, int]]
    records: dict[str, int]


class FleetAsOf(Struct, frozen=True, kw_only=True):
    """Counts of the fleet; `valid` None: as it is by all that is known. All data are simulated.

    `digest` is over the state of every premises, so that two answers can be held together.
    """

    simulated: bool
    valid: datetime | None
    premises: dict[str, int]
    capable: dict[str, dict[str, int]]
    bands: dict[str, dict[str, int]]
    pairing: dict[str, dict[str, int]]
    pins: dict[str, int]
    network: dict[str, dict[str, int]]
    intruders: dict[str, int]
    rules: dict[str, dict[str, int]]
    records: dict[str, int]
    digest: str


def counted(found: Iterable[AsOf]) -> FleetCounts:
    """The counts of premises that had a fact by then."""
    all_known = list(found)
    fleet = [
        one.premises for one in all_known if one.facts and one.premises.premises_id != UNADDRESSED
    ]
    ended = outcomes(one.known for one in all_known)
    return FleetCounts(
        premises=premises_of(fleet),
        capable=capable_of(fleet),
        bands=bands_of(fleet),
        pairing=pairing_of(fleet),
        pins=pins_of(fleet),
        network=network_of(fleet),
        intruders=intruders_of(fleet),
        rules=rules_of(fleet),
        records={
            "applied": ended.applied,
            "duplicate": ended.duplicate,
            "held": ended.held,
            "dead": ended.dead,
        },
    )


def fleet_as_of(found: Iterable[AsOf], *, valid: datetime | None) -> FleetAsOf:
    """Counts and digest of premises that had a fact by then, from their states."""
    all_known = list(found)
    digest = fleet_digest(Entry(one.premises) for one in all_known if one.facts)
    return with_digest(counted(all_known), digest=digest, valid=valid)


def with_digest(counts: FleetCounts, *, digest: str, valid: datetime | None) -> FleetAsOf:
    """The answer of counts."""
    return FleetAsOf(simulated=True, valid=valid, digest=digest, **msgspec.structs.asdict(counts))
