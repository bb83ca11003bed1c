"""`step` record by record: position, order, gaps, parking, draining, records without a place."""

from datetime import timedelta

import pytest

from tests.state.histories import KEY, records
from tests.state.random_facts import ESME, PREMISES, START
from twin.events.codec import Cause, decode_premises
from twin.events.envelope import Event, encode, new_event
from twin.events.pins import PrivacyPinEntered
from twin.events.programme import DeadLetterResolved
from twin.state import step as stepping
from twin.state.counts import Outcomes, outcomes, outcomes_of
from twin.state.digest import fleet_digest
from twin.state.entry import UNADDRESSED, Entry, Record, entry_name, new_entry
from twin.state.ordering import HOLD_MAX
from twin.state.premises import Gap
from twin.state.replay import replay
from twin.state.step import ParkedQueueOverflow, step
from twin.state.verdicts import Applied, Duplicate, Held, Redelivered, Refused, Verdict
from twin.vocabulary import PinPurpose

SOURCE = f"urn:gb:esme:{ESME}"


def entered(sequence: int, *, source: str = SOURCE, key: str = PREMISES) -> Event:
    """A PIN entry: the simplest fact that counts."""
    return new_event(
        fact=PrivacyPinEntered(accepted=True, entry=1, purpose=PinPurpose.PAIRING),
        source=source,
        sequence=sequence,
        key=key,
        occurred_at=START + timedelta(minutes=sequence),
    )


def resolved(offset: int, resolution: str, *, partition: int = 3) -> Event:
    """The operator's mark for a parked record."""
    fact = DeadLetterResolved(
        partition=partition,
        offset=offset,
        resolution=resolution,  # type: ignore[arg-type]
        actor="dcc-operations",
    )
    return new_event(
        fact=fact,
        source=f"urn:gb:operator:{PREMISES}",
        sequence=1,
        key=PREMISES,
        occurred_at=START,
    )


def judged(values: list[Event | bytes | None]) -> tuple[Entry, list[Verdict]]:
    """The entry after these values, and the verdicts."""
    entry, verdicts = new_entry(PREMISES), []
    for record in records(values):
        entry, verdict = step(entry, record)
        verdicts.append(verdict)
    return entry, verdicts


def kinds(verdicts: list[Verdict]) -> list[type[Verdict]]:
    """The verdicts by kind."""
    return [type(verdict) for verdict in verdicts]


@pytest.mark.peer_fault("PF-uptane-02")
def test_redelivery_is_recognised_by_position() -> None:
    (record,) = records([entered(1)])
    entry, _ = step(new_entry(PREMISES), record)
    assert step(entry, record) == (entry, Redelivered())


def test_an_older_epoch_is_behind_every_position_of_a_newer_one() -> None:
    newer = Record(KEY, encode(entered(1)), 1, 3, 0)
    older = Record(KEY, encode(entered(2)), 0, 3, 99)
    entry, _ = step(new_entry(PREMISES), newer)
    assert step(entry, older) == (entry, Redelivered())
    later = Record(KEY, encode(entered(2)), 2, 3, 0)
    assert isinstance(step(entry, later)[1], Applied)


def test_same_fact_at_a_new_position_is_a_duplicate() -> None:
    entry, verdicts = judged([entered(1), entered(1)])
    assert verdicts[1] == Duplicate(entered(1))
    assert (entry.applied, entry.duplicates, entry.premises.pin_accepted) == (1, 1, 1)


@pytest.mark.peer_fault("PF-tuf-05")
def test_record_behind_a_gap_waits_and_is_let_through() -> None:
    entry, verdicts = judged([entered(2), entered(1)])
    assert verdicts[0] == Held("gap")
    assert verdicts[1] == Applied((entered(1), entered(2)))
    assert (entry.applied, entry.held) == (2, 0)


def test_same_waiting_record_twice_is_a_duplicate() -> None:
    entry, verdicts = judged([entered(2), entered(2)])
    assert kinds(verdicts) == [Held, Duplicate]
    assert (entry.held, entry.duplicates) == (1, 1)


def test_sources_do_not_wait_for_each_other() -> None:
    other = entered(1, source=f"urn:gb:dsp:{PREMISES}")
    _, verdicts = judged([entered(2), other])
    assert kinds(verdicts) == [Held, Applied]


@pytest.mark.peer_fault("PF-tuf-06")
def test_gap_is_declared_with_one_record_more_than_the_limit() -> None:
    waiting = [entered(number) for number in range(3, 3 + HOLD_MAX)]
    entry, verdicts = judged([entered(1), *waiting])
    assert kinds(verdicts[1:]) == [Held] * HOLD_MAX
    assert entry.premises.gaps == ()
    entry, verdicts = judged([entered(1), *waiting, entered(3 + HOLD_MAX)])
    assert isinstance(verdicts[-1], Applied)
    assert len(verdicts[-1].events) == HOLD_MAX + 1
    assert entry.premises.gaps == (Gap(SOURCE, 2, 2),)
    assert entry.applied == HOLD_MAX + 2


@pytest.mark.peer_fault("PF-tuf-06")
def test_wide_gap_is_filled_piece_by_piece() -> None:
    waiting: list[Event | bytes | None] = [entered(n) for n in range(5, 6 + HOLD_MAX)]
    entry, _ = judged(waiting)
    assert entry.premises.gaps == (Gap(SOURCE, 1, 4),)
    entry, verdicts = judged([*waiting, entered(2)])
    assert entry.premises.gaps == (Gap(SOURCE, 1, 1), Gap(SOURCE, 3, 4))
    assert verdicts[-1] == Applied((entered(2),))
    entry, verdicts = judged([*waiting, entered(2), entered(2), entered(4), entered(3), entered(1)])
    assert entry.premises.gaps == ()
    assert kinds(verdicts[-4:]) == [Duplicate, Applied, Applied, Applied]


@pytest.mark.peer_fault("PF-nerveshub-05")
def test_unreadable_record_parks_and_the_rest_queues() -> None:
    entry, verdicts = judged([b"{", entered(1), b"also bad", None])
    assert kinds(verdicts) == [Refused, Held, Held, Held]
    assert entry.parked is not None
    assert (entry.parked.cause, entry.parked.offset) == (Cause.MALFORMED, 0)
    assert [queued.offset for queued in entry.parked.queue] == [1, 2, 3]
    assert entry.premises.pin_accepted == 0


def test_drain_in_order_stops_at_the_next_unreadable_record() -> None:
    values: list[Event | bytes | None] = [b"{", entered(1), b"also bad", entered(2)]
    entry, verdicts = judged([*values, resolved(0, "skipped")])
    assert isinstance(verdicts[-1], Applied)
    assert verdicts[-1].events == (resolved(0, "skipped"), entered(1))
    assert entry.parked is not None
    assert (entry.parked.offset, len(entry.parked.queue)) == (2, 1)
    entry, _ = judged([*values, resolved(0, "skipped"), resolved(2, "skipped")])
    assert entry.parked is None
    assert outcomes_of(entry) == Outcomes(applied=4, dead=2)


def test_retried_with_new_code_counts_no_dead_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was unreadable is read after an upgrade: here, when the reader is made to know it."""
    real = decode_premises
    entry, _ = judged([b"odd", entered(2)])
    assert entry.dead == 1

    def upgraded(*, key: bytes | None, value: bytes | None) -> object:
        return entered(1) if value == b"odd" else real(key=key, value=value)

    monkeypatch.setattr(stepping, "decode_premises", upgraded)
    mark = Record(KEY, encode(resolved(0, "retried")), 0, 3, 2)
    entry, verdict = step(entry, mark)
    assert verdict == Applied((resolved(0, "retried"), entered(1), entered(2)))
    assert outcomes_of(entry) == Outcomes(applied=3)
    assert entry.parked is None


@pytest.mark.parametrize(("offset", "partition"), [(1, 3), (0, 4)])
def test_mark_for_another_record_changes_nothing(offset: int, partition: int) -> None:
    entry, verdicts = judged([b"{", resolved(offset, "skipped", partition=partition)])
    assert isinstance(verdicts[-1], Duplicate)
    assert entry.parked is not None


def test_full_queue_stops_the_partition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepping, "QUEUE_MAX", 2)
    with pytest.raises(ParkedQueueOverflow, match=r"P0123456789abcdef: 2 records .* offset 0"):
        judged([b"{", entered(1), entered(2), entered(3)])


@pytest.mark.parametrize("key", [None, b"", b"LCP-HUBS", b"P0123", b"\xff", KEY + b"\n"])
def test_records_that_name_no_premises_are_counted_apart(key: bytes | None) -> None:
    assert entry_name(key) == UNADDRESSED
    log = [Record(key, encode(entered(n)), 0, 3, n) for n in (1, 2)]
    (entry,) = replay(log).values()
    assert outcomes_of(entry) == Outcomes(dead=2)
    assert entry.parked is None, "there is no premises to park"
    assert fleet_digest([entry]) == fleet_digest([])


def test_replay_keeps_premises_and_partitions_apart() -> None:
    other = "Pfedcba9876543210"
    log = [
        Record(KEY, encode(entered(1)), 0, 3, 0),
        Record(other.encode(), encode(entered(1, key=other)), 0, 3, 1),
        Record(KEY, encode(entered(2)), 0, 3, 2),
    ]
    entries = replay(log)
    assert sorted(entries) == [(3, PREMISES), (3, other)]
    assert outcomes(entries.values()) == Outcomes(applied=3)
    assert fleet_digest(entries.values()) == fleet_digest(reversed(list(entries.values())))
    assert outcomes(entries.values()) - Outcomes(applied=1) == Outcomes(applied=2)
