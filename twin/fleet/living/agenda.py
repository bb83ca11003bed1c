"""What will happen when, and what is told when: two heaps, and the numbers of each source."""

from collections.abc import Callable
from heapq import heappop, heappush
from sys import intern
from typing import Any, TypeVarTuple

from twin.events.envelope import Event, new_event
from twin.events.registry import Fact
from twin.fleet.population.plans import moment

Args = TypeVarTuple("Args")


class Agenda:
    """Steps by the second they happen, events by the second they are recorded.

    Ties are broken by premises, then by the order in which steps were put in; so nothing
    depends on how the run is cut into intervals.
    """

    def __init__(self, *, until: int | None = None) -> None:
        """An empty agenda; steps later than `until` are not put in, as nobody asks for them."""
        self._until = until
        self._steps: list[tuple[int, str, int, Callable[..., None], tuple[Any, ...]]] = []
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
        heappush(self._steps, (second, premises_id, self._put, step, args))

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
            recorded_at=moment(recorded),
            correlation_id=correlation_id,
            causation_id=causation_id,
        )
        heappush(self._told, (recorded, premises_id, source, sequence, event))

    def run(self, *, until: int) -> list[Event]:
        """Take every step up to and with `until`; the events recorded by then, in order."""
        steps = self._steps
        while steps and steps[0][0] <= until:
            second, _, _, step, args = heappop(steps)
            step(second, *args)
        told: list[Event] = []
        while self._told and self._told[0][0] <= until:
            told.append(heappop(self._told)[-1])
        return told
