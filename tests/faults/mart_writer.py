"""Processes that publish sets of marts and read them, for tests that kill them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from os import getpid
from pathlib import Path

import polars as pl

from twin.marts.publish import current_set, pointer_of, publish, told_of

NAMES = tuple(f"mart_{nth}" for nth in range(6))
ROWS = 3_000
KEEP = 3
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
APART = timedelta(seconds=90)
"""Between two sets that are published for the killing: each may sweep what is older than two."""


def frames_of(number: int) -> dict[str, pl.DataFrame]:
    """The marts of a set: every row of every one holds its number."""
    rows = pl.DataFrame({"number": [number] * ROWS, "row": range(ROWS)})
    return dict.fromkeys(NAMES, rows)


def publish_on(home: Path, until: int, clock: Callable[[int], datetime] | None = None) -> None:
    """Publish set after set from the current one on, as a run's publisher does.

    Without a clock, sets are published a minute and a half apart; a set is called by its number
    and its writer, since a name is given once.
    """
    folder = current_set(home)
    for number in range(1 if folder is None else number_of(folder) + 1, until + 1):
        publish(
            frames_of(number),
            home=home,
            set_id=f"{number}-{getpid()}",
            now=FIRST + number * APART if clock is None else clock(number),
            keep=KEEP,
        )


def publish_now(home: Path, until: int) -> None:
    """Publish set after set by the clock on the wall, which spares what readers have open."""
    publish_on(home, until, lambda _: datetime.now(UTC))


def number_of(folder: Path) -> int:
    """The number that every row of a set has: the set is whole, and of one piece.

    Raises:
        AssertionError: it is not.
    """
    frames = [pl.read_parquet(folder / f"{name}.parquet") for name in NAMES]
    assert [frame.height for frame in frames] == [ROWS] * len(NAMES)
    found = {number for frame in frames for number in frame["number"].unique()}
    assert len(found) == 1, f"{folder.name} is of {sorted(found)}"
    return int(found.pop())


def require_whole(home: Path) -> int:
    """What readers open is whole and says what it is, and so is every set under its own name."""
    pointer = pointer_of(home)
    if pointer is None:
        assert not (home / "marts" / "current.json").exists(), "a pointer that cannot be read"
        return 0
    folder = current_set(home)
    assert folder is not None, f"no set {pointer.set_id}"
    told = told_of(folder)
    assert told is not None
    assert (told.set_id, told.published_at) == (pointer.set_id, pointer.published_at)
    for one in (home / "marts" / "sets").glob("[!.]*"):
        assert told_of(one) is not None
        number_of(one)
    return number_of(folder)
