"""One premises from the lake equals the replay of its records, on any day."""

from typing import get_args, get_type_hints

import pytest

from dashboards import standing
from dashboards.history import ORIGINS, read_history
from dashboards.queries import read_set
from tests.ingest.gbcs.gbcs_responses import RESPONSES
from tests.lake.lake_records import NOON, cleared, logged
from tests.marts import naive, sample
from twin.events.envelope import Event, encode
from twin.ingest.door import gbcs_in
from twin.ingest.telling import events, told
from twin.lake.read import records
from twin.marts.publish import current_set
from twin.state.premises import is_capable
from twin.state.register import DeviceRow
from twin.state.replay import replay
from twin.vocabulary import DeviceType


@pytest.fixture(scope="module")
def files(sample_home):
    return read_set(current_set(sample_home)).lake_files(sample_home)


def premises_ids() -> list[str]:
    return [sample.History(n).premises_id for n in range(0, 120, 9)]


@pytest.mark.parametrize("premises_id", premises_ids())
def test_today_equals_the_replay(files, premises_id):
    history = read_history(files, premises_id=premises_id)
    (entry,) = replay(records(files, key=premises_id)).values()
    assert history.entry == entry
    if entry.parked is None:
        _, last = history.days
        told = history.as_it_was(last)
        assert told.devices == entry.premises.devices
        assert told.pin == entry.premises.pin
        assert told.pairings == entry.premises.pairings


def test_every_record_has_its_row_with_coordinates_and_what_became_of_it(files):
    log = sample.sample_records(120)
    parked = next(r for r in log if r.value == b"{broken")
    history = read_history(files, premises_id=parked.key.decode())
    mine = [r for r in log if r.topic == "premises.events" and r.key == parked.key]
    places = history.table.select("partition", "offset").rows()
    assert places == [(r.partition, r.offset) for r in mine]
    became = dict(zip(history.table["offset"], history.table["became"], strict=True))
    assert became[parked.offset] == "refused"
    later = [word for offset, word in became.items() if offset > parked.offset]
    assert set(later) == {"queues behind a refused one"}
    assert "broken" not in str(history.table.rows())


def test_as_it_was_equals_the_naive_count_of_every_day(files):
    became_capable = 0
    for number in range(0, 60, 4):
        history = read_history(files, premises_id=sample.History(number).premises_id)
        first, last = history.days
        days = list(naive.progress(history.events, until=last))
        assert days[0][0] == first
        for day, counts in days:
            seen = history.as_it_was(day)
            assert is_capable(seen) == bool(counts["capable"])
            assert is_capable(seen, believed=True) == bool(counts["believed"])
        became_capable += {counts["capable"] for _, counts in days} == {0, 1}
    assert became_capable > 2


def test_a_lost_response_shows_as_a_capable_premises_that_nobody_knows_of(files):
    for number in range(2, 60, 13):
        history = read_history(files, premises_id=sample.History(number).premises_id)
        said = {
            standing.capability(history.as_it_was(event.occurred_at.date()))
            for event in history.events
        }
        if "Can pair locally, but the inventory does not know yet" in said:
            return
    pytest.fail("no premises of the sample shows belief behind truth")


def test_the_card_names_devices_firmware_and_campaigns(files):
    premises_id = sample.History(7).premises_id
    history = read_history(files, premises_id=premises_id)
    _, last = history.days
    frame = standing.devices(history.as_it_was(last))
    names = frame["Device"].to_list()
    assert "Communications hub (CHF), replaced" in names
    assert "Communications hub (CHF)" in names
    particulars = dict(standing.particulars(history.as_it_was(last)))
    assert particulars["Supplier"].startswith("S0")


def test_the_card_says_which_part_a_device_has_in_a_campaign(files):
    told = set()
    for number in range(30, 120):
        history = read_history(files, premises_id=sample.History(number).premises_id)
        if history is not None:
            frame = standing.devices(history.as_it_was(history.days[1]))
            told |= {part for parts in frame["Campaigns"] for part in parts.split(", ")}
    assert "LCP-METERS wave 4: not asked yet" in told
    assert "LCP-HUBS: no part (installed later)" in told
    assert "LCP-METERS wave 2: confirmed" in told


def test_a_consumers_own_device_is_told_by_its_pairing(files):
    told = set()
    for number in range(1, 120, 2):
        history = read_history(files, premises_id=sample.History(number).premises_id)
        if history is not None:
            frame = standing.devices(history.as_it_was(history.days[1]))
            cads = frame.filter(Device="Consumer access device (CAD)")
            told |= {words.split()[0] for words in cads["Installed"]}
    assert "paired" in told, "no premises of the sample has paired a device"
    assert told <= {"paired", "not"}


def test_an_unknown_premises_has_no_history(files):
    assert read_history(files, premises_id="P" + "f" * 16) is None
    assert read_history((), premises_id="P" + "f" * 16) is None


def test_a_fact_of_a_real_message_says_so(tmp_path):
    home = "P00000000000000a1"
    (arrival,) = gbcs_in(RESPONSES["ECS52"][0], name="x", received_at=NOON)
    row = DeviceRow(home, DeviceType.ESME, "1062-0A0B0C0D")
    facts = told(arrival, row=row, asked=(), capable_version=lambda _: None)
    real = events(arrival, facts, premises_id=home, number=0)
    simulated = cleared(1, home)
    log = [logged(encode(event), offset=nth, key=home.encode()) for nth, event in
           enumerate((simulated, *real))]  # fmt: skip
    history = read_history(sample.write_lake(tmp_path, log, files=1), premises_id=home)
    assert history.table["origin"].to_list() == ["simulated", "real message, not verified"]
    assert history.table["event"].to_list()[1] == "firmware.version-read"
    assert set(ORIGINS) == set(get_args(get_type_hints(Event)["provenance"]))
