"""How processes really ran: steps, variants and durations counted over the log of a basis."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from twin.evidence.processes.conformance import Deviation, Kind, deviations, is_open
from twin.evidence.processes.flow import Flow, cases_of
from twin.evidence.room import Room
from twin.lake.basis import Basis
from twin.lake.read import ROWS, within

_DAY: Final = 86_400


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
    """The steps of a basis in an in-memory DuckDB, from which processes are counted."""

    def __init__(self, lake_files: Sequence[Path], basis: Basis) -> None:
        """Take in the steps of the files that the basis holds."""
        self._room = Room()
        self._cursor = self._room.cursor
        upto = basis.positions
        query = files("twin.evidence.processes").joinpath("steps.sql").read_text("utf-8")
        rows = ROWS if lake_files else "lake_columns"
        query = (
            query.replace("lake_rows", rows)
            .replace("premises_hold", within("premises.events", upto))
            .replace("campaigns_hold", within("campaign.events", upto))
        )
        given = {"files": [str(file) for file in lake_files]} if lake_files else {}
        self._cursor.execute(query, given)

    def close(self) -> None:
        """Let go of the steps."""
        self._room.close()

    def known_until(self) -> datetime | None:
        """The moment of the last step (UTC); None without one."""
        (last,) = self._cursor.execute("SELECT max(moment) FROM told_steps").fetchone() or (None,)
        return None if last is None else last.replace(tzinfo=UTC)

    def campaign_days(self) -> tuple[tuple[str, float], ...]:
        """Days from the first submission to the end of each campaign that has ended, by name."""
        rows = self._all(
            """
            SELECT campaign_id, epoch(max(moment) FILTER (name = 'campaign-finished')
                - min(moment) FILTER (name = 'campaign-submitted')) / 86400 AS days
            FROM told_steps
            WHERE topic = 'campaign.events'
            GROUP BY campaign_id
            HAVING days IS NOT NULL
            ORDER BY campaign_id
            """
        )
        return tuple(rows)

    def outages(self) -> Outages:
        """Power outage alerts, and those near an activation, as the marts tell them apart."""
        step = files("twin.marts").joinpath("steps/outages_caused.sql").read_text("utf-8")
        self._cursor.execute(
            "CREATE OR REPLACE TEMP VIEW facts AS"
            " SELECT *, moment AS occurred_at, place AS event_id FROM told_steps"
        )
        self._cursor.execute(step)
        ((told, near),) = self._all("SELECT count(*), count(campaign_id) FROM outages_caused")
        return Outages(told, near)

    def ran(self, flow: Flow) -> Ran:
        """A process as it ran in this log."""
        self._walk(flow)
        variants = self._variants(flow)
        by_order = {
            (walked, over): deviations(flow, walked, is_over=over) for walked, over, _ in variants
        }
        wrong = self._wrong_cases(flow)
        found: Counter[Deviation] = Counter()
        for walked, over, cases in variants:
            for deviation in by_order[walked, over]:
                found[deviation] += cases
        for deviation, cases in wrong:
            found[deviation] += cases
        return Ran(
            flow=flow,
            cases=sum(cases for _, _, cases in variants),
            open_cases=sum(n for w, over, n in variants if is_open(flow, w, is_over=over)),
            conforming=self._conforming(flow, {k for k, v in by_order.items() if not v}),
            steps=self._steps(),
            variants=_merged(variants),
            loops=self._loops(),
            told_by=self._told_by(),
            found=tuple(sorted(found.items())),
            activities=self._activities(),
        )

    def _walk(self, flow: Flow) -> None:
        self._cursor.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE walked AS
            SELECT
                *,
                row_number() OVER by_case AS nth,
                lead(activity) OVER by_case AS following,
                epoch(lead(moment) OVER by_case - moment) AS seconds
            FROM ({cases_of(flow)})
            WHERE case_id IS NOT NULL
            WINDOW by_case AS (PARTITION BY case_id ORDER BY moment, place)
            """
        )
        self._cursor.execute("CREATE OR REPLACE TEMP TABLE bad_steps AS " + _bad_steps(flow))

    def _variants(self, flow: Flow) -> list[tuple[tuple[str, ...], bool, int]]:
        rows = self._all(
            f"""
            SELECT steps, over, count(*)
            FROM ({_per_case(flow)})
            GROUP BY steps, over
            ORDER BY count(*) DESC, steps, over
            """
        )
        return [(tuple(steps), over, cases) for steps, over, cases in rows]

    def _conforming(self, flow: Flow, good: set[tuple[tuple[str, ...], bool]]) -> int:
        rows = self._all(
            f"""
            SELECT steps, over, count(*)
            FROM ({_per_case(flow)})
            WHERE case_id NOT IN (SELECT case_id FROM bad_steps)
            GROUP BY steps, over
            """
        )
        return sum(cases for steps, over, cases in rows if (tuple(steps), over) in good)

    def _wrong_cases(self, flow: Flow) -> list[tuple[Deviation, int]]:
        rows = self._all(
            "SELECT kind, place_of, count(DISTINCT case_id) FROM bad_steps"
            " GROUP BY ALL ORDER BY ALL"
        )
        return [(Deviation(Kind(kind), where), cases) for kind, where, cases in rows]

    def _steps(self) -> tuple[Step, ...]:
        rows = self._all(
            """
            SELECT activity, following, count(*), median(seconds)
            FROM walked
            WHERE following IS NOT NULL
            GROUP BY activity, following
            ORDER BY count(*) DESC, activity, following
            """
        )
        return tuple(Step(*row) for row in rows)

    def _loops(self) -> tuple[tuple[str, int], ...]:
        rows = self._all(
            """
            SELECT activity, count(*)
            FROM (SELECT case_id, activity FROM walked GROUP BY ALL HAVING count(*) > 1)
            GROUP BY activity
            ORDER BY count(*) DESC, activity
            """
        )
        return tuple(rows)

    def _told_by(self) -> tuple[tuple[str, str, int], ...]:
        query = "SELECT activity, system, count(*) FROM walked GROUP BY ALL ORDER BY ALL"
        return tuple(self._all(query))

    def _activities(self) -> tuple[tuple[str, int], ...]:
        query = (
            "SELECT activity, count(*) FROM walked GROUP BY ALL ORDER BY count(*) DESC, activity"
        )
        return tuple(self._all(query))

    def _all(self, query: str) -> list[Any]:
        return self._cursor.execute(query).fetchall()


def _per_case(flow: Flow) -> str:
    """Each case with its steps in order, and whether its time is up."""
    return f"""
        SELECT
            case_id,
            list(activity ORDER BY nth) AS steps,
            max(moment) < (SELECT max(moment) FROM told_steps)
            - to_days({flow.longest_days:d}) AS over
        FROM walked
        GROUP BY case_id
    """


def _bad_steps(flow: Flow) -> str:
    """Steps that another told than may, and those that took too long, with their cases."""
    tellers = ", ".join(
        f"('{activity}', '{system}')"
        for activity, systems in flow.told_by.items()
        for system in systems
    )
    limits = " ".join(
        f"OR (activity || ' > ' || following = '{step}' AND seconds > {limit:d})"
        for step, limit in flow.limits.items()
    )
    return f"""
        SELECT
            '{Kind.TOLD_BY_ANOTHER}' AS kind,
            activity || ' by ' || system AS place_of,
            case_id
        FROM walked
        WHERE (activity, system) NOT IN ({tellers})
            AND activity IN ({", ".join(f"'{name}'" for name in flow.told_by)})
        UNION ALL
        SELECT '{Kind.TOO_SLOW}', activity || ' > ' || following, case_id
        FROM walked
        WHERE false {limits}
    """


def _merged(variants: list[tuple[tuple[str, ...], bool, int]]) -> tuple[Variant, ...]:
    found: Counter[tuple[str, ...]] = Counter()
    for walked, _, cases in variants:
        found[walked] += cases
    return tuple(Variant(*one) for one in sorted(found.items(), key=lambda one: (-one[1], one[0])))
