"""The fleet's counts as premises are carried on: the new state is added, the old one taken away."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from infra.run.fleet_as_of import FleetCounts, counted
from twin.state.as_of import AsOf

CHUNK: Final = 2000
"""Premises that are counted together."""
_OPEN: Final = ("bands", "pairing", "pins", "network", "rules")
"""Counts whose words are those that occur; the words of all others are always the same."""


class FleetSums:
    """Counts of the fleet, from those of a checkpoint on (`twin.lookback.sums`)."""

    def __init__(self, figures: Mapping[str, Any] | None = None) -> None:
        """Begin with the counts that a checkpoint keeps, or with none."""
        nothing = counted(())
        self._counts = nothing if figures is None else msgspec.convert(figures, FleetCounts)
        self._before: list[AsOf] = []
        self._after: list[AsOf] = []

    def change(self, before: AsOf | None, after: AsOf) -> None:
        """Count a premises as it is after the records, no longer as it was before them."""
        if before is not None:
            self._before.append(before)
        self._after.append(after)
        if len(self._after) >= CHUNK:
            self.settle()

    def let_through(self, records: int) -> None:
        """Count records that were let through, of premises that are otherwise as they were."""
        counts = self._counts.records
        applied = counts["applied"] + records
        self._counts = replace(self._counts, records={**counts, "applied": applied})

    def settle(self) -> None:
        """Count what has changed."""
        self._counts = _moved(self._counts, counted(self._after), by=1)
        if self._before:
            self._counts = _moved(self._counts, counted(self._before), by=-1)
        self._before, self._after = [], []

    def apart(self) -> "FleetSums":
        """Counts of what changes elsewhere, of nothing yet: what they tell can be added here."""
        return FleetSums()

    def add(self, told: dict[str, Any], *, by: int = 1) -> None:
        """Add counts that were made apart; they are below 0 where premises left a word."""
        self._counts = _moved(self._counts, msgspec.convert(told, FleetCounts), by=by)

    @property
    def counts(self) -> FleetCounts:
        """The counts of all that was settled."""
        return self._counts

    def told(self) -> dict[str, Any]:
        """The counts in plain words."""
        found: dict[str, Any] = msgspec.to_builtins(self._counts)
        return found


def _moved(one: FleetCounts, other: FleetCounts, *, by: int) -> FleetCounts:
    return FleetCounts(
        **{
            name: (_open if name in _OPEN else _closed)(
                getattr(one, name), getattr(other, name), by
            )
            for name in FleetCounts.__struct_fields__
        }
    )


def _closed(one: dict[str, Any], other: dict[str, Any], by: int) -> dict[str, Any]:
    """The sums under the same words, in their order."""
    return {
        word: _closed(held, other[word], by) if isinstance(held, dict) else held + by * other[word]
        for word, held in one.items()
    }


def _open(one: dict[str, Any], other: dict[str, Any], by: int) -> dict[str, Any]:
    """The sums under all words that still have any, sorted; most stay as they were."""
    found = dict(one)
    for word, more in other.items():
        held = found.get(word)
        if isinstance(more, dict):
            total: Any = _open(held or {}, more, by)
        else:
            total = (held or 0) + by * more
        if total:
            found[word] = total
        else:
            found.pop(word, None)
    return found if found.keys() <= one.keys() else dict(sorted(found.items()))
