"""When a summary holds: every record ended in one way and is archived, and three ways agree."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from infra.run.summary import Digests, Records, Summary, summarise
from tests.lake.lake_records import ESME, NOON, PREMISES, cleared
from twin.events.envelope import encode, new_event
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.state.entry import Entry, Record
from twin.state.replay import replay
from twin.vocabulary import DeviceType, HubVariant

HUB = "00-1D-24-00-00-00-00-01"
RECORDS = Records(produced=10, applied=4, duplicate=3, held=2, dead=1, archived=10)
DIGESTS = Digests(live="a", replay="a", lake="a", live_seen=9, replay_seen=9, lake_seen=9)


def test_records_that_all_ended_and_are_archived() -> None:
    assert RECORDS.reconciled


@pytest.mark.parametrize("name", Records.__struct_fields__)
@pytest.mark.parametrize("by", [-1, 1])
def test_one_record_too_many_or_too_few_does_not_reconcile(name: str, by: int) -> None:
    assert not replace(RECORDS, **{name: getattr(RECORDS, name) + by}).reconciled


def test_no_records_reconcile() -> None:
    none = dict.fromkeys(Records.__struct_fields__, 0)
    assert Records(**none).reconciled


def test_digests_that_agree() -> None:
    assert DIGESTS.equal


@pytest.mark.parametrize("name", ["live", "replay", "lake"])
def test_one_other_digest_is_not_equal(name: str) -> None:
    assert not replace(DIGESTS, **{name: "b"}).equal


@pytest.mark.parametrize("name", ["live_seen", "replay_seen", "lake_seen"])
def test_one_other_number_of_records_is_not_equal(name: str) -> None:
    """A record that changes no state, counted by one way only, is still found."""
    assert not replace(DIGESTS, **{name: 8}).equal


def history() -> list[Record]:
    """A capable hub, an older meter, a PIN cleared twice, a hole, and a bad record elsewhere."""
    supplier = f"urn:gb:supplier:{PREMISES}"
    facts = [
        CommsHubInstalled(HUB, "1062-0A0B0C0D", HubVariant.SINGLE_BAND, "0002000A", True),
        DeviceInstalled(ESME, DeviceType.ESME, "1062-0A0B0C0E", "00010001", False),
    ]
    events = [
        new_event(fact=fact, source=supplier, sequence=n, key=PREMISES, occurred_at=NOON)
        for n, fact in enumerate(facts, 1)
    ]
    values: list[tuple[str, bytes]] = [
        (PREMISES, encode(event)) for event in [*events, cleared(1), cleared(1), cleared(3)]
    ]
    values += [("Pfedcba9876543210", b"bad"), ("none", b"bad")]
    return [Record(key.encode(), value, 0, 0, n) for n, (key, value) in enumerate(values)]


def made(**changes: Any) -> Summary:
    entries: dict[tuple[int, str], Entry] = replay(history())
    given: dict[str, Any] = {
        "live": entries,
        "replay": entries,
        "lake": entries,
        "produced": 7,
        "archived": 7,
        "by_event": {},
        "campaigns": {},
        "waves": {},
        "as_at": datetime(2017, 12, 31, tzinfo=UTC),
        "seconds": {},
    }
    return summarise(**given | changes)


def test_summary_of_a_small_history() -> None:
    found = made()
    assert found.simulated
    assert found.records == Records(produced=7, applied=3, duplicate=1, held=1, dead=2, archived=7)
    assert found.premises == {"registered": 0, "installed": 1, "incomplete": 0}
    assert found.capable["truth"] == {"hubs": 1, "electricity_meters": 0, "premises": 0}
    assert found.pins == {"cleared": 1, "never_set": 1}
    assert found.network["hubs"] == {"single_band": 1}
    assert found.intruders == {"attempts": 0, "paired": 0}
    assert found.rules["BR43 one active hub"] == {"met": 2}
    assert found.holds


def test_live_table_that_lost_a_record_does_not_hold() -> None:
    assert not made(live=replay(history()[:-1])).holds
    assert not made(live=replay(history()[1:])).holds


def test_lake_or_log_that_lost_a_record_does_not_hold() -> None:
    assert not made(lake=replay(history()[:-1])).holds
    assert not made(replay=replay(history()[:4])).holds
    assert not made(archived=6).holds
    assert not made(produced=8).holds


def test_summary_is_read_back_from_json() -> None:
    found = made()
    assert msgspec.json.decode(msgspec.json.encode(found), type=Summary) == found
