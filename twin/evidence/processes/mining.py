"""How processes really ran: steps, variants and durations counted over the log of a basis."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

from msgspec import Struct

from twin.evidence.processes.conformance import Deviation, Kind, deviations, is_open
from twin.evidence.processes.flow import Flow, flows
from twin.evidence.processes.walking import ROWS_MAX, walk
from twin.evidence.room import Room
from twin.lake.basis import Basis

_Walked: TypeAlias = tuple[tuple[str, ...], bool, bool, int]
"""Steps of cases, whether their time is up, whether some step is wrong in itself; how many."""


class Step(Struct, frozen=True):
    """One activity directly after another: how often, and seconds between them at the median."""

    before: str
    after: str
    times: int
    median_s: float

    @property
    def waited_s(self) -> float:
        """Seconds that cases waited here, all in all, by the median."""
        return self.times * self.median_s


class Variant(Struct, frozen=True):
    """A sequence of activities, and how many cases took it."""

    walked: tuple[str, ...]
    cases: int


class Ran(Struct, frozen=True, kw_only=True):
    """A process as it ran.

    `told_by` counts activities by who told them; `conforming` cases deviate in nothing, `found`
    counts deviations by what they are.
    """

    flow: Flow
    cases: int
    open_cases: int
    conforming: int
    steps: tuple[Step, ...]
    variants: tuple[Variant, ...]
    loops: tuple[tuple[str, int], ...]
    told_by: tuple[tuple[str, str, int], ...]
    found: tuple[tuple[Deviation, int], ...]
    activities: tuple[tuple[str, int], ...]

    @property
    def conformance(self) -> float | None:
        """Share of the cases that ran as designed; None without a case."""
        return self.conforming / self.cases if self.cases else None


class Outages(Struct, frozen=True):
    """Power outage alerts that were told, and those that lie near an activation (BR36)."""

    told: int
    near: int


class Log:
    """What a basis says of every process, counted from its steps."""

    def __init__(
        self, lake_files: Sequence[Path], basis: Basis, *, rows_max: int = ROWS_MAX
    ) -> None:
        """Count the steps of the files that the basis holds, about `rows_max` at a time."""
        self._room = Room()
        self._cursor = self._room.cursor
        every = tuple(flows().values())
        self._last = walk(self._cursor, lake_files, basis, every, rows_max=rows_max)

    def close(self) -> None:
        """Let go of what was counted."""
        self._room.close()

    def known_until(self) -> datetime | None:
        """The moment of the last step (UTC); None without one."""
        return self._last

    def campaign_days(self) -> tuple[tuple[str, float], ...]:
        """Days from the first submission to the end of each campaign that has ended, by name."""
        return tuple(self._all("SELECT * FROM days_of_campaigns ORDER BY campaign_id"))

    def outages(self) -> Outages:
        """Power outage alerts, and those near an activation, as the marts tell them apart."""
        query = "SELECT coalesce(sum(told), 0), coalesce(sum(near), 0) FROM outages_walked"
        ((told, near),) = self._all(query)
        return Outages(int(told), int(near))

    def ran(self, flow: Flow) -> Ran:
        """A process as it ran in this log."""
        walked = self._walked(flow)
        by_order = {
            (steps, over): deviations(flow, steps, is_over=over) for steps, over, _, _ in walked
        }
        found: Counter[Deviation] = Counter()
        for steps, over, _, cases in walked:
            for deviation in by_order[steps, over]:
                found[deviation] += cases
        for kind, where, cases in self._of(flow, _WRONG):
            found[Deviation(Kind(kind), where)] += cases
        good = {order for order, wrong in by_order.items() if not wrong}
        return Ran(
            flow=flow,
            cases=sum(n for *_, n in walked),
            open_cases=sum(n for steps, over, _, n in walked if is_open(flow, steps, is_over=over)),
            conforming=sum(
                n for steps, over, bad, n in walked if not bad and (steps, over) in good
            ),
            steps=tuple(Step(*row) for row in self._of(flow, _STEPS)),
            variants=_merged(walked),
            loops=tuple(self._of(flow, _LOOPS)),
            told_by=tuple(self._of(flow, _TOLD_BY)),
            found=tuple(sorted(found.items())),
            activities=tuple(self._of(flow, _ACTIVITIES)),
        )

    def _walked(self, flow: Flow) -> list[_Walked]:
        rows = self._of(flow, _CASES)
        return [(tuple(steps), over, bad, cases) for steps, over, bad, cases in rows]

    def _of(self, flow: Flow, query: str) -> list[Any]:
        return self._cursor.execute(query, {"flow": flow.key}).fetchall()

    def _all(self, query: str) -> list[Any]:
        return self._cursor.execute(query).fetchall()


_CASES: Final = """
    SELECT steps, over, bad, CAST(sum(cases) AS BIGINT) FROM cases_walked WHERE flow = $flow
    GROUP BY steps, over, bad
    ORDER BY steps, over, bad
"""
_WRONG: Final = """
    SELECT kind, place_of, CAST(sum(cases) AS BIGINT) FROM cases_wrong WHERE flow = $flow
    GROUP BY kind, place_of
    ORDER BY kind, place_of
"""
_STEPS: Final = """
    WITH ranked AS (
        SELECT
            activity,
            following,
            seconds,
            sum(times) OVER (PARTITION BY activity, following ORDER BY seconds) AS upto,
            sum(times) OVER (PARTITION BY activity, following) AS times
        FROM steps_walked
        WHERE flow = $flow
    ),
    halves AS (
        SELECT
            activity,
            following,
            CAST(any_value(times) AS BIGINT) AS times,
            min(seconds) FILTER (upto >= (times + 1) // 2) AS low,
            min(seconds) FILTER (upto >= times // 2 + 1) AS high
        FROM ranked
        GROUP BY activity, following
    )
    SELECT activity, following, times, low + (high - low) * 0.5
    FROM halves
    ORDER BY times DESC, activity, following
"""
_LOOPS: Final = """
    SELECT activity, CAST(sum(cases) AS BIGINT) FROM loops_walked WHERE flow = $flow
    GROUP BY activity
    ORDER BY sum(cases) DESC, activity
"""
_TOLD_BY: Final = """
    SELECT activity, system, CAST(sum(times) AS BIGINT) FROM told_by WHERE flow = $flow
    GROUP BY activity, system
    ORDER BY activity, system
"""
_ACTIVITIES: Final = """
    SELECT activity, CAST(sum(times) AS BIGINT) FROM told_by WHERE flow = $flow
    GROUP BY activity
    ORDER BY sum(times) DESC, activity
"""


def _merged(walked: list[_Walked]) -> tuple[Variant, ...]:
    found: Counter[tuple[str, ...]] = Counter()
    for steps, _, _, cases in walked:
        found[steps] += cases
    return tuple(Variant(*one) for one in sorted(found.items(), key=lambda one: (-one[1], one[0])))
