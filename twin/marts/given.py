"""Small tables that a publisher hands to the builder beside the lake, each with its schema."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

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
PARTITIONS: Final = pl.Schema(
    {
        "topic": pl.String,
        "partition": pl.Int32,
        "stage": pl.String,
        "end_offset": pl.Int64,
        "position": pl.Int64,
    }
)
"""How far a stage (`archived`, `folded` ...) has come in a partition."""
LAGS: Final = pl.Schema(
    [("seen_at", pl.Datetime("us")), ("stage", pl.String()), ("lag", pl.Int64())]
)
"""Records that waited before a stage at a moment (UTC)."""
DELAYS: Final = pl.Schema({"records": pl.Int64, "median_s": pl.Float64, "p95_s": pl.Float64})
"""One row: seconds from the log's time to the set, of the records that are new in it."""
PROOFS: Final = pl.Schema(
    [
        ("made_at", pl.Datetime("us")),
        ("made_by", pl.String()),
        ("code_version", pl.String()),
        ("premises", pl.Int64()),
        ("records", pl.Int64()),
        ("basis", pl.String()),
        ("digest", pl.String()),
        ("live_digest", pl.String()),
        ("equal", pl.Boolean()),
        ("differing", pl.Int64()),
    ]
)
"""A row a proof; `equal` is null where nothing was compared."""
DIFFERENCES: Final = pl.Schema(
    {
        "premises_id": pl.String,
        "partition": pl.Int64,
        "why": pl.String,
        "fields": pl.String,
        "event": pl.String,
        "offset": pl.Int64,
    }
)
"""A row a premises in which the newest proof found a difference."""
HEALTH: Final = {
    "partitions": PARTITIONS,
    "lags": LAGS,
    "delays": DELAYS,
    "proofs": PROOFS,
    "differences": DIFFERENCES,
}
"""The tables of `health`, by name."""
Rows = Sequence[Mapping[str, Any]]


def shaped(frame: pl.DataFrame | None, schema: pl.Schema) -> pl.DataFrame:
    """The frame with exactly the schema's columns; a missing column is null."""
    if frame is None:
        return schema.to_frame()
    absent = [pl.lit(None).alias(name) for name in schema if name not in frame.columns]
    return frame.with_columns(absent).select(pl.col(n).cast(t) for n, t in schema.items())


def told(health: Mapping[str, Rows]) -> dict[str, pl.DataFrame]:
    """The frames of `HEALTH` by name, without rows where nothing was given.

    A row of `partitions` that names no stage is about the archive.
    """
    return {name: _told(name, schema, health.get(name, ())) for name, schema in HEALTH.items()}


def _told(name: str, schema: pl.Schema, rows: Rows) -> pl.DataFrame:
    if name == "partitions":
        rows = [{"stage": "archived", **row} for row in rows]
    return pl.DataFrame(rows, schema=schema) if rows else schema.to_frame()
