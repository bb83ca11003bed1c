"""Totals over entries: how the records of a log ended, and what the fleet looks like."""

from collections.abc import Iterable

from msgspec import Struct

from twin.state.entry import Entry


class Outcomes(Struct, frozen=True, gc=False):
    """How many records ended in each way; `seen` is their sum, so nothing is skipped."""

    applied: int = 0
    duplicate: int = 0
    held: int = 0
    dead: int = 0

    @property
    def seen(self) -> int:
        """All records that have a verdict."""
        return self.applied + self.duplicate + self.held + self.dead

    def __add__(self, other: "Outcomes") -> "Outcomes":
        """The outcomes of both."""
        return Outcomes(
            self.applied + other.applied,
            self.duplicate + other.duplicate,
            self.held + other.held,
            self.dead + other.dead,
        )

    def __sub__(self, other: "Outcomes") -> "Outcomes":
        """The outcomes without the other's."""
        return Outcomes(
            self.applied - other.applied,
            self.duplicate - other.duplicate,
            self.held - other.held,
            self.dead - other.dead,
        )


def outcomes_of(entry: Entry) -> Outcomes:
    """The outcomes of one entry's records."""
    return Outcomes(entry.applied, entry.duplicates, entry.held, entry.dead)


def outcomes(entries: Iterable[Entry]) -> Outcomes:
    """The outcomes of all entries' records."""
    return sum(map(outcomes_of, entries), Outcomes())
