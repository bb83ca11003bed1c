"""What the lake holds, in figures."""

from collections import Counter

import pyarrow.parquet as pq
from msgspec import Struct

from twin.lake import data_files
from twin.lake.table import Lake


class TopicInfo(Struct, frozen=True):
    """How many records of a topic one epoch has, by the positions of its partitions."""

    topic: str
    epoch: int
    records: int


class LakeInfo(Struct, frozen=True, kw_only=True):
    """The table in view; `sorted_files` are those that compaction has made."""

    version: int
    files: int
    sorted_files: int
    rows: int
    bytes: int
    bytes_per_row: float
    topics: tuple[TopicInfo, ...]


def lake_info(lake: Lake) -> LakeInfo:
    """Figures of the lake as this handle sees it.

    Raises:
        Torn: a commit cannot be read as one.
    """
    files = lake.files()
    named = [data_files.named(path.name) for path in files]
    rows = sum(pq.read_metadata(path).num_rows for path in files)
    size = sum(path.stat().st_size for path in files)
    by_topic: Counter[tuple[str, int]] = Counter()
    starts = lake.starts()
    for of, stands in lake.positions().items():
        by_topic[of.topic, of.epoch] += stands - starts.get(of, 0)
    return LakeInfo(
        version=lake.version,
        files=len(files),
        sorted_files=sum(1 for one in named if one is not None and one.bucket is not None),
        rows=rows,
        bytes=size,
        bytes_per_row=size / rows if rows else 0.0,
        topics=tuple(TopicInfo(*place, n) for place, n in sorted(by_topic.items())),
    )
