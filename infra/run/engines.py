"""The ways to fold the whole fleet from the lake: kernels, readable replay, Spark."""

import importlib
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

from infra.spark.session import LOCAL, session
from streams.archive import open_lake
from twin.bulk import readable
from twin.bulk.cut import WHOLE, Cut
from twin.bulk.memory import keep_memory
from twin.bulk.proof import Rebuilt
from twin.lake.table import Lake
from twin.state.entry import Entry, Place

Live: TypeAlias = Iterator[tuple[Place, Entry]]
Seen: TypeAlias = Callable[[Any], object]


class Engine(StrEnum):
    """How the fleet is folded."""

    BULK = "bulk"
    READABLE = "readable"
    SPARK = "spark"


def folded(
    home: Path,
    engine: Engine,
    *,
    live: Live | None = None,
    cut: Cut = WHOLE,
    master: str = LOCAL,
    seen: Seen | None = None,
) -> Rebuilt:
    """The fleet from the lake; compared with `live`, entries in order that stand at the cut.

    `seen` is shown the columns of state of each range of premises; the readable engine has none.

    Raises:
        SparkUnavailable, OldTable: of the engine `spark`, see those.
    """
    lake = open_lake(home)
    if engine is Engine.SPARK:
        return _on_spark(lake, live, cut, master, seen)
    if engine is Engine.READABLE:
        files = lake.files()
        return readable.rebuilt(files) if live is None else readable.verified(files, live, cut=cut)
    # numba takes a second to come, which no other command should wait for
    bulk: Any = importlib.import_module("twin.bulk.rebuild")
    keep_memory()
    found: Rebuilt = (
        bulk.rebuilt(lake.files(), seen=seen)
        if live is None
        else bulk.verified(lake.files(), live, cut=cut, seen=seen)
    )
    return found


def _on_spark(lake: Lake, live: Live | None, cut: Cut, master: str, seen: Seen | None) -> Rebuilt:
    files = lake.files()
    bulk: Any = importlib.import_module("twin.bulk.rebuild")
    on_spark: Any = importlib.import_module("twin.bulk.on_spark")
    with session(master=master) as spark:
        plan = on_spark.planned(spark, lake, cut=cut)
        found: Rebuilt = (
            bulk.gathered(plan.log, (part for _, part in plan.parts()), seen=seen)
            if live is None
            else bulk.compared(plan.log, plan.parts(), live, files=files, cut=cut, seen=seen)
        )
    return found
