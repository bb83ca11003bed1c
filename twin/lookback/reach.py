"""Which records of the log stand between two bases."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.bulk.cut import between
from twin.lake.basis import Stand
from twin.lookback.stands import of_facts
from twin.state.entry import Record

Places: TypeAlias = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Epoch, partition and offset of rows."""
_BEYOND_ALL: Final = 2**63 - 1


class Reach(Struct, frozen=True):
    """Records of `premises.events` by slice (epoch, partition): from an offset up to another."""

    since: NDArray[np.int64]
    upto: NDArray[np.int64]

    @classmethod
    def between(cls, since: Iterable[Stand], upto: Iterable[Stand]) -> "Reach":
        """What a basis has beyond another."""
        before, after = of_facts(since), of_facts(upto)
        shape = [1 + max((key(one) for one in after), default=0) for key in (_epoch, _partition)]
        reach = cls(np.zeros(shape, np.int64), np.zeros(shape, np.int64))
        for bound, stands in ((reach.since, before), (reach.upto, after)):
            for one in stands:
                if one.epoch < shape[0] and one.partition < shape[1]:
                    bound[one.epoch, one.partition] = one.offset
        return reach

    @property
    def offsets(self) -> tuple[int, int]:
        """The least offset of a record between them, and the one behind the greatest."""
        is_any = self.upto > self.since
        least = int(self.since[is_any].min(initial=_BEYOND_ALL))
        return least, int(self.upto[is_any].max(initial=0))

    def __len__(self) -> int:
        """How many records there may be at the most: an epoch need not begin at offset 0."""
        return int(np.maximum(self.upto - self.since, 0).sum())

    def rows(self, ours: NDArray[np.bool_], places: Places) -> NDArray[np.int64]:
        """The rows between them, of those of the topic."""
        found: NDArray[np.int64] = between(ours, places, (self.since, self.upto))
        return found


class Ends(Struct, frozen=True):
    """Several ends of the log, of which each goes on from the one before it: by slice (epoch,
    partition) the offset at which each ends; a slice that an end does not know has none before."""

    offsets: dict[tuple[int, int], list[int]]
    count: int

    @classmethod
    def of(cls, ends: Sequence[Iterable[Stand]]) -> "Ends":
        """The ends of bases, in their order."""
        found: dict[tuple[int, int], list[int]] = {}
        for nth, stands in enumerate(ends):
            for one in of_facts(stands):
                at = found.setdefault((one.epoch, one.partition), [0] * len(ends))
                at[nth:] = [one.offset] * (len(ends) - nth)
        return cls(found, len(ends))

    def parted(self, records: Sequence[Record]) -> list[tuple[int, list[Record]]]:
        """Records by the first end that holds them, in order of the ends; those beyond all are
        under the number of the ends. An end that has none is not named."""
        found: dict[int, list[Record]] = {}
        nowhere: list[int] = []
        for record in records:
            ends = self.offsets.get((record.epoch, record.partition), nowhere)
            end = bisect_right(ends, record.offset) if ends else self.count
            found.setdefault(end, []).append(record)
        return sorted(found.items())


def _epoch(stand: Stand) -> int:
    return stand.epoch


def _partition(stand: Stand) -> int:
    return stand.partition
