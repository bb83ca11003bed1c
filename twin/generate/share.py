"""A share of a generated fleet: some partitions, with their field, their states and their rows.

Between two ticks no premises hears of another, so shares can be worked on side by side. A share
is the same however many others there are: of its premises all is told in the order of the log.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from twin.campaign.executions import Order
from twin.events.envelope import Event
from twin.events.requests import FieldRequest
from twin.generate.actors import Field
from twin.generate.keeping import Keeping
from twin.generate.reports import Counted, Report
from twin.generate.told import Partition, Told, Written
from twin.state.digest import premises_digest
from twin.state.entry import Entry

Keep: TypeAlias = Callable[[int, Iterable[Entry]], None]
"""Keeps the entries of a partition's premises, in order of their ids, as a worker's table does."""


class Share:
    """Field and twin of some partitions; mutable, owned by one process."""

    def __init__(
        self,
        *,
        field: Field,
        keeping: Keeping,
        partitions: Mapping[int, Partition],
        partition_of: Mapping[str, int],
        folder: Path,
        keep: Keep,
    ) -> None:
        """A share before the first tick: `partition_of` tells each of its premises' partition.

        `folder` is the lake's, into which it writes; `keep` is for `keep_states`.
        """
        self._field = field
        self._keeping = keeping
        self._partitions = partitions
        self._partition_of = partition_of
        self._folder = folder
        self._keep = keep
        self._requests: list[FieldRequest] = []
        self._asked = dict.fromkeys(partitions, 0)

    def tell(self, tick: int, now: datetime) -> Report:
        """The field gets the requests of the tick before and tells; all of it is folded."""
        told = self._field.advance(until=now, requests=self._requests)
        return self._report(self._keeping.fold(self._logged(told, at=now), tick=tick))

    def carry_out(self, order: Order) -> Report:
        """What is due at the premises: the field hears of it when the next tick opens."""
        anew = self._keeping.learn(order)
        self._requests, words = self._keeping.carry_out(order)
        census = self._keeping.census(order)
        for request in self._requests:
            self._asked[self._partition_of[request.premises_id]] += 1
        counted = self._keeping.fold(self._logged(words, at=order.now), tick=order.tick)
        self._keeping.pack(order)
        return self._report(anew, census, counted)

    def write(self) -> list[Written]:
        """Write what waits, a file a partition; it is for the caller to commit them.

        Raises:
            NotAsTold: see `told_table`.
        """
        found = (partition.write(self._folder) for _, partition in sorted(self._partitions.items()))
        return [written for written in found if written is not None]

    def keep_states(self) -> None:
        """Keep every premises as it stands, a table a partition."""
        names: dict[int, list[str]] = {number: [] for number in self._partitions}
        for name in sorted(self._keeping.premises):
            names[self._partition_of[name]].append(name)
        for number, partition in self._partitions.items():
            self._keep(number, self._keeping.entries(names[number], epoch=partition.epoch))

    def digests(self) -> list[tuple[str, bytes]]:
        """The digest of each premises as it stands, in order of their ids."""
        premises = self._keeping.premises
        return [(name, premises_digest(premises[name])) for name in sorted(premises)]

    def _logged(self, events: Iterable[Event], *, at: datetime) -> list[Told]:
        found: dict[int, list[Event]] = {}
        for event in events:
            found.setdefault(self._partition_of[event.key], []).append(event)
        return [self._partitions[number].tell(of, at=at) for number, of in found.items()]

    def _report(self, *counted: Counted) -> Report:
        return Report(
            ends={number: partition.end for number, partition in self._partitions.items()},
            asked=dict(self._asked),
            waiting=sum(partition.waiting for partition in self._partitions.values()),
            counted=counted,
        )
