"""Opening one published set for a whole page run; pages read nothing else but lake files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import polars as pl
from polars.exceptions import PolarsError

from twin.marts.publish import current_set

_TRIES: Final = 3
"""A set may go between reading the pointer and its files; the next pointer is then there."""


@dataclass(frozen=True, slots=True)
class Meta:
    """What a set says of itself."""

    set_id: str
    basis: str | None
    partitions: int
    as_at: datetime | None
    newest_logged_at: datetime | None
    records: int
    facts: int
    code_version: str
    seed: int | None
    premises: int
    scenario: str
    simulated: bool
    published_at: datetime

    @property
    def day(self) -> date:
        """The day that its figures are of: that of its newest fact, or else of publishing."""
        return (self.as_at or self.published_at).date()


class MartMissing(Exception):
    """A set does not hold a mart: it was published by another version of the twin."""

    def __init__(self, name: str, *, code_version: str) -> None:
        """The mart that is missing, and the version that published the set."""
        self.name, self.code_version = name, code_version
        super().__init__(f"no mart {name} in a set of version {code_version}")


@dataclass(frozen=True, slots=True)
class PublishedSet:
    """One set, read whole: frames by mart name. It never changes, so it may be kept."""

    folder: Path
    frames: Mapping[str, pl.DataFrame]

    def mart(self, name: str) -> pl.DataFrame:
        """A mart by name.

        Raises:
            MartMissing: this set does not hold it.
        """
        found = self.frames.get(name)
        if found is None:
            raise MartMissing(name, code_version=self._code_version())
        return found

    def _code_version(self) -> str:
        meta = self.frames.get("meta", pl.DataFrame())
        known = meta.height and "code_version" in meta.columns
        return str(meta["code_version"].item()) if known else "unknown"

    def holds(self, name: str) -> bool:
        """Whether the set has a mart."""
        return name in self.frames

    @property
    def meta(self) -> Meta:
        """The set's own row of metadata."""
        return Meta(**self.mart("meta").row(0, named=True))

    @property
    def summary(self) -> dict[str, Any]:
        """The set's one row of totals."""
        return self.mart("summary").row(0, named=True)

    def lake_files(self, home: Path) -> tuple[Path, ...]:
        """The lake files that the set was made from."""
        return tuple(home / path for path in self.mart("files")["path"])


def read_set(folder: Path) -> PublishedSet:
    """All marts of a set's folder.

    Raises:
        OSError: the folder was removed meanwhile.
        PolarsError: a file is broken.
    """
    paths = sorted(folder.glob("*.parquet"))
    if not paths:
        raise FileNotFoundError(f"no marts in the set {folder.name}")
    return PublishedSet(folder, {path.stem: pl.read_parquet(path) for path in paths})


def open_current(
    home: Path, *, read: Callable[[Path], PublishedSet] = read_set
) -> PublishedSet | None:
    """The current set under `home`, or None where none is published (or none can be read)."""
    for _ in range(_TRIES):
        folder = current_set(home)
        if folder is None:
            return None
        try:
            return read(folder)
        except (OSError, PolarsError):
            continue
    return None


def latest_day(daily: pl.DataFrame) -> dict[str, Any] | None:
    """The newest row of `progress_daily` that holds counts."""
    counted = daily.filter(pl.col("capable_premises").is_not_null())
    return counted.row(-1, named=True) if counted.height else None


def planned_on(daily: pl.DataFrame, day: date) -> float | None:
    """Capable premises planned for a day, or None where the plan says nothing."""
    found = daily.filter(pl.col("day") == day)["planned_premises"]
    return found.item() if found.len() else None
