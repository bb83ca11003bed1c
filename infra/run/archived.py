"""How far the lake of a run has come, by its positions."""

from functools import lru_cache
from pathlib import Path

from streams import topics
from streams.archive import open_lake
from streams.watch import Watch
from twin.lake.slices import Slice
from twin.lake.table import Lake


@lru_cache(maxsize=4)
def _lake(home: Path) -> Lake:
    return open_lake(home)


def archived_of(home: Path, *, epoch: int, topic: str = topics.PREMISES_EVENTS) -> int:
    """Records of a topic that the lake has, by its positions."""
    lake = _lake(home)
    lake.refresh()
    count = next(t.partitions for t in topics.TOPICS if t.name == topic)
    return sum(lake.position(Slice(topic, epoch, partition)) for partition in range(count))


def unarchived(watch: Watch, home: Path, epoch: int) -> int:
    """Records of the smaller topics (decisions, the programme, ticks) not in the lake yet."""
    smaller = (topic for topic in topics.KEPT if topic != topics.PREMISES_EVENTS)
    return sum(
        sum(watch.ends(topic).values()) - archived_of(home, epoch=epoch, topic=topic)
        for topic in smaller
    )
