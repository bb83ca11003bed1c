"""How far a generated history stands in its lake, and how it goes on after a death."""

from pathlib import Path
from typing import Final

from infra.run.history import Home
from streams.topics import CLOCK_TICKS
from twin.lake.data_files import named
from twin.lake.slices import Slice
from twin.lake.table import Lake

GENERATED: Final = "generated"
"""In the place of a history's broker: it has never been on a log, so no run goes on with it."""
_SAME: Final = "the same `twin fleet generate`"


def unfinished(home: Path, lake: Lake) -> str | None:
    """What a generation that was interrupted, or killed, has left to do, and the way to it.

    None where nothing is left, and for the lake of a run, whose next start goes on by itself.
    """
    history = Home(home).history()
    if history is None or history.broker != GENERATED:
        return None
    stands = lake.position(Slice(CLOCK_TICKS, history.epoch, 0)) // 2  # opened and closed
    if stands < history.ticks:
        return (
            f"a beginning: {stands:,} of the {history.ticks:,} ticks of a generated history; "
            f"{_SAME} goes on from there"
        )
    held = [named(path.name) for path in lake.files()]
    if any(one is not None and one.bucket is None for one in held):
        return f"a generated history that is not sorted yet: {_SAME} sorts it"
    return None
