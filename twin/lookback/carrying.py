"""A premises carried on: from its state at one place of the log over the records that follow."""

from collections.abc import Iterable
from datetime import datetime

from twin.events.envelope import Event
from twin.state.as_of import AsOf
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
