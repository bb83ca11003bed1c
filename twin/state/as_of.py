"""A premises as it was on a date: what is known by now, but only of what had happened by then.

Order and idempotence are judged over all that is known; only then is the state folded from the
facts that had happened. Leaving records out before would make gaps that never were.
"""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from twin.events.envelope import Event
from twin.events.programme import DeadLetterResolved
from twin.state.entry import Entry, Record, entry_name, new_entry
from twin.state.evolve import evolve
from twin.state.premises import Premises
from twin.state.step import step
from twin.state.verdicts import Applied


class AsOf(Struct, frozen=True):
    """A premises on a date, and all that is known of it; `facts` had happened by then."""

    premises: Premises
    known: Entry
    facts: int

    def after(
        self, known: Entry, events: Iterable[Event], *, valid: datetime | None = None
    ) -> "AsOf":
        """The same after facts were let through; those that happened after `valid` are not told."""
        premises, facts = self.premises, self.facts
        for event in events:
            if valid is None or event.occurred_at <= valid:
                facts += 1
                premises = told(premises, event)
        # Gaps stand by what is known: nobody can say when the missing facts happened.
        return AsOf(replace(premises, gaps=known.premises.gaps), known, facts)


def as_of(
    records: Iterable[Record], *, valid: datetime | None = None
) -> dict[tuple[int, str], AsOf]:
    """Premises by (partition, name) from records in log order, as they were at `valid`.

    A fact of that very moment had happened. Without `valid`: as they are by all that is known.
    """
    found: dict[tuple[int, str], AsOf] = {}
    for record in records:
        name = entry_name(record.key)
        place = record.partition, name
        held = found.get(place) or AsOf(Premises(name), new_entry(name), 0)
        known, verdict = step(held.known, record)
        events = verdict.events if isinstance(verdict, Applied) else ()
        found[place] = held.after(known, events, valid=valid)
    return found


def told(premises: Premises, event: Event) -> Premises:
    """The premises after a fact that was let through, with its source's number."""
    if isinstance(event.fact, DeadLetterResolved):
        return premises
    premises = evolve(premises, event, event.fact)  # type: ignore[arg-type]
    newest = max(event.sequence, premises.sequences.get(event.source, 0))
    return replace(premises, sequences={**premises.sequences, event.source: newest})
