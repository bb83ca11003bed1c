"""The marts of a lake that `large_lake` wrote: built by the publisher's own builder, published.

`python -m tests.benchmarks.large_marts HOME RUN`: HOME is the large home, RUN the run that its
lake repeats. No Kafka is at work, so the counts of the campaigns, which a publisher hears from the
workers, are those of the run's own set, times as many. Days that are not forecast are left out.
"""

import resource
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl

from dashboards.queries import open_current
from infra.run.equipment import Equipment
from infra.run.publisher import builder_for, plan_curve
from streams.archive import open_lake
from streams.ledger import CODE_VERSION
from streams.topics import PREMISES_EVENTS
from twin.lake.slices import Slice
from twin.marts.meta import SetMeta
from twin.marts.publish import publish

DAYS: Final = 3
"""Newest days whose forecasts are made."""
STATES: Final = {
    "awaiting": "AWAITING",
    "confirmed": "CONFIRMED",
    "errors": "FAILED",
    "gone": "DECOMMISSIONED",
    "in_flight": "REQUESTED",
}
"""Column of `campaign_members`, and the state of execution that stands for it here."""


class LargeMarts:
    """A builder over the lake of a large home, and what it has published there."""

    def __init__(self, home: Path, run: Path) -> None:
        """Nothing is taken in yet; `run` is the finished run that the lake repeats."""
        self._home, self._run = home, run
        self._equipment = Equipment.of(home)
        self._lake = open_lake(home)
        self._builder = builder_for(home, premises=self._equipment.history.premises)

    def take_in(self) -> int:
        """The records of the lake, file by file."""
        records = 0
        for file in self._lake.files():
            records += self._builder.add_files([file])
            _say(f"{records:,} records")
        return records

    def forecast(self, days: int) -> None:
        """The forecasts of the newest days."""
        self._builder.refresh_forecasts(most=days)

    def publish(self) -> None:
        """Build all marts and make them the current set."""
        now = datetime.now(UTC)
        set_id = f"{now:%Y%m%dT%H%M%S%f}-{self._lake.version}"
        history = self._equipment.history
        ends = self._lake.positions()
        frames = self._builder.build(
            meta=SetMeta(
                set_id=set_id,
                code_version=CODE_VERSION,
                published_at=now,
                premises=history.premises,
                seed=history.seed,
            ),
            health={"partitions": _partitions(ends)},
            plan_curve=plan_curve(self._equipment),
            tallies=_tallies(self._run, times=history.premises // _premises(self._run)),
            lake_files=self._lake.files(),
        )
        publish(frames, home=self._home, set_id=set_id, now=now)


def publish_marts(home: Path, run: Path, *, days: int = DAYS) -> dict[str, float]:
    """Take in, publish, forecast, publish again; gives seconds of each, and peak memory in MB."""
    large = LargeMarts(home, run)
    took: dict[str, float] = {}
    for name, step in (
        ("records", large.take_in),
        ("build", large.publish),
        ("forecast", lambda: large.forecast(days)),
        ("build again", large.publish),
    ):
        began = time.monotonic()
        step()
        took[f"{name}_s"] = round(time.monotonic() - began, 1)
        took[f"{name}_peak_mb"] = round(_peak_mb())
        _say(f"{name}: {took[f'{name}_s']:,.1f} s")
    return took


def _partitions(positions: Mapping[Slice, int]) -> list[dict[str, object]]:
    return [
        {
            "topic": of.topic,
            "partition": of.partition,
            "stage": stage,
            "end_offset": end,
            "position": end,
        }
        for of, end in sorted(positions.items())
        if of.topic == PREMISES_EVENTS
        for stage in ("archived", "folded")
    ]


def _premises(run: Path) -> int:
    return Equipment.of(run).history.premises


def _tallies(run: Path, *, times: int) -> pl.DataFrame:
    """Rows of `TALLIES` from the run's own counts of the campaigns' members, times as many."""
    published = open_current(run)
    if published is None:
        raise FileNotFoundError(f"no marts are published in {run}")
    members = published.mart("campaign_members")
    placed = [
        members.filter(pl.col("wave") > 0).with_columns(
            pl.lit(state).alias("state"), (pl.col(column) * times).alias("devices")
        )
        for column, state in STATES.items()
    ]
    excluded = members.filter(wave=0).with_columns(
        pl.lit("EXCLUDED").alias("state"), (pl.col("members") * times).alias("devices")
    )
    return pl.concat([*placed, excluded]).filter(pl.col("devices") > 0)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(what: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {what}, peak {_peak_mb():,.0f} MB", flush=True)


if __name__ == "__main__":
    print(publish_marts(Path(sys.argv[1]), Path(sys.argv[2])))
