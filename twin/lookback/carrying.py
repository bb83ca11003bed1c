"""A premises carried on: from its state at one place of the log over the records that follow."""

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from twin.events.codec import decode_premises
from twin.events.envelope import Event
from twin.state.as_of import AsOf, told
from twin.state.entry import Record, new_entry
from twin.state.step import step
from twin.state.verdicts import Applied


def before_all(name: str) -> AsOf:
    """A premises before its first record."""
    start = new_entry(name)
    return AsOf(start.premises, start, 0)


def carried(
    one: AsOf, records: Iterable[Record], *, valid: datetime | None = None
) -> tuple[AsOf, datetime | None]:
    """A premises after the next records, in order of the log, as it was at `valid`.

    Gives as well the moment of the newest fact that they let through, None without any. All facts
    of `one` must have happened by `valid`. Without it a premises is as it is known, which its
    entry says already.
    """
    newest: datetime | None = None
    for record in records:
        known, verdict = step(one.known, record)
        events: tuple[Event, ...] = verdict.events if isinstance(verdict, Applied) else ()
        for event in events:
            newest = event.occurred_at if newest is None else max(newest, event.occurred_at)
        if valid is None:
            one = AsOf(known.premises, known, one.facts + len(events))
        else:
            one = one.after(known, events, valid=valid)
    return one, newest


def carried_in_order(one: AsOf, records: Iterable[Record], *, untold: int) -> AsOf:
    """A premises after facts of which each is the next of its source (`twin.lookback.in_order`).

    None of them is judged. `records` are those that had happened, in order of the log; `untold` is
    the number of the others, which are let through as well. Of what is known only the numbers of
    records and the gaps are then as they should be.
    """
    premises, facts = one.premises, one.facts
    for record in records:
        event = decode_premises(key=record.key, value=record.value)
        if not isinstance(event, Event):
            raise AssertionError(f"a fact with columns of its own became unreadable: {event.why}")
        premises, facts = told(premises, event), facts + 1
    known = replace(one.known, applied=one.known.applied + facts - one.facts + untold)
    return AsOf(replace(premises, gaps=known.premises.gaps), known, facts)
