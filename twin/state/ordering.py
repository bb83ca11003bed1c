"""Order within a source: contiguous numbers, holding, declared gaps, late fillers (D7 to D11)."""

from typing import Final

from msgspec.structs import replace

from twin.events.codec import decode_premises
from twin.events.envelope import Event
from twin.events.programme import DeadLetterResolved
from twin.state.entry import Entry, Record, Waiting
from twin.state.evolve import evolve
from twin.state.premises import Gap, Premises
from twin.state.verdicts import Applied, Duplicate, Held, Verdict

HOLD_MAX: Final = 32
"""Records a premises may hold behind gaps; one more declares the oldest gap (log time, D10)."""


def ordered(entry: Entry, event: Event, record: Record) -> tuple[Entry, Verdict]:
    """The entry after an event, by the number that its source gave it."""
    last = entry.premises.sequences.get(event.source, 0)
    if event.sequence <= last:
        return _late_or_duplicate(entry, event)
    if event.sequence == last + 1:
        return _released(_applied(entry, event), event.source, (event,))
    return _held(entry, event, record)


def _applied(entry: Entry, event: Event) -> Entry:
    """The fact goes into the state, and the source's number moves on."""
    fact = event.fact
    premises = entry.premises
    if not isinstance(fact, DeadLetterResolved):
        premises = evolve(premises, event, fact)  # type: ignore[arg-type]
    sequences, source = premises.sequences, event.source
    if event.sequence > sequences.get(source, 0):
        premises = replace(premises, sequences={**sequences, source: event.sequence})
    return replace(entry, premises=premises, applied=entry.applied + 1)


def _late_or_duplicate(entry: Entry, event: Event) -> tuple[Entry, Verdict]:
    gaps = entry.premises.gaps
    for gap in gaps:
        if gap.source == event.source and gap.first <= event.sequence <= gap.last:
            entry = _applied(entry, event)
            left = _without(gaps, gap, event.sequence)
            entry = replace(entry, premises=replace(entry.premises, gaps=left))
            return entry, Applied((event,))
    return replace(entry, duplicates=entry.duplicates + 1), Duplicate(event)


def _without(gaps: tuple[Gap, ...], gap: Gap, sequence: int) -> tuple[Gap, ...]:
    """The gaps after one number of `gap` has come after all."""
    pieces = (Gap(gap.source, gap.first, sequence - 1), Gap(gap.source, sequence + 1, gap.last))
    rest = [other for other in gaps if other != gap]
    return tuple(
        sorted(
            [*rest, *(piece for piece in pieces if piece.first <= piece.last)],
            key=lambda piece: (piece.source, piece.first),
        )
    )


def _held(entry: Entry, event: Event, record: Record) -> tuple[Entry, Verdict]:
    same = (event.source, event.sequence)
    if any((waiting.source, waiting.sequence) == same for waiting in entry.waiting):
        return replace(entry, duplicates=entry.duplicates + 1), Duplicate(event)
    waiting = Waiting(event.source, event.sequence, record.offset, record.value or b"")
    entry = replace(entry, waiting=(*entry.waiting, waiting))
    if len(entry.waiting) <= HOLD_MAX:
        return entry, Held("gap")
    return _declare_oldest_gap(entry)


def _declare_oldest_gap(entry: Entry) -> tuple[Entry, Verdict]:
    """Carry on without the missing numbers; the premises is flagged by the gap in its state."""
    source = min(entry.waiting, key=lambda waiting: waiting.offset).source
    of_source = [w.sequence for w in entry.waiting if w.source == source]
    last = entry.premises.sequences.get(source, 0)
    gap = Gap(source, last + 1, min(of_source) - 1)
    premises = entry.premises
    gaps = tuple(sorted([*premises.gaps, gap], key=lambda piece: (piece.source, piece.first)))
    sequences = {**premises.sequences, source: gap.last}
    entry = replace(entry, premises=replace(premises, gaps=gaps, sequences=sequences))
    return _released(entry, source, ())


def _released(entry: Entry, source: str, events: tuple[Event, ...]) -> tuple[Entry, Verdict]:
    """Let through what waited for the number that has just come, as far as it is contiguous."""
    if not entry.waiting:
        return entry, Applied(events)
    waiting = {w.sequence: w for w in entry.waiting if w.source == source}
    while (following := _next_number(entry.premises, source)) in waiting:
        event = _reread(waiting[following], entry.premises)
        entry = _applied(entry, event)
        events = (*events, event)
        left = tuple(w for w in entry.waiting if (w.source, w.sequence) != (source, following))
        entry = replace(entry, waiting=left)
    return entry, Applied(events)


def _next_number(premises: Premises, source: str) -> int:
    return premises.sequences.get(source, 0) + 1


def _reread(waiting: Waiting, premises: Premises) -> Event:
    """The event of a held record; it was readable when it was held, so now it is a bug if not."""
    event = decode_premises(key=premises.premises_id.encode(), value=waiting.value)
    if not isinstance(event, Event):
        raise AssertionError(f"a held record became unreadable: {event.why}")
    return event
