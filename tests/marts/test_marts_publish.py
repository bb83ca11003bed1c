"""Published sets: whole, swapped at once, old ones removed only when nobody can read them."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from twin.marts.publish import BadSetId, current_set, publish

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FRAMES = {"summary": pl.DataFrame({"capable_premises": [1]})}


def test_nothing_published_is_no_set(tmp_path):
    assert current_set(tmp_path) is None


def test_a_published_set_is_the_current_one_and_whole(tmp_path):
    folder = publish(FRAMES, home=tmp_path, set_id="one", now=NOW)
    assert current_set(tmp_path) == folder == tmp_path / "marts" / "sets" / "one"
    assert pl.read_parquet(folder / "summary.parquet").rows() == [(1,)]
    assert not [path for path in folder.parent.iterdir() if path.name.startswith(".")]


def test_lake_files_are_named_from_the_home_so_that_it_may_move(tmp_path):
    inside, outside = tmp_path / "lake" / "a.parquet", tmp_path.parent / "b.parquet"
    frames = {"files": pl.DataFrame({"path": [str(inside), str(outside)]})}
    folder = publish(frames, home=tmp_path, set_id="one", now=NOW)
    named = pl.read_parquet(folder / "files.parquet")["path"].to_list()
    assert named == ["lake/a.parquet", str(outside.resolve())]


def test_old_sets_go_but_neither_the_young_nor_the_current(tmp_path):
    for n in range(8):
        publish(FRAMES, home=tmp_path, set_id=f"s{n}", now=NOW + timedelta(seconds=20 * n), keep=2)
    kept = {path.name for path in (tmp_path / "marts" / "sets").iterdir()}
    # the newest two, and those younger than a minute
    assert kept == {"s5", "s6", "s7"}
    later = NOW + timedelta(hours=1)
    publish(FRAMES, home=tmp_path, set_id="last", now=later, keep=1)
    assert {path.name for path in (tmp_path / "marts" / "sets").iterdir()} == {"last"}


def test_what_a_crash_left_behind_is_swept_later_and_never_read(tmp_path):
    folder = publish(FRAMES, home=tmp_path, set_id="one", now=NOW)
    unfinished = folder.with_name(".two.1")
    folder.rename(unfinished)
    assert current_set(tmp_path) is None
    publish(FRAMES, home=tmp_path, set_id="three", now=NOW + timedelta(seconds=30))
    assert unfinished.exists()
    publish(FRAMES, home=tmp_path, set_id="four", now=NOW + timedelta(seconds=90))
    assert not unfinished.exists()


class Killed(BaseException):
    """Nothing that is written down as an exception runs after a kill."""


def test_a_kill_while_an_old_set_is_let_go_leaves_nothing_half_of_its_name(tmp_path, monkeypatch):
    sets = tmp_path / "marts" / "sets"

    def killed(path: Path, **_: object) -> None:
        if path.exists():
            (path / "published.json").unlink()
            raise Killed

    publish(FRAMES, home=tmp_path, set_id="one", now=NOW, keep=1)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", killed)
        with pytest.raises(Killed):
            publish(FRAMES, home=tmp_path, set_id="two", now=NOW + timedelta(hours=1), keep=1)
    assert {path.name for path in sets.iterdir()} == {"two", ".one.gone"}
    (sets / ".three.99999999").mkdir()  # a draft of a process that is no more, and said nothing
    publish(FRAMES, home=tmp_path, set_id="four", now=NOW + timedelta(hours=2), keep=1)
    assert {path.name for path in sets.iterdir()} == {"four"}


@pytest.mark.parametrize("set_id", ["", "../up", "a/b", ".hidden", "x" * 65])
def test_a_set_id_is_a_plain_name(tmp_path, set_id):
    with pytest.raises(BadSetId):
        publish(FRAMES, home=tmp_path, set_id=set_id, now=NOW)


def test_a_set_never_changes(tmp_path):
    publish(FRAMES, home=tmp_path, set_id="one", now=NOW)
    with pytest.raises(BadSetId):
        publish(FRAMES, home=tmp_path, set_id="one", now=NOW)


@pytest.mark.parametrize("text", ["", "{", '{"set_id": "../..", "published_at": "2026-01-01"}'])
def test_a_broken_pointer_is_no_set(tmp_path, text):
    publish(FRAMES, home=tmp_path, set_id="one", now=NOW)
    (tmp_path / "marts" / "current.json").write_text(text)
    assert current_set(tmp_path) is None
