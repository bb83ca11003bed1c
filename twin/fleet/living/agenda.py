"""What will happen when, and what is told when: steps by days, and the numbers of each source."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from operator import itemgetter
from sys import intern, maxsize
from typing import Any, Final, TypeAlias, TypeVarTuple

from twin.events.envelope import Event, new_event
from twin.events.registry import Fact
from twin.fleet.population.plans import moment

Args = TypeVarTuple("Args")
_Step: TypeAlias = tuple[int, str, int, Callable[..., None], tuple[Any, ...]]
_DAY: Final = 86_400
_NEVER: Final = maxsize


class Agenda:
    """Steps by the second they happen, events by the second they are recorded.

    Ties are broken by premises, then by the order in which steps were put in; so nothing
    depends on how the run is cut into intervals. Only the steps of a day that has begun are kept
    in order: a fleet has many times as many that are to come.
    """

    def __init__(self, *, until: int | None = None, named: bool = True) -> None:
        """An empty agenda; steps later than `until` are not put in, as nobody asks for them.

        Events have no ids where they are not `named`; see `new_event`.
        """
        self._until = until
        self._named = named
        self._days: defaultdict[int, list[_Step]] = defaultdict(list)
        self._begun: list[_Step] = []
        self._day = -1
        self._told: list[tuple[int, str, str, int, Event]] = []
        self._numbers: dict[str, int] = {}
        self._put = 0

    def at(
        self, second: int, premises_id: str, step: Callable[[int, *Args], None], *args: *Args
    ) -> None:
        """Put in `step(second, *args)` of a premises."""
        if self._until is not None and second > self._until:
            return
        self._put += 1
        put_in = (second, premises_id, self._put, step, args)
        day = second // _DAY
        if day > self._day:
            self._days[day].append(put_in)
        else:
            heappush(self._begun, put_in)

    def happened(
        self,
        *,
        fact: Fact,
        source: str,
        premises_id: str,
        occurred: int,
        recorded: int,
        correlation_id: str | None = None,
        causation_id: str | None = None,
    ) -> None:
        """Give a fact the next number of its source; it is told at second `recorded`."""
        source = intern(source)  # a source speaks often, and all that it told holds its name
        sequence = self._numbers.get(source, 0) + 1
        self._numbers[source] = sequence
        event = new_event(
            fact=fact,
            source=source,
            sequence=sequence,
            key=premises_id,
            occurred_at=moment(occurred),
            recorded_at=None if recorded == occurred else moment(recorded),
            correlation_id=correlation_id,
            causation_id=causation_id,
            named=self._named,
        )
        self._told.append((recorded, premises_id, source, sequence, event))

    def run(self, *, until: int) -> list[Event]:
        """Take every step up to and with `until`; the events recorded by then, in order."""
        self._take(until)
        while (day := min(self._days, default=_NEVER)) <= until // _DAY:
            self._day, self._begun = day, self._days.pop(day)
            heapify(self._begun)
            self._take(until)
        self._told.sort()
        heard = bisect_right(self._told, until, key=itemgetter(0))
        told, self._told = self._told[:heard], self._told[heard:]
        return [event for *_, event in told]

    def _take(self, until: int) -> None:
        """Take the steps of the days that have begun."""
        begun = self._begun
        while begun and begun[0][0] <= until:
            second, _, _, step, args = heappop(begun)
            step(second, *args)
