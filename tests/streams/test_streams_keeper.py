"""The keeper dies before each of its steps in turn; what comes of it is always the same (D8)."""

import asyncio
import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from streams import ledger, topics
from streams.keeper import Keeper
from streams.stored import ORDERS_KEY
from tests.campaign.campaign_samples import PLAN, C
from tests.streams.paper_log import Crash, PaperLog, PaperStore
from twin.campaign.executions import CampaignOrder, Mode, Order
from twin.campaign.tallies import decode_tally
from twin.events.codec import Cause, decode_premises
from twin.events.envelope import Event, encode, new_event
from twin.events.firmware import DeviceEnrolled, FirmwareUpdateRequested
from twin.events.lifecycle import CommsHubInstalled, DeviceCommissioned
from twin.events.programme import DeadLetterResolved
from twin.events.requests import decode_request
from twin.ids import request_id
from twin.state.entry import Entry, Record, decode_entry
from twin.state.register import decode_row
from twin.state.replay import replay
from twin.vocabulary import DeviceType, Exclusion, HubVariant

HERE, THERE = 3, 4
BEFORE = datetime(2017, 5, 1, tzinfo=UTC)
START = datetime(2017, 7, 1, tzinfo=UTC)
FIRST, SECOND, THIRD, FOURTH = (f"P00000000000000a{n}" for n in range(4))
TARGET = "0002000A"


def hub_of(premises: str) -> str:
    return f"00-1D-24-00-00-00-00-{premises[-2:].upper()}"


def said(premises: str, fact: Any, *, source: str, sequence: int, at: datetime = BEFORE) -> Event:
    return new_event(
        fact=fact,
        source=f"urn:gb:{source}:{premises}",
        sequence=sequence,
        key=premises,
        occurred_at=at,
    )


def installed(premises: str) -> list[Event]:
    """A hub without local pairing, installed and commissioned."""
    hub = hub_of(premises)
    facts = [
        CommsHubInstalled(hub, "1062-0A0B0C0D", HubVariant.SINGLE_BAND, "00010001", False),
        DeviceCommissioned(hub, DeviceType.CHF),
    ]
    return [said(premises, f, source="supplier", sequence=n) for n, f in enumerate(facts, 1)]


def enrolled(premises: str, *, place: float = 0.5) -> Event:
    """The hub has its seat in the campaign, as an order to enrol would have given it."""
    hub = hub_of(premises)
    fact = DeviceEnrolled(hub, DeviceType.CHF, C, 1, place, None, None, TARGET)
    return said(premises, fact, source="twin", sequence=1, at=START)


def requested(premises: str) -> Event:
    """The DCC has taken the update request of the campaign's first order."""
    hub = hub_of(premises)
    asked = request_id(campaign_id=C, device_id=hub, step="11.1", attempt=1)
    fact = FirmwareUpdateRequested(hub, DeviceType.CHF, C, 1, 1, asked, TARGET)
    return said(premises, fact, source="dsp", sequence=1, at=START)


def log_of(values: Sequence[tuple[str, Event | bytes | None]]) -> list[Record]:
    """Records of two partitions, each with offsets of its own."""
    ends = {HERE: 0, THERE: 0}
    records = []
    for key, value in values:
        partition = HERE if key in (FIRST, SECOND) else THERE
        content = encode(value) if isinstance(value, Event) else value
        records.append(Record(key.encode(), content, 0, partition, ends[partition]))
        ends[partition] += 1
    return records


def by_partition(records: Sequence[Record]) -> dict[int, list[Record]]:
    """A batch as the worker hands it over."""
    batch: dict[int, list[Record]] = {}
    for record in records:
        batch.setdefault(record.partition, []).append(record)
    return batch


def order(tick: int, *, days: int, mode: Mode = "release") -> Order:
    whole = CampaignOrder(plan=PLAN, mode=mode, upto=(1.0, 1.0))
    return Order(tick=tick, now=START + timedelta(days=days), campaigns=(whole,))


RECORDS = log_of(
    [
        *((FIRST, event) for event in (*installed(FIRST), enrolled(FIRST))),
        *((SECOND, event) for event in (*installed(SECOND), enrolled(SECOND))),
        (THIRD, installed(THIRD)[0]),
        (THIRD, b"{broken"),
        (THIRD, installed(THIRD)[1]),
        ("?", b"garbage"),
        (FIRST, installed(FIRST)[1]),
        (FOURTH, installed(FOURTH)[1]),
        (FIRST, requested(FIRST)),
        (SECOND, requested(SECOND)),
        (SECOND, None),
    ]
)
SCRIPT: list[Order | list[Record]] = [
    RECORDS[:8],
    order(0, days=0),
    RECORDS[8:12],
    RECORDS[12:14],
    order(1, days=1),
    RECORDS[14:],
    order(2, days=20),
]
"""What two partitions get: batches of records and orders. The last order times executions out."""


def keeper_of(log: PaperLog, store: PaperStore) -> Keeper:
    return Keeper(log, store, epoch=0, capable_version=lambda _: TARGET)  # type: ignore[arg-type]


async def play(
    *, dies_at: int | None = None, redelivered: int = 0, batch_size: float = math.inf
) -> tuple[PaperLog, PaperStore]:
    """The script with one death; what was not acknowledged, and some before it, comes again."""
    log = PaperLog(dies_at=dies_at, batch_size=batch_size)
    store = PaperStore(log)
    keeper, nth = keeper_of(log, store), 0
    while nth < len(SCRIPT):
        try:
            match SCRIPT[nth]:
                case Order() as given:
                    await keeper.carry_out({HERE: given, THERE: given})
                case records:
                    await keeper.fold(by_partition(records))
            nth += 1
        except Crash:
            keeper, nth = keeper_of(log, store), max(0, nth - redelivered)
    return log, store


def outcome(log: PaperLog, store: PaperStore) -> dict[str, Any]:
    """All that the partitions leave behind, repeats taken out as their readers take them out."""
    standings = {
        p: [
            ledger.decode_standing(s.value)
            for s in log.topics[topics.CAMPAIGN_TALLIES]
            if s.key == ledger.standing_key(p)
        ][-1]
        for p in (HERE, THERE)
    }
    return {
        "rows": store.rows,
        "letters": {s.value for s in log.topics[topics.DEAD_LETTERS]},
        "register": {s.key: s.value for s in log.topics[topics.DEVICE_REGISTER]},
        "requests": {s.value for s in log.topics[topics.FIELD_REQUESTS]},
        "facts": {s.value for s in log.topics[topics.PREMISES_EVENTS]},
        "standings": standings,
        "counts": counted(log),
    }


def counted(log: PaperLog) -> dict[bytes, Any]:
    """What a reader of the tallies comes to: no count of before a recount, and none of nobody."""
    found: dict[bytes, Any] = {}
    for sent in log.topics[topics.CAMPAIGN_TALLIES]:
        if sent.key.startswith(b"recount|"):
            partition = ledger.decode_recount(sent.value).partition
            found = {k: t for k, t in found.items() if t.partition != partition}
        elif not sent.key.startswith(b"standing|"):
            found[sent.key] = decode_tally(sent.value)
    return {key: tally.counts for key, tally in found.items() if tally.counts.members}


UNDISTURBED = asyncio.run(play())
STEPS = UNDISTURBED[0].steps
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
