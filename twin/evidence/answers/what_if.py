"""What-if runs that are kept in a folder, as far as an answer needs them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct


class KeptRun(Struct, frozen=True):
    """A run's own words of itself; of what is None it says nothing."""

    name: str
    label: str | None = None
    premises: int | None = None
    capable: int | None = None
    exposed: int | None = None
    end: Any = None
    code_version: str | None = None


def kept_runs(folders: tuple[Path, ...]) -> tuple[KeptRun, ...]:
    """The runs in folders, by name; what cannot be read as one is left out."""
    found = {run.name: run for folder in folders for run in _runs(folder)}
    return tuple(found[name] for name in sorted(found))


def _runs(folder: Path) -> Iterator[KeptRun]:
    for file in sorted(folder.glob("*/header.json")):
        try:
            yield msgspec.json.decode(file.read_bytes(), type=KeptRun)
        except (OSError, msgspec.DecodeError):
            continue


def bearing_on(runs: tuple[KeptRun, ...], beginnings: tuple[str, ...]) -> tuple[KeptRun, ...]:
    """The runs whose names begin so, or have a part that does."""
    return tuple(
        run
        for run in runs
        if any(part.startswith(beginnings) for part in run.name.split("-") if beginnings)
    )
