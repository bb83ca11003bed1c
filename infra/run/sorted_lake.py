"""The lake of a finished history is left sorted, whoever wrote it."""

from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from streams.archive import open_lake
from twin.lake.compact import compact
from twin.lake.data_files import named
from twin.lake.table import Fenced


class LeftSorted(Struct, frozen=True):
    """Files of the lake as it was left, and how many of them are sorted."""

    files: int
    sorted_files: int

    @property
    def sentence(self) -> str:
        """What became of it, for a person."""
        if self.sorted_files == self.files:
            return f"the lake is sorted by premises, in {self.files:,} files"
        return (
            f"{self.sorted_files:,} of {self.files:,} files are sorted: the lake is compacted from "
            "elsewhere at this moment"
        )


def sort_lake(home: Path) -> LeftSorted:
    """One file a bucket: two thirds of the bytes, and every later reading is of fewer files.

    Where another compactor is at work, it is left to that one.

    Raises:
        CannotSort: the disk is full, or a file cannot be read.
    """
    lake = open_lake(home)
    try:
        compact(lake, now=datetime.now(UTC), fan_in=2)
    except Fenced:
        lake.refresh()
    found = [named(path.name) for path in lake.files()]
    return LeftSorted(len(found), sum(one is not None and bool(one.bucket) for one in found))
