"""The summary of a history: what the fleet came to, how every record ended, three digests."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from infra.run.history import Home, HomeRefused
from infra.run.summary_of_campaigns import CampaignPart, campaign_part
from infra.run.summary_of_fleet import bands_of, capable_of, pairing_of, pins_of, premises_of
from infra.run.summary_of_network import intruders_of, network_of, rules_of
from twin.campaign.state import Campaign
from twin.campaign.tallies import CampaignCounts
from twin.events.envelope import Event
from twin.state.counts import outcomes
from twin.state.digest import fleet_digest
from twin.state.entry import UNADDRESSED, Entry

Entries = Mapping[tuple[int, str], Entry]


class Way(Struct, frozen=True):
    """What one way to the fleet's state came to: its digest, and the records it has seen."""

    digest: str
    seen: int


def way_of(entries: Entries) -> Way:
    """What some way's entries come to."""
    return Way(fleet_digest(entries.values()), outcomes(entries.values()).seen)


class Digests(Struct, frozen=True, kw_only=True):
    """The fleet's digest by each of the three ways, and how many records each way has seen."""

    live: str
    replay: str
    lake: str
    live_seen: int
    replay_seen: int
    lake_seen: int

    @property
    def equal(self) -> bool:
        """Whether the three ways agree, in state and in number of records."""
        states = {self.live, self.replay, self.lake}
        return len(states) == 1 and self.live_seen == self.replay_seen == self.lake_seen


class Records(Struct, frozen=True, kw_only=True):
    """What became of the records of `premises.events`."""

    produced: int
    applied: int
    duplicate: int
    held: int
    dead: int
    archived: int

    @property
    def reconciled(self) -> bool:
        """Each produced record ended in exactly one way, and all are in the lake."""
        ended = self.applied + self.duplicate + self.held + self.dead
        return self.produced == ended == self.archived


class Summary(Struct, frozen=True, kw_only=True):
    """The whole summary, as printed and as written to JSON. All counts are of premises, devices
    or attempts of the simulated fleet, as their names say. `made_at` (UTC) and by which code: a
    summary of version 0.1.0 tells neither.
    """

    simulated: bool
    as_at: datetime
    premises: dict[str, int]
    capable: dict[str, dict[str, int]]
    bands: dict[str, dict[str, int]]
    pairing: dict[str, dict[str, int]]
    pins: dict[str, int]
    campaigns: dict[str, CampaignPart]
    network: dict[str, dict[str, int]]
    intruders: dict[str, int]
    rules: dict[str, dict[str, int]]
    records: Records
    digests: Digests
    by_event: dict[str, int]
    seconds: dict[str, float] = {}
    made_at: datetime | None = None
    code_version: str | None = None

    @property
    def holds(self) -> bool:
        """Whether all that a run promises about its figures is true."""
        return self.records.reconciled and self.digests.equal


def summarise(
    *,
    live: Entries,
    replay: Way,
    lake: Way,
    produced: int,
    archived: int,
    by_event: dict[str, int],
    campaigns: Mapping[str, Campaign],
    counts: Mapping[str, CampaignCounts],
    decisions: Sequence[Event],
    as_at: datetime,
    seconds: dict[str, float],
) -> Summary:
    """The summary of a history from its live entries, two other ways to them, and its campaigns.

    `decisions` are the facts of the campaigns in the order of the log.
    """
    ended = outcomes(live.values())
    fleet = [e.premises for e in live.values() if e.premises.premises_id != UNADDRESSED]
    return Summary(
        simulated=True,
        as_at=as_at.astimezone(UTC),
        premises=premises_of(fleet),
        capable=capable_of(fleet),
        bands=bands_of(fleet),
        pairing=pairing_of(fleet),
        pins=pins_of(fleet),
        campaigns={
            name: campaign_part(campaign=campaign, counts=counts[name], events=decisions)
            for name, campaign in campaigns.items()
        },
        network=network_of(fleet),
        intruders=intruders_of(fleet),
        rules=rules_of(fleet),
        records=Records(
            produced=produced,
            applied=ended.applied,
            duplicate=ended.duplicate,
            held=ended.held,
            dead=ended.dead,
            archived=archived,
        ),
        digests=_digests(way_of(live), replay, lake),
        by_event=by_event,
        seconds=seconds,
    )


def _digests(live: Way, replay: Way, lake: Way) -> Digests:
    return Digests(
        live=live.digest,
        replay=replay.digest,
        lake=lake.digest,
        live_seen=live.seen,
        replay_seen=replay.seen,
        lake_seen=lake.seen,
    )


def read_summary(home: Home) -> Summary:
    """The summary of the last finished run.

    Raises:
        HomeRefused: no run has finished here, or its summary cannot be read.
    """
    file = home.path / "summary.json"
    try:
        return msgspec.json.decode(file.read_bytes(), type=Summary)
    except msgspec.DecodeError as error:
        raise HomeRefused(f"{file} is no summary of this version: run again") from error
    except (FileNotFoundError, NotADirectoryError):
        raise HomeRefused(
            f"no run has finished in {home.path}: `make run HEADLESS=1` makes a summary"
        ) from None
