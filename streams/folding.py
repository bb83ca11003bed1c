"""What a batch of records makes of a partition's entries, with all that is to be told of it. Pure.

The keeper folds the log by it as records come; a restored log is folded by it before they do.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec.structs import replace

from streams import ledger, topics
from streams.outbox import Outgoing
from streams.partitioner import partition_of
from streams.view import Change
from twin.events.codec import Unreadable
from twin.state.entry import Entry, Parked, Record, entry_name
from twin.state.register import changed_rows, encode_row
from twin.state.step import step
from twin.state.verdicts import Refused

Letters: TypeAlias = list[ledger.DeadLetter]


def folded(
    entry: Callable[[str], Entry], records: Iterable[Record]
) -> tuple[dict[str, Entry], Letters]:
    """The entries after some records of a partition, by name, and letters about those refused.

    `entry` gives the entry of a name before them.
    """
    latest: dict[str, Entry] = {}
    letters = []
    for record in records:
        name = entry_name(record.key)
        held = latest.get(name) or entry(name)
        latest[name], verdict = step(held, record)
        if isinstance(verdict, Refused):
            letters.append(_letter(record, name, verdict.why))
        elif (parked := _parked_anew(held, latest[name])) is not None:
            queued = replace(record, offset=parked.offset, value=parked.value)
            letters.append(_letter(queued, name, Unreadable(parked.cause, parked.why)))
    return latest, letters


def letter_out(letter: ledger.DeadLetter) -> Outgoing:
    """A dead letter on its topic, beside the record that it is about."""
    key = letter.premises_id.encode()
    return Outgoing(topics.DEAD_LETTERS, letter.partition, key, ledger.encode(letter))


def register_rows(changes: Mapping[str, Change]) -> Iterator[Outgoing]:
    """The changed rows of the register of devices."""
    for change in changes.values():
        found = changed_rows(before=change.before.premises, after=change.after.premises)
        for device_id, row in found:
            key = device_id.encode()
            yield Outgoing(topics.DEVICE_REGISTER, partition_of(key), key, encode_row(row))


def _parked_anew(before: Entry, after: Entry) -> Parked | None:
    """What a drained queue has come to a stop at: a record that had no letter while it queued."""
    if before.parked is None or after.parked is None:
        return None
    return after.parked if after.parked.offset != before.parked.offset else None


def _letter(record: Record, name: str, why: Unreadable) -> ledger.DeadLetter:
    return ledger.dead_letter(
        topic=topics.PREMISES_EVENTS, record=record, premises_id=name, why=why
    )
