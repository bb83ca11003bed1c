"""Which files of a compacted lake may hold the records of a topic or a key: its bucket (0015)."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from twin.lake import data_files

_PREMISES: Final = re.compile(r"P([0-9a-f])[0-9a-f]{15}")


def holding(files: Sequence[Path], *, topic: str, key: str | None = None) -> list[Path]:
    """Those of some files that may hold records of a topic (with this key), in their order.

    A file that compaction has not made may hold any.
    """
    if topic == "premises.events" and key is None:
        return list(files)
    of_premises = _PREMISES.fullmatch(key or "") if topic == "premises.events" else None
    bucket = data_files.OTHER if of_premises is None else of_premises[1]
    return [path for path in files if _bucket(path) in (bucket, None)]


def of_range(files: Sequence[Path], *, first: int, end: int) -> list[Path]:
    """Those of some files that may hold facts of premises with such numbers (`end` without)."""
    wanted = {f"{digit:x}" for digit in range(first >> 60, (end - 1 >> 60) + 1)}
    return [path for path in files if (bucket := _bucket(path)) is None or bucket in wanted]


def _bucket(path: Path) -> str | None:
    named = data_files.named(path.name)
    return None if named is None else named.bucket
