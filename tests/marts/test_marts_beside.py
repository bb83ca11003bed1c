"""Another version of the marts beside the first: readers see the one or the other, always whole."""

import shutil
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from twin.marts.beside import Compared, NothingBeside, back, build_beside, compare, switch
from twin.marts.lines import line
from twin.marts.publish import current_set, pointer_of, publish

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OLD, NEW = "old-line", "new-line"
MARTS = ("summary", "waves", "pins")


def frames(version: str, *, nth: int = 0) -> dict[str, pl.DataFrame]:
    return {name: pl.DataFrame({"line": [version], "nth": [nth]}) for name in MARTS}


def live(home: Path, nth: int, *, of: str = OLD, keep: int = 5) -> None:
    """What the publisher of a line does at every set."""
    at = NOW + timedelta(seconds=nth)
    publish(frames(of, nth=nth), home=home, set_id=f"{of}-{nth}", now=at, line=of, keep=keep)


def shown(home: Path) -> tuple[str, int]:
    """What a page reads: every mart of the set that it has opened, which say the same."""
    folder = current_set(home)
    assert folder is not None
    rows = {pl.read_parquet(folder / f"{name}.parquet").row(0) for name in MARTS}
    (row,) = rows
    return row


def test_built_compared_switched_and_back(tmp_path: Path) -> None:
    live(tmp_path, 1)
    build_beside(frames(NEW, nth=1), home=tmp_path, line=NEW, now=NOW)
    assert shown(tmp_path) == (OLD, 1)
    assert compare(tmp_path, line=NEW) == [Compared(name, 1, 1) for name in sorted(MARTS)]
    live(tmp_path, 2)
    assert switch(tmp_path, line=NEW).over == OLD
    assert shown(tmp_path) == (NEW, 1)
    live(tmp_path, 3)
    assert shown(tmp_path) == (NEW, 1), "the old line goes on, but no page opens it"
    live(tmp_path, 4, of=NEW)
    assert shown(tmp_path) == (NEW, 4)
    assert back(tmp_path).set_id == f"{OLD}-3"
    assert shown(tmp_path) == (OLD, 3)
    live(tmp_path, 5, of=NEW)
    assert shown(tmp_path) == (OLD, 3)
    live(tmp_path, 6)
    assert shown(tmp_path) == (OLD, 6)
    assert back(tmp_path).set_id == f"{NEW}-5"


def test_the_way_back_is_kept_however_much_is_published(tmp_path: Path) -> None:
    live(tmp_path, 1)
    build_beside(frames(NEW), home=tmp_path, line=NEW, now=NOW)
    switch(tmp_path, line=NEW)
    for nth in range(100, 110):
        live(tmp_path, 200 * nth, of=NEW, keep=2)
    kept = {path.name for path in (tmp_path / "marts" / "sets").iterdir()}
    assert f"{OLD}-1" in kept
    assert len(kept) <= 4
    assert back(tmp_path).set_id == f"{OLD}-1"


def test_a_third_version_is_no_prisoner_of_a_switch(tmp_path: Path) -> None:
    live(tmp_path, 1)
    build_beside(frames(NEW), home=tmp_path, line=NEW, now=NOW)
    switch(tmp_path, line=NEW)
    live(tmp_path, 2, of="third")
    assert shown(tmp_path) == ("third", 2)
    pointer = pointer_of(tmp_path)
    assert pointer is not None
    assert pointer.over is None


def test_what_differs_is_named(tmp_path: Path) -> None:
    here = {
        "a": pl.DataFrame({"times": [1, 1, 2]}),
        "b": pl.DataFrame({"n": [1]}),
        "c": pl.DataFrame({"n": [None, 2]}),
        "gone": pl.DataFrame({"n": [1]}),
    }
    there = {
        "a": pl.DataFrame({"times": [2, 1, 3]}),
        "b": pl.DataFrame({"n": ["1"], "more": [1]}),
        "c": pl.DataFrame({"n": [2, None]}),
        "new": pl.DataFrame({"n": [1, 2]}),
    }
    publish(here, home=tmp_path, set_id="one", now=NOW, line=OLD)
    build_beside(there, home=tmp_path, line=NEW, now=NOW)
    assert compare(tmp_path, line=NEW) == [
        Compared("a", 1, 1),
        Compared("b", 1, 1, ("n", "more")),
        Compared("c", 0, 0),
        Compared("gone", 1, None),
        Compared("new", None, 2),
    ]


def test_nothing_beside_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(NothingBeside, match="no set is published"):
        compare(tmp_path, line=NEW)
    live(tmp_path, 1)
    for way in (compare, switch):
        with pytest.raises(NothingBeside, match="no set of line new-line stands beside"):
            way(tmp_path, line=NEW)
    with pytest.raises(NothingBeside, match="were not switched away"):
        back(tmp_path)
    assert shown(tmp_path) == (OLD, 1)


def test_readers_never_stop_while_versions_are_switched(tmp_path: Path) -> None:
    """Four readers run from the first set to the last, over thirty switches to and fro."""
    live(tmp_path, 0)
    over, faults = threading.Event(), list[BaseException]()
    seen: list[set[str]] = [set() for _ in range(4)]
    begun = threading.Barrier(5)

    def read(lines: set[str]) -> None:
        begun.wait()
        try:
            while not over.is_set():
                lines.add(shown(tmp_path)[0])
        except BaseException as fault:
            faults.append(fault)

    readers = [threading.Thread(target=read, args=(lines,)) for lines in seen]
    for reader in readers:
        reader.start()
    begun.wait()
    for nth in range(1, 16):
        live(tmp_path, 2 * nth)
        build_beside(
            frames(NEW, nth=nth), home=tmp_path, line=NEW, now=NOW + timedelta(seconds=nth)
        )
        switch(tmp_path, line=NEW)
        live(tmp_path, 2 * nth + 1)
        back(tmp_path)
    over.set()
    for reader in readers:
        reader.join()
    assert faults == []
    assert set().union(*seen) == {OLD, NEW}


def test_the_line_of_this_code_is_stable() -> None:
    assert line() == line()
    assert len(line()) == 16


def test_a_kill_while_a_set_beside_is_replaced_leaves_none_rather_than_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live(tmp_path, 1)
    folder = build_beside(frames(NEW, nth=1), home=tmp_path, line=NEW, now=NOW)

    def killed(path: Path, **_: object) -> None:
        if path.exists():
            (path / "waves.parquet").unlink()
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", killed)
        with pytest.raises(KeyboardInterrupt):
            build_beside(frames(NEW, nth=2), home=tmp_path, line=NEW, now=NOW)
    assert not folder.exists()
    with pytest.raises(NothingBeside):
        switch(tmp_path, line=NEW)
    build_beside(frames(NEW, nth=3), home=tmp_path, line=NEW, now=NOW)
    switch(tmp_path, line=NEW)
    assert shown(tmp_path) == (NEW, 3)
