"""A set of another version beside the current one: built, compared, switched to, and back (D26)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from twin.marts.publish import (
    Current,
    current_set,
    let_go,
    newest_of,
    point,
    pointer_of,
    told_of,
    write_set,
)
from twin.refusal import Refusal

_TIMES: Final = "how many such rows"
"""A name that no column of a mart has."""


class NothingBeside(Refusal):
    """There is no set to compare with or to switch to; the sentence says."""


class Compared(Struct, frozen=True):
    """A mart on both sides: rows that only one of them has, or that only one has it at all.

    `here` is None where the current set lacks the mart, `beside` where the other one does;
    `columns` are those that differ in name or type.
    """

    mart: str
    here: int | None
    beside: int | None
    columns: tuple[str, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether both sides say the same."""
        return (self.here, self.beside, self.columns) == (0, 0, ())


def build_beside(
    frames: Mapping[str, pl.DataFrame], *, home: Path, line: str, now: datetime
) -> Path:
    """Write a set where no reader looks, in the place of an earlier one of the line."""
    folder = _beside(home) / line
    if folder.exists():
        let_go(folder)
    set_id = f"{now:%Y%m%dT%H%M%S%f}-{line}"
    write_set(frames, folder, home, Current(set_id, now.astimezone(UTC), line))
    return folder


def compare(home: Path, *, line: str) -> list[Compared]:
    """The current set and the one beside it, mart by mart.

    Raises:
        NothingBeside: one of the two is not there.
    """
    here, there = current_set(home), _beside(home) / line
    if here is None:
        raise NothingBeside(f"no set is published in {home}")
    if told_of(there) is None:
        raise NothingBeside(f"no set of line {line} stands beside; `twin marts build-beside`")
    names = {path.stem for folder in (here, there) for path in folder.glob("*.parquet")}
    return [_compared(name, here, there) for name in sorted(names - {"files", "meta"})]


def switch(home: Path, *, line: str) -> Current:
    """Let readers open the set beside from now on; the line that they leave is kept.

    Raises:
        NothingBeside: there is no such set.
    """
    folder = _beside(home) / line
    told = told_of(folder)
    if told is None:
        raise NothingBeside(f"no set of line {line} stands beside; `twin marts build-beside`")
    left = pointer_of(home)
    sets = home / "marts" / "sets"
    sets.mkdir(parents=True, exist_ok=True)
    folder.rename(sets / told.set_id)
    return _point(home, told, left)


def back(home: Path) -> Current:
    """Let readers open the newest set of the line that they were switched away from.

    Raises:
        NothingBeside: they were not switched, or that line has no set any more.
    """
    left = pointer_of(home)
    told = None if left is None or left.over is None else newest_of(home, left.over)
    if told is None:
        raise NothingBeside("readers were not switched away from any set that is still there")
    return _point(home, told, left)


def _point(home: Path, told: Current, left: Current | None) -> Current:
    over = None if left is None or left.line == told.line else left.line
    to = replace(told, over=over)
    point(home, to)
    return to


def _beside(home: Path) -> Path:
    return home / "marts" / "beside"


def _compared(mart: str, here: Path, there: Path) -> Compared:
    ours, theirs = (_frame(folder / f"{mart}.parquet") for folder in (here, there))
    if ours is None or theirs is None:
        return Compared(mart, _height(ours), _height(theirs))
    columns = tuple(_unlike(ours, theirs))
    if columns:
        return Compared(mart, ours.height, theirs.height, columns)
    return Compared(mart, _only(ours, theirs), _only(theirs, ours))


def _frame(file: Path) -> pl.DataFrame | None:
    return pl.read_parquet(file) if file.exists() else None


def _height(frame: pl.DataFrame | None) -> int | None:
    return None if frame is None else frame.height


def _unlike(ours: pl.DataFrame, theirs: pl.DataFrame) -> Iterator[str]:
    for name in dict.fromkeys((*ours.columns, *theirs.columns)):
        if ours.schema.get(name) != theirs.schema.get(name):
            yield name


def _only(ours: pl.DataFrame, theirs: pl.DataFrame) -> int:
    """Rows that stand on one side more often than on the other; their order says nothing."""
    one, other = (frame.group_by(frame.columns).len(_TIMES) for frame in (ours, theirs))
    joined = one.join(other, on=ours.columns, how="left", nulls_equal=True, suffix=" there")
    times, there = (joined[name].cast(pl.Int64) for name in (_TIMES, f"{_TIMES} there"))
    return int((times - there.fill_null(0)).clip(lower_bound=0).sum())
