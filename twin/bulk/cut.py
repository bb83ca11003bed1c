"""Where the log is cut off, partition by partition: so a table that goes on can be compared."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.compiled import kernel


class Cut(Struct, frozen=True):
    """The records to fold: by partition an epoch and the offset in it that is the first left out.

    Earlier epochs count whole, later ones not at all. A partition without a cut counts whole.
    """

    ends: Mapping[int, tuple[int, int]]

    @classmethod
    def furthest(cls, places: Iterable[tuple[int, int, int]]) -> "Cut":
        """A cut at the furthest of some places of each partition: partition, epoch, next offset."""
        ends: dict[int, tuple[int, int]] = {}
        for partition, epoch, offset in places:
            end = epoch, offset
            ends[partition] = max(ends.get(partition, end), end)
        return cls(ends)

    def keeps(self, epoch: Any, partition: Any, offset: Any) -> NDArray[np.bool_]:
        """Which records are before the cut."""
        found = np.ones(len(partition), np.bool_)
        for part, (last, end) in self.ends.items():
            here = partition == part
            found[here] = (epoch[here] < last) | ((epoch[here] == last) & (offset[here] < end))
        return found

    def condition(self, *, quote: str = '"') -> str:
        """The same for a query, made of numbers only; `quote` is what its dialect puts around."""
        offset = f"{quote}offset{quote}"
        parts = [
            f"(partition = {part:d} AND "
            f"(epoch < {last:d} OR (epoch = {last:d} AND {offset} < {end:d})))"
            for part, (last, end) in sorted(self.ends.items())
        ]
        named = ", ".join(f"{part:d}" for part in sorted(self.ends))
        return " OR ".join([*parts, f"partition NOT IN ({named})" if named else "true"])


WHOLE = Cut({})
"""All that there is."""


@kernel
def between(ours: Any, places: tuple[Any, Any, Any], bounds: tuple[Any, Any]) -> Any:
    """The rows of ours that stand from an offset up to another; both by epoch and partition."""
    epochs, partitions, offsets = places
    since, upto = bounds
    found = np.empty(len(ours), np.int64)
    count = 0
    for row in range(len(ours)):
        epoch, partition = epochs[row], partitions[row]
        if not ours[row] or epoch >= since.shape[0] or partition >= since.shape[1]:
            continue
        if since[epoch, partition] <= offsets[row] < upto[epoch, partition]:
            found[count] = row
            count += 1
    return found[:count]
