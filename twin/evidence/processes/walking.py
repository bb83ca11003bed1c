"""The steps of a log walked some premises at a time, and what is counted of each process.

A case lies within one premises (or is a campaign), so what is counted of some premises adds up. The
times of steps are kept with how often each was seen, since a median does not add up.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Final

import duckdb

from twin.evidence.processes.conformance import Kind
from twin.evidence.processes.flow import Flow, cases_of
from twin.lake.basis import Basis
from twin.lake.read import ROWS, within

ROWS_MAX: Final = 4_000_000
"""Records that are walked at a time, about: ids are random (D5), so equal parts hold as many."""
_IDS: Final = 1 << 64
_TALLIES: Final = """
    CREATE TEMP TABLE cases_walked
        (flow VARCHAR, steps VARCHAR[], over BOOLEAN, bad BOOLEAN, cases BIGINT);
    CREATE TEMP TABLE cases_wrong (flow VARCHAR, kind VARCHAR, place_of VARCHAR, cases BIGINT);
    CREATE TEMP TABLE steps_walked
        (flow VARCHAR, activity VARCHAR, following VARCHAR, seconds DOUBLE, times BIGINT);
    CREATE TEMP TABLE loops_walked (flow VARCHAR, activity VARCHAR, cases BIGINT);
    CREATE TEMP TABLE told_by (flow VARCHAR, activity VARCHAR, system VARCHAR, times BIGINT);
    CREATE TEMP TABLE days_of_campaigns (campaign_id VARCHAR, days DOUBLE);
    CREATE TEMP TABLE outages_walked (told BIGINT, near BIGINT);
"""


def walk(
    cursor: duckdb.DuckDBPyConnection,
    lake_files: Sequence[Path],
    basis: Basis,
    flows: Sequence[Flow],
    *,
    rows_max: int = ROWS_MAX,
) -> datetime | None:
    """Fill the tables of what is counted; gives the moment of the last step (UTC), if there is one.

    Raises:
        duckdb.Error: a lake file is missing or broken.
    """
    rows = _Rows(cursor, lake_files, basis)
    last = rows.last()
    cursor.execute(_TALLIES)
    if last is None:
        return None
    outages = files("twin.marts").joinpath("steps/outages_caused.sql").read_text("utf-8")
    for part in rows.parts(rows_max):
        rows.take(part)
        for flow in flows:
            _walk(cursor, flow, last)
        cursor.execute(_CAMPAIGN_DAYS)
        cursor.execute(_FACTS)
        cursor.execute(outages)
        cursor.execute(
            "INSERT INTO outages_walked SELECT count(*), count(campaign_id) FROM outages_caused"
        )
    return last.replace(tzinfo=UTC)


class _Rows:
    """The rows of a basis that are steps."""

    def __init__(
        self, cursor: duckdb.DuckDBPyConnection, lake_files: Sequence[Path], basis: Basis
    ) -> None:
        self._cursor = cursor
        self._given = {"files": [str(file) for file in lake_files]} if lake_files else {}
        self._rows = ROWS if lake_files else "lake_columns"
        self._held = {
            "premises_hold": within("premises.events", basis.positions),
            "campaigns_hold": within("campaign.events", basis.positions),
        }

    def last(self) -> datetime | None:
        """The moment of the last step."""
        (last,) = self._ask(_step("last_step")).fetchone() or (None,)
        return last  # type: ignore[no-any-return]

    def parts(self, rows_max: int) -> Iterator[str]:
        """Conditions on keys; each row fulfils one of them."""
        ((rows,),) = self._ask("SELECT count(*) FROM lake_rows").fetchall()
        parts = max(1, -(-rows // rows_max))
        first = "true"
        bounds = [f"'P{part * _IDS // parts:016x}'" for part in range(1, parts)]
        if not bounds:
            yield first
            return
        yield f"(key IS NULL OR key < {bounds[0]})"
        for low, high in pairwise(bounds):
            yield f"(key >= {low} AND key < {high})"
        yield f"key >= {bounds[-1]}"

    def take(self, part: str) -> None:
        """Take in the steps of some premises, in the place of those that were taken before."""
        self._ask(_step("steps").replace("part_holds", part))

    def _ask(self, query: str) -> duckdb.DuckDBPyConnection:
        query = query.replace("lake_rows", self._rows)
        for name, condition in self._held.items():
            query = query.replace(name, condition)
        return self._cursor.execute(query, self._given)


def _step(name: str) -> str:
    return files("twin.evidence.processes").joinpath(f"{name}.sql").read_text("utf-8")


_CAMPAIGN_DAYS: Final = """
    INSERT INTO days_of_campaigns
    SELECT campaign_id, epoch(max(moment) FILTER (name = 'campaign-finished')
        - min(moment) FILTER (name = 'campaign-submitted')) / 86400 AS days
    FROM told_steps
    WHERE topic = 'campaign.events'
    GROUP BY campaign_id
    HAVING days IS NOT NULL
"""
_FACTS: Final = """
    CREATE OR REPLACE TEMP VIEW facts AS
    SELECT *, moment AS occurred_at, place AS event_id FROM told_steps
"""


def _walk(cursor: duckdb.DuckDBPyConnection, flow: Flow, last: datetime) -> None:
    """Count a process over the steps that are taken in."""
    cursor.execute(
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
    cursor.execute("CREATE OR REPLACE TEMP TABLE bad_steps AS " + _bad_steps(flow))
    for table, query in _COUNTED.items():
        given: dict[str, object] = {"flow": flow.key}
        if table == "cases_walked":
            given |= {"last": last, "days": flow.longest_days}
        cursor.execute(f"INSERT INTO {table} {query}", given)


_COUNTED: Final = {
    "cases_walked": """
        SELECT $flow, steps, over, bad, count(*)
        FROM (
            SELECT
                list(activity ORDER BY nth) AS steps,
                max(moment) < $last - to_days($days) AS over,
                case_id IN (SELECT case_id FROM bad_steps) AS bad
            FROM walked
            GROUP BY case_id
        )
        GROUP BY steps, over, bad
    """,
    "cases_wrong": """
        SELECT $flow, kind, place_of, count(DISTINCT case_id) FROM bad_steps GROUP BY kind, place_of
    """,
    "steps_walked": """
        SELECT $flow, activity, following, seconds, count(*)
        FROM walked
        WHERE following IS NOT NULL
        GROUP BY activity, following, seconds
    """,
    "loops_walked": """
        SELECT $flow, activity, count(*)
        FROM (SELECT case_id, activity FROM walked GROUP BY ALL HAVING count(*) > 1)
        GROUP BY activity
    """,
    "told_by": """
        SELECT $flow, activity, system, count(*) FROM walked GROUP BY activity, system
    """,
}
"""What is counted of the walked steps of some premises, by the table that it is put into."""


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
