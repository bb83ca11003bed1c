"""What a keeper does on an order, and does not do again; and what it counts of its own words."""

import asyncio
from typing import Any

import pytest

from streams import ledger, topics
from tests.streams.keeper_play import (
    FIRST,
    HERE,
    RECORDS,
    SECOND,
    by_partition,
    installed,
    keeper_of,
    log_of,
    order,
    said,
)
from tests.streams.paper_log import PaperLog, PaperStore
from twin.campaign.tallies import decode_tally
from twin.events.codec import decode_premises
from twin.events.envelope import Event, encode
from twin.events.programme import DeadLetterResolved
from twin.state.entry import Entry, Record, decode_entry
from twin.state.replay import replay
from twin.vocabulary import Exclusion


@pytest.mark.peer_fault("PF-hawkbit-29", "PF-uptane-02")
def test_same_order_again_asks_nothing_again() -> None:
    async def twice() -> PaperLog:
        log = PaperLog()
        keeper = keeper_of(log, PaperStore(log))
        await keeper.fold(by_partition(RECORDS[:6]))
        for _ in range(3):
            await keeper.carry_out({HERE: order(0, days=0)})
        return log

    assert len(asyncio.run(twice()).topics[topics.FIELD_REQUESTS]) == 2


def test_order_to_enrol_seats_or_excludes_every_device_once() -> None:
    async def enrol() -> PaperLog:
        log = PaperLog()
        keeper = keeper_of(log, PaperStore(log))
        told = [(FIRST, event) for event in installed(FIRST)]
        await keeper.fold(by_partition(log_of([*told, (SECOND, installed(SECOND)[0])])))
        await keeper.carry_out({HERE: order(0, days=-2, mode="enrol")})
        said = [sent.value for sent in log.topics[topics.PREMISES_EVENTS]]
        records = [Record(s.key, s.value, 0, HERE, 3 + n) for n, s in enumerate(_facts(log))]
        await keeper.fold({HERE: records})
        await keeper.carry_out({HERE: order(1, days=-1, mode="enrol")})
        assert [sent.value for sent in log.topics[topics.PREMISES_EVENTS]] == said
        return log

    log = asyncio.run(enrol())
    read = [decode_premises(key=s.key, value=s.value) for s in _facts(log)]
    facts = {event.key: event.fact for event in read if isinstance(event, Event)}
    assert facts[FIRST].TYPE.endswith("device-enrolled.v1")
    assert facts[SECOND].reason is Exclusion.NOT_COMMISSIONED  # type: ignore[union-attr]
    tallies = [decode_tally(s.value) for s in log.topics[topics.CAMPAIGN_TALLIES]
               if not s.key.startswith((b"standing", b"recount"))]  # fmt: skip
    newest = {(tally.wave, tally.stratum): tally.counts.members for tally in tallies}
    assert sum(newest.values()) == 2


def _facts(log: PaperLog) -> list[Any]:
    return list(log.topics[topics.PREMISES_EVENTS])


@pytest.mark.peer_fault("PF-tuf-04")
def test_older_order_after_a_newer_one_asks_nothing() -> None:
    async def backwards() -> PaperLog:
        log = PaperLog()
        keeper = keeper_of(log, PaperStore(log))
        await keeper.carry_out({HERE: order(5, days=0)})
        await keeper.fold(by_partition(RECORDS[:6]))
        await keeper.carry_out({HERE: order(4, days=0)})
        return log

    assert asyncio.run(backwards()).topics[topics.FIELD_REQUESTS] == []


@pytest.mark.peer_fault("PF-ours-21")
def test_what_another_worker_did_meanwhile_is_seen_after_forgetting() -> None:
    async def moved() -> tuple[Entry, Entry]:
        log = PaperLog()
        store = PaperStore(log)
        keeper = keeper_of(log, store)
        await keeper.fold({HERE: RECORDS[:1]})
        await keeper_of(log, store).fold({HERE: RECORDS[1:2]})
        await keeper.forget([HERE])
        await keeper.fold({HERE: RECORDS[:2]})
        stored = store.get(HERE, FIRST.encode())
        assert stored is not None
        return decode_entry(stored), replay(RECORDS[:2])[HERE, FIRST]

    after, expected = asyncio.run(moved())
    assert after == expected


def second_bad_record() -> list[Record]:
    return log_of(
        [
            (FIRST, installed(FIRST)[0]),
            (FIRST, b"{first"),
            (FIRST, b"{second"),
            (FIRST, installed(FIRST)[1]),
        ]
    )


@pytest.mark.parametrize("resolution", ["skipped", "retried"])
def test_bad_record_in_the_queue_of_another_gets_a_letter_of_its_own(resolution: Any) -> None:
    """Else nobody could name the record that parks the premises after the first was resolved."""
    records = second_bad_record()
    fact = DeadLetterResolved(HERE, 1, "skipped", "operator")
    resolved = said(FIRST, fact, source="operator", sequence=2)
    again = DeadLetterResolved(HERE, 2, resolution, "operator")
    once_more = said(FIRST, again, source="operator", sequence=3)
    records += [
        Record(FIRST.encode(), encode(event), 0, HERE, len(records) + nth)
        for nth, event in enumerate((resolved, once_more))
    ]

    async def fold() -> PaperLog:
        log = PaperLog()
        await keeper_of(log, PaperStore(log)).fold({HERE: records})
        return log

    letters = asyncio.run(fold()).topics[topics.DEAD_LETTERS]
    assert {ledger.decode_letter(s.value).offset for s in letters} == {1, 2}


def test_an_order_is_carried_out_when_its_own_words_are_counted() -> None:
    """Who commands behind a settled tick is answered on counts that have the twin's words."""

    async def told() -> list[tuple[int, int]]:
        log = PaperLog()
        keeper = keeper_of(log, PaperStore(log))
        records = log_of([(FIRST, event) for event in installed(FIRST)])
        for record in records:
            await log.send(
                topics.PREMISES_EVENTS,
                key=record.key or b"",
                value=record.value or b"",
                partition=HERE,
            )
        await keeper.fold({HERE: records})
        await keeper.carry_out({HERE: order(5, days=0, mode="enrol")})
        (word,) = log.topics[topics.PREMISES_EVENTS][len(records) :]
        stood = [standing_of(log)]
        await keeper.fold({HERE: [Record(word.key, word.value, 0, HERE, len(records))]})
        return [*stood, standing_of(log)]

    assert asyncio.run(told()) == [(2, 4), (3, 5)]


def standing_of(log: PaperLog) -> tuple[int, int]:
    """Offset and tick of what the partition said last."""
    said = [s.value for s in log.topics[topics.CAMPAIGN_TALLIES] if s.key.startswith(b"standing")]
    last = ledger.decode_standing(said[-1])
    return last.offset, last.tick
