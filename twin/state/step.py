"""`step`: one record against one entry: decoding, parking, order, idempotence, then `evolve`."""

from typing import Final

from msgspec.structs import replace

from twin.events.codec import Unreadable, decode_premises
from twin.events.envelope import Event
from twin.events.programme import DeadLetterResolved
from twin.refusal import Refusal
from twin.state.entry import UNADDRESSED, Entry, Parked, Queued, Record
from twin.state.ordering import ordered
from twin.state.verdicts import Applied, Duplicate, Held, Redelivered, Refused, Verdict

QUEUE_MAX: Final = 1024
"""Records that may queue behind a parked one; beyond it the partition stops (D24)."""


class ParkedQueueOverflow(Refusal):
    """More records queue behind a parked premises than are kept; the operator must resolve it."""


def step(entry: Entry, record: Record) -> tuple[Entry, Verdict]:
    """The entry after one record, and the verdict on the record. Pure.

    Raises:
        ParkedQueueOverflow: the queue behind a parked record is full.
    """
    if (record.epoch, record.offset) <= (entry.epoch, entry.offset):
        return entry, Redelivered()
    entry = replace(entry, epoch=record.epoch, offset=record.offset)
    return judge(entry, record)


def judge(entry: Entry, record: Record) -> tuple[Entry, Verdict]:
    """`step` without its guard on positions, for records that waited in a parked queue."""
    event = decode_premises(key=record.key, value=record.value)
    if isinstance(event, Event) and isinstance(event.fact, DeadLetterResolved):
        return _resolved(entry, event, event.fact, record)
    if entry.parked is not None:
        return _queued(entry, entry.parked, record)
    if isinstance(event, Unreadable):
        return _refused(entry, event, record)
    return ordered(entry, event, record)


def _refused(entry: Entry, why: Unreadable, record: Record) -> tuple[Entry, Verdict]:
    entry = replace(entry, dead=entry.dead + 1)
    if entry.premises.premises_id == UNADDRESSED:
        return entry, Refused(why)
    parked = Parked(why.cause, why.why, record.offset, record.value)
    return replace(entry, parked=parked), Refused(why)


def _queued(entry: Entry, parked: Parked, record: Record) -> tuple[Entry, Verdict]:
    if len(parked.queue) >= QUEUE_MAX:
        raise ParkedQueueOverflow(
            f"{entry.premises.premises_id}: {QUEUE_MAX} records queue behind offset "
            f"{parked.offset} of partition {record.partition}; resolve it with "
            "`twin dead-letters drain`"
        )
    queue = (*parked.queue, Queued(record.offset, record.value))
    return replace(entry, parked=replace(parked, queue=queue)), Held("parked")


def _resolved(
    entry: Entry, event: Event, fact: DeadLetterResolved, record: Record
) -> tuple[Entry, Verdict]:
    """Drain the queue in order, after the parked record is tried again or skipped (D12)."""
    parked = entry.parked
    if parked is None or (fact.partition, fact.offset) != (record.partition, parked.offset):
        return replace(entry, duplicates=entry.duplicates + 1), Duplicate(event)
    entry = replace(entry, parked=None, applied=entry.applied + 1)
    queue = parked.queue
    if fact.resolution == "retried":
        entry = replace(entry, dead=entry.dead - 1)
        queue = (Queued(parked.offset, parked.value), *queue)
    events = [event]
    for queued in queue:
        again = replace(record, offset=queued.offset, value=queued.value)
        entry, verdict = judge(entry, again)
        events.extend(verdict.events if isinstance(verdict, Applied) else ())
    return entry, Applied(tuple(events))
