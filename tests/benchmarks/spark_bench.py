"""The rebuild on Spark beside the rebuild by one machine's own kernels, on a generated lake.

Spark here has the same two cores, so its figure is what it costs, not what a cluster gains. The
digests must be equal. Without Spark nothing is measured, and the line says so.
"""

import os
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Final

from infra.run.command import begin
from infra.run.engines import Engine, folded
from infra.run.equipment import Equipment
from infra.run.generating import generate
from infra.spark.session import SparkUnavailable, require_java, require_pyspark
from streams.settings import Settings
from tests.benchmarks.generate_bench import unheard
from tests.benchmarks.measure import Measure

PREMISES: Final = 4_000
_NAME: Final = "rebuild on Spark (local[*]) / bulk engine of one process, equal digests"


def measure(premises: int = PREMISES) -> list[Measure]:
    """Both engines on one lake, after a small fold that compiles the kernels."""
    try:
        require_pyspark()
        require_java(os.environ)
    except SparkUnavailable as missing:
        return [Measure(name=_NAME, ours=f"not measured: {missing}")]
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        home = _generated(Path(folder), premises)
        folded(home, Engine.BULK)
        began = time.perf_counter()
        here = folded(home, Engine.BULK)
        local = time.perf_counter() - began
        began = time.perf_counter()
        there = folded(home, Engine.SPARK)
        spark = time.perf_counter() - began
    records = here.records.seen
    return [
        Measure(
            name=_NAME,
            ours=f"{spark:.1f} s, {records:,} records",
            against=f"{local:.1f} s; digests must be equal, timing is reported",
            ratio=local / spark,
            holds=here == there,
            figures={
                "premises": here.premises,
                "records": records,
                "local_seconds": round(local, 2),
                "spark_seconds": round(spark, 2),
            },
        )
    ]


def _generated(folder: Path, premises: int) -> Path:
    wanted = {
        "premises": premises,
        "seed": 1,
        "starts": date(2017, 4, 1),
        "ends": date(2018, 1, 1),
        "tick_hours": 24,
    }
    settings = Settings(home=folder, broker="generated")
    home, _ = begin(settings=settings, wanted=wanted, plan_files=())
    generate(home, Equipment.of(home.path), told=unheard)
    return home.path
