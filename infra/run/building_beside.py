"""The marts of this code from the lake alone, for a set beside the one that readers open."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl

from infra.run.equipment import Equipment
from infra.run.proofs import proof_tables
from infra.run.publisher import plan_curve
from streams.archive import open_lake
from streams.ledger import CODE_VERSION
from twin.marts.beside import build_beside
from twin.marts.build import MartBuilder
from twin.marts.lines import line
from twin.marts.meta import SetMeta
from twin.marts.publish import current_set

TOLD: Final = (
    "campaign_members",
    "campaign_waves",
    "campaigns",
    "delays",
    "event_rates",
    "lags",
    "partitions",
    "progress_daily",
)
"""Marts with figures that a running twin tells its publisher, and no lake: tallies, lags."""


def build(home: Path, *, now: datetime) -> tuple[Path, list[str]]:
    """Build a set beside the current one; gives its folder and the marts that were taken over.

    A mart of `TOLD` is that of the current set, if it has the same columns there.
    """
    lake, equipment = open_lake(home), Equipment.of(home)
    meta = SetMeta(
        set_id=f"{now:%Y%m%dT%H%M%S%f}-{line()}",
        code_version=CODE_VERSION,
        published_at=now,
        premises=equipment.history.premises,
        seed=equipment.history.seed,
    )
    with closing(MartBuilder()) as builder:
        builder.add_files(lake.files())
        builder.refresh_forecasts()
        frames = builder.build(
            meta=meta,
            health=proof_tables(home),
            plan_curve=plan_curve(equipment),
            lake_files=lake.files(),
        )
    taken = _told(home, frames)
    folder = build_beside({**frames, **taken}, home=home, line=line(), now=now)
    return folder, sorted(taken)


def _told(home: Path, frames: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    here = current_set(home)
    if here is None:
        return {}
    files = {name: here / f"{name}.parquet" for name in TOLD}
    held = {name: pl.read_parquet(file) for name, file in files.items() if file.exists()}
    return {name: one for name, one in held.items() if one.schema == frames[name].schema}
