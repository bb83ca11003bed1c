"""What the topics say, folded: repeats and disorder change nothing, strays are kept apart."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from streams import clock, ledger, topics
from streams.memory import STRAYS, DecisionsLost, Memory
from tests.campaign.campaign_samples import PLAN, SUBMITTED, C, command, count, started
from twin.campaign.commands import Standing, decide_command
from twin.campaign.handing_in import submitted
from twin.campaign.plan import plan_hash
from twin.campaign.tallies import CampaignCounts, Tally, WaveCount, encode_tally, tally_key
from twin.events.envelope import Event, encode, new_event
from twin.events.programme import CampaignStarted, MembershipFrozen
from twin.state.counts import Outcomes
from twin.vocabulary import CampaignState

NOW = datetime(2017, 7, 1, tzinfo=UTC)


def event(fact: Any, sequence: int) -> Event:
    return new_event(
        fact=fact,
        source=f"urn:gb:twin:{C}",
        sequence=sequence,
        key=C,
        occurred_at=NOW,
        provenance="twin",
    )


def note_standing(memory: Memory, partition: int, offset: int, tick: int) -> None:
    standing = ledger.Standing(
        partition=partition, epoch=0, offset=offset, tick=tick, outcomes=Outcomes(applied=offset)
    )
    key = ledger.standing_key(partition)
    memory.note(topics.CAMPAIGN_TALLIES, key, ledger.encode(standing))


def note_tick(memory: Memory, tick: int, phase: Any = "closed", **basis: int) -> None:
    given = {int(name[1:]): end for name, end in basis.items()}
    value = clock.encode(clock.Tick(tick=tick, phase=phase, now=NOW, basis=given))
    memory.note(topics.CLOCK_TICKS, b"clock", value)


@pytest.fixture
def memory() -> Memory:
    return Memory()


def test_campaign_facts_count_once_however_often_they_come(memory: Memory) -> None:
    frozen = MembershipFrozen(C, plan_hash(PLAN), (1, 9), {}, 2)
    records = [event(SUBMITTED, 1), event(frozen, 2)]
    for told in [records[0], records[0], *records, records[1], records[0]]:
        memory.note(topics.CAMPAIGN_EVENTS, told.key.encode(), encode(told))
    assert memory.campaigns[C].version == 2
    assert memory.campaigns[C].state is CampaignState.AWAITING_APPROVAL


@pytest.mark.peer_fault("PF-tuf-05")
def test_a_fact_that_is_missing_ends_all_deciding_with_one_sentence(memory: Memory) -> None:
    memory.note_event(event(SUBMITTED, 1))
    with pytest.raises(DecisionsLost, match=f"has fact 3 of {C} and not fact 2: "):
        memory.note_event(event(started(3), 3))
    assert memory.campaigns[C].state is CampaignState.VALIDATING
    with pytest.raises(DecisionsLost, match=f"has fact 2 of {C} and not fact 1: "):
        Memory().note_event(event(started(3), 2))


def test_fact_of_a_campaign_that_was_never_submitted_is_not_taken(memory: Memory) -> None:
    memory.note_event(event(CampaignStarted(campaign_id=C, tick=1), 1))
    assert memory.campaigns == {}


def test_plan_comes_from_the_log_and_may_be_revised_there(memory: Memory) -> None:
    other = replace(PLAN, title="other")
    again = submitted(other, author="programme-planner", version=2, tick=1)
    memory.note_event(event(SUBMITTED, 1))
    memory.note_event(event(again, 2))
    assert memory.campaigns[C].plan == other
    assert (memory.campaigns[C].plan_version, memory.campaigns[C].version) == (2, 2)


def test_answer_to_a_stray_command_begins_no_campaign(memory: Memory) -> None:
    (answer,) = decide_command(
        campaign=None, command=command("hold"), standing=Standing({}, CampaignCounts({}), 0)
    )
    stray = replace(event(answer, 1), source=STRAYS)
    for _ in range(2):
        memory.note_event(stray)
    assert list(memory.strays) == [command("hold").command_id]
    assert memory.campaigns == {}


def test_what_nobody_can_read_among_the_decisions_is_set_aside(memory: Memory) -> None:
    memory.note_event(event(SUBMITTED, 1))
    for junk in (b"", b"{}", b"\xff\xfe", b"[1]", None):
        why = memory.note(topics.CAMPAIGN_EVENTS, C.encode(), junk)  # type: ignore[arg-type]
        assert why is not None
    assert memory.campaigns[C].version == 1


def test_a_decision_of_a_newer_twin_is_nothing_to_pass_over(memory: Memory) -> None:
    told = event(SUBMITTED, 1)
    newer = (
        encode(told)
        .replace(b"submitted.v1", b"submitted.v9")
        .replace(b"submitted:1", b"submitted:9")
    )
    with pytest.raises(DecisionsLost, match="a decision of a newer twin"):
        memory.note(topics.CAMPAIGN_EVENTS, C.encode(), newer)


def test_other_topics_are_no_part_of_the_memory(memory: Memory) -> None:
    with pytest.raises(ValueError, match=r"premises\.events"):
        memory.note(topics.PREMISES_EVENTS, b"", b"")


@pytest.mark.peer_fault("PF-tuf-04")
def test_older_standing_never_replaces_a_newer_one(memory: Memory) -> None:
    for offset, tick in [(10, 2), (9, 3), (10, 1), (10, 2), (0, -1)]:
        note_standing(memory, 4, offset, tick)
    assert (memory.standings[4].offset, memory.standings[4].tick) == (10, 2)
    note_standing(memory, 4, 10, 3)
    note_standing(memory, 4, 11, 3)
    assert (memory.standings[4].offset, memory.standings[4].tick) == (11, 3)


def test_basis_is_reached_when_every_partition_has_folded_it(memory: Memory) -> None:
    assert memory.stands_at({0: 0, 1: 0})
    assert not memory.stands_at({0: 5, 1: 0})
    note_standing(memory, 0, 4, -1)
    assert not memory.stands_at({0: 5, 1: 0})
    note_standing(memory, 0, 5, -1)
    assert memory.stands_at({0: 5, 1: 0})
    assert not memory.stands_at({0: 5, 1: 1})


def test_order_is_carried_out_when_all_partitions_say_so(memory: Memory) -> None:
    note_standing(memory, 0, 5, 7)
    assert not memory.carried_out(7, partitions=2)
    note_standing(memory, 1, 5, 6)
    assert not memory.carried_out(7, partitions=2)
    note_standing(memory, 1, 5, 7)
    assert memory.carried_out(7, partitions=2)
    assert not memory.carried_out(8, partitions=2)


def test_last_closed_tick_counts_and_opened_ones_do_not(memory: Memory) -> None:
    note_tick(memory, 0, p0=4)
    note_tick(memory, 1, phase="opened", p0=9)
    assert memory.closed is not None
    assert memory.closed.tick == 0
    note_tick(memory, 1, p0=6)
    note_tick(memory, 0, p0=5)
    assert (memory.closed.tick, memory.closed.basis) == (1, {0: 6})


def test_tick_that_was_closed_twice_keeps_its_first_basis(memory: Memory) -> None:
    """The emulator died after closing; whatever comes again must not move the basis."""
    note_tick(memory, 0, p0=4)
    note_tick(memory, 0, p0=9)
    assert memory.closed is not None
    assert memory.closed.basis == {0: 4}


def test_settled_ticks_only_grow(memory: Memory) -> None:
    for tick in (0, 1, 0):
        value = clock.encode(clock.Settled(tick=tick, now=NOW))
        memory.note(topics.CLOCK_SETTLED, b"clock", value)
    assert memory.settled == 1


def test_tallies_go_to_the_board(memory: Memory) -> None:
    for offset, confirmed in [(5, 3), (4, 1)]:
        tally = Tally(C, 1, "North|S01|unknown", 2, offset, count(9, confirmed=confirmed))
        memory.note(topics.CAMPAIGN_TALLIES, tally_key(tally), encode_tally(tally))
    assert memory.board.of(C).of_wave(1).confirmed == 3


def test_a_recount_voids_what_its_partition_said_and_no_other() -> None:
    """A count that became nought is in no state: after a crash nobody would take it back."""
    memory = Memory()

    def say(key: bytes, value: bytes) -> None:
        memory.note(topics.CAMPAIGN_TALLIES, key, value)

    def tell(partition: int, offset: int, members: int, wave: int = 1) -> None:
        tally = Tally(C, wave, "North|S01|x", partition, offset, WaveCount(members=members))
        say(tally_key(tally), encode_tally(tally))

    tell(0, 5, 3)
    tell(1, 5, 4)
    tell(0, 5, 9, wave=2)
    standing = ledger.Standing(partition=0, epoch=0, offset=5, tick=1, outcomes=Outcomes())
    say(ledger.standing_key(0), ledger.encode(standing))
    recount = ledger.Recount(partition=0, offset=6)
    say(ledger.recount_key(0), ledger.encode(recount))
    assert memory.standings == {}, "it vouches for nothing until it has said all again"
    tell(0, 6, 2)
    tell(0, 5, 9, wave=2)  # a zombie's, late
    counts = memory.board.of(C)
    assert (counts.of_wave(1).members, counts.of_wave(2).members) == (6, 0)
