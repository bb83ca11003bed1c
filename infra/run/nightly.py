"""The nightly proof: the whole fleet rebuilt and compared with the tables, also while a run works.

The tables are read as they stand at one moment, and the lake is folded up to there; what the tables
have still to fold is the lag, which is told elsewhere. What differs in one look is looked at again:
a worker that just recovers its table from the changelog is not at fault.
"""

import time
from collections.abc import Callable
from pathlib import Path

from infra.run.engines import Engine, folded
from infra.run.looks import looked
from infra.run.snapshot import LAKE_SECONDS, Snapshot, await_lake
from infra.spark.session import LOCAL
from streams.archive import open_lake
from twin.bulk.proof import Rebuilt


def nightly(
    home: Path,
    engine: Engine = Engine.BULK,
    *,
    master: str = LOCAL,
    is_live: bool,
    wait: Callable[[float], None] = time.sleep,
) -> Rebuilt:
    """The fleet from the lake, compared with the live tables; `is_live`: a run is at work.

    Raises:
        LakeBehind: the lake does not come up to the tables.
    """
    return looked(
        lambda: _compared(home, engine, master, is_live=is_live),
        differs=lambda found: bool(found.differing),
        is_live=is_live,
        wait=wait,
    )


def _compared(home: Path, engine: Engine, master: str, *, is_live: bool) -> Rebuilt:
    with Snapshot(home) as tables:
        if not is_live:
            return folded(home, engine, live=tables.entries(), master=master)
        cut = tables.cut()
        await_lake(open_lake(home), cut, seconds=LAKE_SECONDS)
        return folded(home, engine, live=tables.entries(), cut=cut, master=master)
