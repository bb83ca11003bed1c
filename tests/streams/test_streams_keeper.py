"""The keeper dies before each of its steps in turn; what comes of it is always the same (D8)."""

import asyncio

import pytest

from streams import ledger, topics
from streams.stored import ORDERS_KEY
from tests.campaign.campaign_samples import C
from tests.streams.keeper_play import (
    FIRST,
    HERE,
    RECORDS,
    SCRIPT,
    SECOND,
    STEPS,
    THERE,
    THIRD,
    UNDISTURBED,
    by_partition,
    keeper_of,
    outcome,
    play,
)
from tests.streams.paper_log import Crash, PaperLog, PaperStore
from twin.events.codec import Cause, decode_premises
from twin.events.envelope import Event
from twin.events.requests import decode_request
from twin.state.entry import decode_entry
from twin.state.register import decode_row
from twin.state.replay import replay

ONE_A_PIECE = 420
"""Bytes of a batch so small that it holds one report of a partition, or two."""
STEPS_IN_PIECES = asyncio.run(play(batch_size=ONE_A_PIECE))[0].steps


def test_script_does_all_a_keeper_can_do() -> None:
    found = outcome(*UNDISTURBED)
    standings = found["standings"]
    ends = {p: len(records) for p, records in by_partition(RECORDS).items()}
    assert {p: (s.offset, s.tick) for p, s in standings.items()} == {p: (ends[p], 2) for p in ends}
    outcomes = standings[HERE].outcomes + standings[THERE].outcomes
    assert outcomes.seen == len(RECORDS)
    assert (outcomes.duplicate, outcomes.held, outcomes.dead) == (1, 2, 3)
    letters = map(ledger.decode_letter, found["letters"])
    assert {(each.partition, each.offset, each.premises_id, each.cause) for each in letters} == {
        (THERE, 1, THIRD, Cause.MALFORMED),
        (THERE, 3, "?", Cause.MALFORMED),
        (HERE, 9, SECOND, Cause.NULL_VALUE),
    }
    assert {decode_request(value).premises_id for value in found["requests"]} == {FIRST, SECOND}
    assert len(found["facts"]) == 1, "given up after follow_up_days, but not where it is parked"
    assert {decode_row(row).premises_id for row in found["register"].values()} >= {FIRST, SECOND}
    assert STEPS > 20


@pytest.mark.peer_fault("PF-ours-19")
@pytest.mark.parametrize("redelivered", [0, 2, len(SCRIPT)])
@pytest.mark.parametrize("dies_at", range(STEPS))
def test_death_before_any_step_changes_nothing(dies_at: int, redelivered: int) -> None:
    found = outcome(*asyncio.run(play(dies_at=dies_at, redelivered=redelivered)))
    assert found == outcome(*UNDISTURBED)


@pytest.mark.parametrize("dies_at", range(STEPS_IN_PIECES))
def test_death_between_pieces_of_a_report_changes_nothing(dies_at: int) -> None:
    assert STEPS_IN_PIECES > STEPS, "reports must be in pieces, or nothing is tested"
    found = outcome(*asyncio.run(play(dies_at=dies_at, batch_size=ONE_A_PIECE)))
    assert found == outcome(*UNDISTURBED)


def test_entries_are_those_of_a_replay() -> None:
    rows = outcome(*UNDISTURBED)["rows"]
    found = {
        (partition, key.decode()): decode_entry(value)
        for partition, entries in rows.items()
        for key, value in entries.items()
        if key != ORDERS_KEY
    }
    assert found == replay(RECORDS)
    assert {rows[p][ORDERS_KEY] for p in (HERE, THERE)} == {b"2"}


def test_letter_and_state_are_sent_before_the_standing_that_counts_them() -> None:
    """The order of the steps is what makes a death harmless."""
    log = PaperLog(dies_at=4)
    store = PaperStore(log)
    batch = {THERE: by_partition(RECORDS)[THERE][:4]}
    with pytest.raises(Crash):
        asyncio.run(keeper_of(log, store).fold(batch))
    assert len(log.topics[topics.DEAD_LETTERS]) == 2
    assert len(log.topics[topics.DEVICE_REGISTER]) == 1
    assert store.rows[THERE], "states were written next"
    assert log.topics[topics.CAMPAIGN_TALLIES] == []


def test_time_out_is_a_fact_with_the_next_number_of_its_source() -> None:
    values = outcome(*UNDISTURBED)["facts"]
    for premises in (FIRST,):
        read = [decode_premises(key=premises.encode(), value=value) for value in values]
        (event,) = [event for event in read if isinstance(event, Event)]
        assert (event.source, event.sequence) == (f"urn:gb:twin:{premises}", 2)
        assert event.correlation_id == f"campaign:{C}"
