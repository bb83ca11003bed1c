"""Why a figure changed from one basis to the next: the facts that came, one by one.

Both figures are of the same date. The facts that a premises got in between are told to its state
one after the other, and each carries the change that it makes, so that the parts sum exactly to
the difference. Facts that the second basis lacks, because a lost log went on without them, are told
to what both have in common: what each changes there is what its withdrawal takes back.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from twin.events.codec import decode_premises
from twin.events.envelope import Event
from twin.state.as_of import AsOf, told
from twin.state.entry import Entry, Record, entry_name, new_entry
from twin.state.measures import Measure
from twin.state.premises import Premises
from twin.state.step import step
from twin.state.verdicts import Applied


class Why(StrEnum):
    """Why a fact that had happened changes a figure only now."""

    HELD_BACK = "held back"
    LATE = "late arrival"
    CORRECTION = "correction"
    WITHDRAWN = "withdrawal"
    """A fact that was set aside with a lost log, or the same one told anew afterwards."""


class Responsible(Struct, frozen=True):
    """A fact that changed a figure, by how much, and why only now."""

    event: Event
    why: Why
    change: int


class Relisted(Struct, frozen=True):
    """A premises that other reference data count otherwise, by how much."""

    premises_id: str
    change: int


class Restated(Struct, frozen=True, kw_only=True):
    """A figure on both bases, and every fact that makes the difference, in order of premises.

    `later_facts` came in between too, but had happened after the date; they change nothing.
    """

    before: int
    after: int
    responsible: tuple[Responsible, ...]
    changed_nothing: int
    later_facts: int

    def change(self, why: Why) -> int:
        """The part of the difference that has this reason."""
        return sum(one.change for one in self.responsible if one.why is why)


class _Course(Struct):
    """A premises by the first basis, and the facts that were let through after it.

    `held` are the facts that the first basis knew and held back, by source and number; None while
    no later record has come. `gone` were let through on the first basis by records that the second
    lacks; `aside` is what was known with them. `first` and `known` are without them.
    """

    first: AsOf
    known: Entry
    since: list[tuple[Event, Why]]
    gone: list[Event]
    held: frozenset[tuple[str, int]] | None = None
    aside: Entry | None = None

    @property
    def taken_back(self) -> set[tuple[str, int]]:
        """The facts of `gone` by source and number."""
        return {(event.source, event.sequence) for event in self.gone}


class Courses:
    """Premises from records in log order, of two bases: which each knows, two functions tell.

    By partition, records that only the first knows come behind all that both know.
    """

    def __init__(
        self,
        records: Iterable[Record],
        *,
        is_known: Callable[[Record], bool],
        is_kept: Callable[[Record], bool] = lambda _: True,
        valid: datetime | None = None,
    ) -> None:
        """Fold the records once; `valid` None: the date is that of the newest fact then known."""
        self._found: dict[tuple[int, str], _Course] = {}
        newest: datetime | None = None
        for record in records:
            if not is_known(record):
                self._since(record)
                continue
            first = self._first(record, valid) if is_kept(record) else self._gone(record)
            for event in first:
                newest = event.occurred_at if newest is None else max(newest, event.occurred_at)
        self.valid = newest if valid is None else valid

    def restate(self, measure: Measure) -> Restated:
        """The figure on both bases and what makes the difference."""
        before = after = idle = later = 0
        responsible: list[Responsible] = []
        for _, course in sorted(self._found.items()):
            premises = course.first.premises
            value = measure.of(premises)
            taken = list(self._withdrawn(premises, course.gone, measure))
            before += value - sum(one.change for one in taken)
            responsible += [one for one in taken if one.change]
            idle += sum(not one.change for one in taken)
            again = course.taken_back
            for event, reason in course.since:
                if not self._had_happened(event):
                    later += 1
                    continue
                why = Why.WITHDRAWN if (event.source, event.sequence) in again else reason
                premises = told(premises, event)
                change = measure.of(premises) - value
                value += change
                if change:
                    responsible.append(Responsible(event, why, change))
                else:
                    idle += 1
            after += value
        return Restated(
            before=before,
            after=after,
            responsible=tuple(responsible),
            changed_nothing=idle,
            later_facts=later,
        )

    def relisted(self, before: Measure, after: Measure) -> tuple[Relisted, ...]:
        """Premises by the second basis that one measure counts otherwise than another does.

        The measures are of one figure by two lists of reference data.
        """
        found = []
        for (_, name), course in sorted(self._found.items()):
            premises = course.first.premises
            for event, _ in course.since:
                if self._had_happened(event):
                    premises = told(premises, event)
            change = after.of(premises) - before.of(premises)
            if change:
                found.append(Relisted(name, change))
        return tuple(found)

    def _withdrawn(
        self, premises: Premises, gone: Iterable[Event], measure: Measure
    ) -> Iterator[Responsible]:
        """What taking back each fact changes that the first basis had beyond the second."""
        value = measure.of(premises)
        for event in filter(self._had_happened, gone):
            premises = told(premises, event)
            change = measure.of(premises) - value
            value += change
            yield Responsible(event, Why.WITHDRAWN, -change)

    def _had_happened(self, event: Event) -> bool:
        return self.valid is not None and event.occurred_at <= self.valid

    def _gone(self, record: Record) -> tuple[Event, ...]:
        """The facts that a record let through on the first basis which the second lacks."""
        course = self._course(record)
        course.aside, verdict = step(course.aside or course.known, record)
        events = verdict.events if isinstance(verdict, Applied) else ()
        course.gone.extend(events)
        return events

    def _first(self, record: Record, valid: datetime | None) -> tuple[Event, ...]:
        """The facts that a record of the first basis lets through."""
        course, events = self._stepped(record)
        course.first = course.first.after(course.known, events, valid=valid)
        return events

    def _since(self, record: Record) -> None:
        """Note the facts that a record lets through which the first basis did not know."""
        course = self._course(record)
        held = course.held = _held_back(course.known) if course.held is None else course.held
        _, events = self._stepped(record)
        course.since.extend((event, _why(event, held)) for event in events)

    def _stepped(self, record: Record) -> tuple[_Course, tuple[Event, ...]]:
        course = self._course(record)
        course.known, verdict = step(course.known, record)
        return course, verdict.events if isinstance(verdict, Applied) else ()

    def _course(self, record: Record) -> _Course:
        name = entry_name(record.key)
        start = new_entry(name)
        new = _Course(AsOf(start.premises, start, 0), start, [], [])
        return self._found.setdefault((record.partition, name), new)


def _held_back(entry: Entry) -> frozenset[tuple[str, int]]:
    """Facts that are known and wait, behind a gap or behind a parked record."""
    held = {(one.source, one.sequence) for one in entry.waiting}
    if entry.parked is not None:
        key = entry.premises.premises_id.encode()
        values = [entry.parked.value, *(one.value for one in entry.parked.queue)]
        queued = (decode_premises(key=key, value=value) for value in values)
        held |= {(one.source, one.sequence) for one in queued if isinstance(one, Event)}
    return frozenset(held)


def _why(event: Event, held: frozenset[tuple[str, int]]) -> Why:
    if (event.source, event.sequence) in held:
        return Why.HELD_BACK
    return Why.LATE if event.supersedes is None else Why.CORRECTION
