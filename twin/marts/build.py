"""`MartBuilder`: lake files in, small tables out; a function of the records, not of their order."""

from collections.abc import Mapping, Sequence
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
from twin.marts.campaign_facts import Place, by_campaign, read_campaign_facts
from twin.marts.forecasts import ForecastBook, Refreshed
from twin.marts.letters import read_letter, read_resolution
from twin.marts.meta import SetMeta
from twin.marts.planned_waves import wave_plans

_FOLDER: Final = files("twin.marts")
_INTAKE: Final = ("note_moved", "drop_later", "take_facts", "take_programme")
_STEPS: Final = (
    "decided",
    "campaign_states",
    "overseen",
    "premises_days",
    "premises_now",
    "places",
    "place_changes",
)
MARTS: Final = tuple(
    sorted(
        entry.name.removesuffix(".sql")
        for entry in (_FOLDER / "sql").iterdir()
        if entry.name.endswith(".sql")
    )
)
"""Names of the marts, one SQL file each."""

PLAN_CURVE: Final = pl.Schema(
    {"day": pl.Date, "planned_share": pl.Float64, "planned_premises": pl.Float64}
)
"""The plan by day: capable premises expected, or their share of the whole fleet."""
TALLIES: Final = pl.Schema(
    {
        "campaign_id": pl.String,
        "wave": pl.Int32,
        "region": pl.String,
        "supplier": pl.String,
        "model": pl.String,
        "state": pl.String,
        "reason": pl.String,
        "devices": pl.Int64,
    }
)
"""Latest tallies: devices of a wave's stratum by state of execution, `AWAITING` for those not
asked yet; under wave 0 the devices `EXCLUDED`, by reason."""
HEALTH: Final = pl.Schema(
    {
        "topic": pl.String,
        "partition": pl.Int32,
        "stage": pl.String,
        "end_offset": pl.Int64,
        "position": pl.Int64,
    }
)
"""Row of `health["partitions"]`: how far a stage (`archived`, `folded` ...) has come."""

_PARAMS: Final = pl.Schema(
    [("as_at", pl.Datetime("us")), ("published_at", pl.Datetime("us")), ("seed", pl.Int64())]
)


def _sql(folder: str, name: str) -> str:
    return (_FOLDER / folder / f"{name}.sql").read_text(encoding="utf-8")


class MartBuilder:
    """Keeps the marts' columns of the lake in an in-memory DuckDB, fed file by file."""

    def __init__(self) -> None:
        """Begin with no records."""
        self._connection = duckdb.connect()
        self._connection.execute("SET TimeZone = 'UTC'")
        self._connection.execute(_sql("steps", "tables"))
        self._seen: set[Path] = set()
        self._campaign_facts: dict[Place, Event] = {}
        self._book = ForecastBook()

    def close(self) -> None:
        """Let go of the records; the builder cannot be used afterwards."""
        self._connection.close()

    def add_files(self, paths: Sequence[Path]) -> int:
        """Take in lake files, each once and in any order; gives the number of new records."""
        new = [path for path in dict.fromkeys(paths) if path not in self._seen]
        if not new:
            return 0
        cursor = self._connection.cursor()
        cursor.register("lake_columns", EVENTS.empty_table())
        cursor.execute("BEGIN")
        try:
            named = {"files": [str(path) for path in new]}
            self._take_letters(cursor, named)
            told = read_campaign_facts(cursor, named)
            cursor.execute(_sql("steps", "arrivals"), named)
            cursor.execute(_sql("steps", "drop_repeats"))
            (taken,) = cursor.execute(_sql("steps", "take_records")).fetchone() or (0,)
            for step in _INTAKE:
                cursor.execute(_sql("steps", step))
            cursor.execute("DROP TABLE arrivals")
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        self._seen.update(new)
        self._campaign_facts.update(told)
        return int(taken)

    def _take_letters(self, cursor: duckdb.DuckDBPyConnection, named: dict[str, list[str]]) -> None:
        found = cursor.execute(
            """
            SELECT topic, value, CAST(logged_at AS TIMESTAMP) FROM read_parquet($files)
            WHERE topic = 'premises.dead-letters'
                OR (topic = 'premises.events' AND event = 'programme.dead-letter-resolved')
            ORDER BY topic, epoch, "partition", "offset"
            """,
            named,
        ).fetchall()
        for topic, value, logged_at in found:
            if topic == "premises.events":
                done = read_resolution(value)
                row: tuple[Any, ...] = (done.partition, done.offset, done.resolution)
                if done.names_a_place:
                    cursor.execute("INSERT INTO resolutions VALUES (?, ?, ?)", row)
                continue
            of = read_letter(value)
            row = (of.topic, of.epoch, of.partition, of.offset, of.premises_id)
            row = (*row, of.cause, of.why, of.code_version, logged_at)
            cursor.execute("INSERT INTO letters VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

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

        `health["partitions"]` holds rows of schema `HEALTH`. Times come out as UTC. Mart `files`
        names the files that a look-up of one premises reads: those taken in, unless given.
        Forecasts stand as far as `refresh_forecasts` has made them.
        """
        cursor = self._connection.cursor()
        given = {
            "params": self._params(meta),
            "plan_curve": _shaped(plan_curve, PLAN_CURVE),
            "tallies": _shaped(tallies, TALLIES),
            "moves": _moves(),
            "health": _health(health),
            "forecasts": self._book.frame(),
            "wave_plans": wave_plans(by_campaign(self._campaign_facts)),
        }
        for name, frame in given.items():
            cursor.register(name, frame.to_arrow())
        for step in _STEPS:
            cursor.execute(_sql("steps", step))
        built = {name: _in_utc(cursor.sql(_sql("sql", name)).pl()) for name in MARTS}
        paths = sorted(map(str, self._seen if lake_files is None else lake_files))
        return {**built, "files": pl.DataFrame({"path": paths}, schema={"path": pl.String})}

    def forecast_lake(self) -> Lake:
        """What forecasts are made from, as far as it was taken in."""
        return Lake(by_campaign(self._campaign_facts), self._attempts())

    def newest_day(self) -> date | None:
        """The day of the newest fact about premises; None without one."""
        newest = self._newest()
        return None if newest is None else newest.date()

    def refresh_forecasts(self, *, most: int | None = None) -> Refreshed:
        """Forecast the days of which more is known by now, newest first and at most so many."""
        recorded = self._connection.cursor().execute(_sql("steps", "recorded")).fetchall()
        return self._book.refresh(
            events=by_campaign(self._campaign_facts),
            recorded=dict(recorded),
            attempts=self._attempts,
            until=self.newest_day(),
            most=most,
        )

    def _attempts(self) -> pl.DataFrame:
        found = _in_utc(self._connection.cursor().sql(_sql("steps", "attempts")).pl())
        return _shaped(found, ATTEMPTS)

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


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _shaped(frame: pl.DataFrame | None, schema: pl.Schema) -> pl.DataFrame:
    """The frame with exactly the schema's columns; a missing column is null."""
    if frame is None:
        return schema.to_frame()
    absent = [pl.lit(None).alias(name) for name in schema if name not in frame.columns]
    return frame.with_columns(absent).select(pl.col(n).cast(t) for n, t in schema.items())


def _moves() -> pl.DataFrame:
    """The table that campaigns decide by: a state, a fact by its short name, the next state."""
    rows = [(move.before, short_name(move.fact.TYPE), move.after) for move in moves()]
    return pl.DataFrame(rows, schema=["before", "event", "after"], orient="row")


def _health(health: Mapping[str, Sequence[Mapping[str, Any]]]) -> pl.DataFrame:
    rows = [{"stage": "archived", **row} for row in health.get("partitions", ())]
    return pl.DataFrame(rows, schema=HEALTH) if rows else HEALTH.to_frame()


def _in_utc(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.col(name).dt.replace_time_zone("UTC")
        for name, kind in frame.schema.items()
        if isinstance(kind, pl.Datetime)
    )
