"""Building blocks without a worker: the emulated field, the marts."""

import time
from datetime import UTC, datetime
from pathlib import Path

from streams import topics
from streams.archiver import Archiver
from tests.benchmarks.corpus import Corpus
from tests.benchmarks.measure import Measure
from tests.benchmarks.stage import Stage
from twin.lake.table import Lake
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.marts.publish import publish


def field(made: Corpus) -> list[Measure]:
    """The emulated field alone, without encoding."""
    count = len(made.records)
    return [
        Measure(
            name="emulated field, in memory",
            ours=f"{count / made.seconds:,.0f} events/s",
            figures={"events": count, "seconds": round(made.seconds, 2)},
        )
    ]


def marts(stage: Stage) -> list[Measure]:
    """Take in a lake of the whole corpus, build all marts, publish the set; then build anew."""
    lake = _lake(stage)
    builder = MartBuilder()
    began = time.perf_counter()
    taken = builder.add_files(lake.files())
    intake = time.perf_counter() - began
    first = _publish(builder, stage.folder, "first")
    again = _publish(builder, stage.folder, "again")
    builder.close()
    return [
        Measure(
            name="marts: intake, then each published set",
            ours=f"{intake:.2f} s, then {again:.2f} s",
            figures={"records": taken, "intake": intake, "first": first, "again": again},
        )
    ]


def _lake(stage: Stage) -> Lake:
    """The lake that the benchmark of the archiver has left, or one archived now."""
    path: Path = stage.folder / "lake" / "events"
    lake = Lake(path)
    if not lake.files():
        Archiver(lake, bootstrap=stage.bootstrap, epoch=0, security={}).run(
            stop=lambda: False, until_end=True
        )
    return lake


def _publish(builder: MartBuilder, home: Path, set_id: str) -> float:
    now = datetime.now(UTC)
    rows = [
        {"topic": topics.PREMISES_EVENTS, "partition": p, "end_offset": 0, "position": 0}
        for p in range(topics.PARTITIONS)
    ]
    meta = SetMeta(set_id=set_id, code_version="bench", published_at=now, premises=1)
    began = time.perf_counter()
    publish(
        builder.build(meta=meta, health={"partitions": rows}), home=home, set_id=set_id, now=now
    )
    return time.perf_counter() - began
