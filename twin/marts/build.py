"""`MartBuilder`: lake files in, small tables out; a function of the records, not of their order."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import duckdb
import polars as pl

from twin.campaign.transitions import moves
from twin.events.envelope import Event
from twin.events.registry import short_name
from twin.forecast.asking import Lake
from twin.forecast.history import ATTEMPTS
from twin.lake.schema import EVENTS
from twin.marts.attempts import read_attempts
from twin.marts.campaign_facts import Place, by_campaign, read_campaign_facts
from twin.marts.campaign_states import folded
from twin.marts.forecasts import ForecastBook, Refreshed
from twin.marts.gate_past import GATE_OUTCOMES, gate_outcomes, gate_rules
from twin.marts.given import PLAN_CURVE, TALLIES, shaped, told
from twin.marts.intake import sql, take_letters, take_records
from twin.marts.meta import SetMeta
from twin.marts.planned_waves import wave_plans
from twin.marts.room import opened

_FOLDER: Final = files("twin.marts")
_NAMES: Final = {"partitions": "health"}
"""What the SQL calls a table that the publisher hands over by another name."""
_STEPS: Final = (
    "decided",
    "campaign_states",
    "overseen",
    "premises_now",
    "places",
    "place_changes",
    "place_days",
    "pin_words",
    "first_pairings",
    "outages_caused",
    "campaign_courses",
    "pairing_attempts",
)
MARTS: Final = tuple(
    sorted(
        entry.name.removesuffix(".sql")
        for entry in (_FOLDER / "sql").iterdir()
        if entry.name.endswith(".sql")
    )
)
"""Names of the marts, one SQL file each."""

BATCH_BYTES: Final = 64 * 1024 * 1024
"""Bytes of lake files that are taken in at a time; in memory they are twenty times as large."""
MOVED_MAX: Final = 100_000
"""Premises whose days are made anew at a time."""

_PARAMS: Final = pl.Schema(
    [("as_at", pl.Datetime("us")), ("published_at", pl.Datetime("us")), ("seed", pl.Int64())]
)


class MartBuilder:
    """Keeps the marts' columns of the lake in a DuckDB of its own, fed file by file."""

    def __init__(self, *, room: Path | None = None) -> None:
        """Begin with no records; with a `room` tables lie in that folder, else in memory.

        Raises:
            OSError: the folder cannot be written.
        """
        self._connection = opened(room)
        self._connection.register("no_rows", EVENTS.empty_table())
        self._connection.execute(sql("steps", "tables"))
        self._seen: set[Path] = set()
        self._campaign_facts: dict[Place, Event] = {}
        self._book = ForecastBook()
        self._outcomes = GATE_OUTCOMES.to_frame()
        self._news_from: int | None = None

    def close(self) -> None:
        """Let go of the records; the builder cannot be used afterwards."""
        self._connection.close()

    def add_files(self, paths: Sequence[Path]) -> int:
        """Take in lake files, each once and in any order; gives the number of new records."""
        held = self._records()
        new = [path for path in dict.fromkeys(paths) if path not in self._seen]
        taken = sum(self._take(batch) for batch in _batches(new))
        if taken and held:  # what is there at the beginning is no news
            self._news_from = held
        return taken

    def _take(self, new: Sequence[Path]) -> int:
        """Take in files whose rows memory holds at once: all of them, or none."""
        cursor = self._connection.cursor()
        cursor.execute("BEGIN")
        try:
            named = {"files": [str(path) for path in new]}
            take_letters(cursor, named)
            facts = read_campaign_facts(cursor, named)
            taken = take_records(cursor, named)
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        self._seen.update(new)
        self._campaign_facts.update(facts)
        return taken

    def delays(self, *, now: datetime) -> list[dict[str, Any]]:
        """How long the newest records took from the log until `now` (`twin.marts.given.DELAYS`).

        Newest are those of the last files that brought any, after those that were there at the
        beginning; empty where none came yet.
        """
        if self._news_from is None:
            return []
        found = self._connection.cursor().execute(
            """
            SELECT count(*) AS records, quantile_cont(waited, 0.5), quantile_cont(waited, 0.95)
            FROM (SELECT epoch($now::TIMESTAMP) - epoch(logged_at) AS waited FROM records
                  WHERE rowid >= $news_from)
            """,
            {"now": _naive(now), "news_from": self._news_from},
        )
        records, median, p95 = found.fetchone() or (0, None, None)
        return [{"records": records, "median_s": median, "p95_s": p95}] if records else []

    def _records(self) -> int:
        counted = self._connection.cursor().execute("SELECT count(*) FROM records").fetchone()
        return int(counted[0]) if counted else 0

    def build(
        self,
        *,
        meta: SetMeta,
        health: Mapping[str, Sequence[Mapping[str, Any]]],
        plan_curve: pl.DataFrame | None = None,
        tallies: pl.DataFrame | None = None,
        lake_files: Sequence[Path] | None = None,
    ) -> dict[str, pl.DataFrame]:
        """All marts by name, from the records held and the small tables given.

        `health` holds rows of the schemas in `HEALTH`. Times come out as UTC. Mart `files`
        names the files that a look-up of one premises reads: those taken in, unless given.
        Forecasts stand as far as `refresh_forecasts` has made them.
        """
        cursor = self._connection.cursor()
        given = {
            "params": self._params(meta),
            "plan_curve": shaped(plan_curve, PLAN_CURVE),
            "tallies": shaped(tallies, TALLIES),
            "moves": _moves(),
            "folded": folded(by_campaign(self._campaign_facts)),
            **{_NAMES.get(name, name): frame for name, frame in told(health).items()},
            "forecasts": self._book.frame(),
            "wave_plans": wave_plans(by_campaign(self._campaign_facts)),
            "gate_rules": gate_rules(by_campaign(self._campaign_facts)),
            "gate_outcomes": self._outcomes,
        }
        for name, frame in given.items():
            cursor.register(name, frame.to_arrow())
        self._make_days(cursor)
        for step in _STEPS:
            cursor.execute(sql("steps", step))
        built = {name: _in_utc(cursor.sql(sql("sql", name)).pl()) for name in MARTS}
        paths = sorted(map(str, self._seen if lake_files is None else lake_files))
        return {**built, "files": pl.DataFrame({"path": paths}, schema={"path": pl.String})}

    def _make_days(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """The days of all premises that have moved, so many at a time that memory suffices."""
        while True:
            cursor.execute(sql("steps", "next_moved"), {"most": MOVED_MAX})
            if not cursor.execute("SELECT 1 FROM moving LIMIT 1").fetchone():
                return
            cursor.execute(sql("steps", "premises_days"))

    def forecast_lake(self) -> Lake:
        """What forecasts are made from, as far as it was taken in."""
        return Lake(by_campaign(self._campaign_facts), self._attempts())

    def newest_day(self) -> date | None:
        """The day of the newest fact about premises; None without one."""
        newest = self._newest()
        return None if newest is None else newest.date()

    def refresh_forecasts(self, *, most: int | None = None) -> Refreshed:
        """Forecast the days of which more is known by now, newest first and at most so many.

        With a day that is forecast, what gates looked at is counted anew.
        """
        recorded = self._connection.cursor().execute(sql("steps", "recorded")).fetchall()
        events = by_campaign(self._campaign_facts)

        def attempts() -> pl.DataFrame:
            found = self._attempts()
            self._outcomes = gate_outcomes(Lake(events, found))
            return found

        return self._book.refresh(
            events=events,
            recorded=dict(recorded),
            attempts=attempts,
            until=self.newest_day(),
            most=most,
        )

    def _attempts(self) -> pl.DataFrame:
        found = read_attempts(self._connection.cursor(), sql("steps", "attempts"))
        return shaped(_in_utc(found), ATTEMPTS)

    def _newest(self) -> datetime | None:
        newest = self._connection.cursor().execute(
            "SELECT max(occurred_at) FROM records WHERE topic = 'premises.events'"
        )
        as_at: datetime | None
        (as_at,) = newest.fetchone() or (None,)
        return as_at

    def _params(self, meta: SetMeta) -> pl.DataFrame:
        row = {
            "set_id": meta.set_id,
            "code_version": meta.code_version,
            "published_at": _naive(meta.published_at),
            "premises": meta.premises,
            "seed": meta.seed,
            "scenario": meta.scenario,
            "simulated": meta.simulated,
            "as_at": self._newest(),
        }
        return pl.DataFrame([row], schema_overrides=_PARAMS)


def _batches(paths: Sequence[Path]) -> Iterator[list[Path]]:
    """The files in their order, so many at a time as `BATCH_BYTES` allows; a larger one alone."""
    batch: list[Path] = []
    room = BATCH_BYTES
    for path in paths:
        size = path.stat().st_size
        if batch and size > room:
            yield batch
            batch, room = [], BATCH_BYTES
        batch.append(path)
        room -= size
    if batch:
        yield batch


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _moves() -> pl.DataFrame:
    """The table that campaigns decide by: a state, a fact by its short name, the next state."""
    rows = [(move.before, short_name(move.fact.TYPE), move.after) for move in moves()]
    return pl.DataFrame(rows, schema=["before", "event", "after"], orient="row")


def _in_utc(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.col(name).dt.replace_time_zone("UTC")
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Datetime)
    )
