"""Homes whose marts are looked at: a copy of a finished run's set, or a sample; and sets that come.

`TWIN_HOME` names a finished run; where nothing is published under it, a small sample stands in.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import polars as pl

from dashboards.queries import PublishedSet, open_current
from dashboards.settings import HOME
from tests.marts import sample
from twin.marts.publish import publish

SET_EVERY_S: Final = 1.0
"""As often as the publisher of a run that is watched publishes about."""


def viewed_home(folder: Path) -> Path:
    """A home under `folder` with the newest set of the finished run, published just now."""
    found = open_current(Path(os.environ.get(HOME, ".twin")).resolve())
    if found is None:
        sample.sample_home(folder)
        found = open_current(folder)
        assert found is not None
    copied(found, folder)
    return folder


def copied(found: PublishedSet, home: Path) -> None:
    """Publish a set again under another home, as of now; its lake files stay where they are."""
    root = found.folder.parents[2].resolve()
    files = [str(path) for path in found.lake_files(root)]
    _again(found, home, files=pl.DataFrame({"path": files}, schema={"path": pl.String}))


def _again(found: PublishedSet, home: Path, *, files: pl.DataFrame) -> None:
    now = datetime.now(UTC)
    set_id = f"{now:%Y%m%dT%H%M%S%f}-0"
    meta = found.mart("meta").with_columns(
        pl.lit(set_id).alias("set_id"),
        *(pl.lit(now).alias(name) for name in ("published_at", "newest_logged_at")),
    )
    publish({**found.frames, "meta": meta, "files": files}, home=home, set_id=set_id, now=now)


@contextmanager
def sets_coming(home: Path, *, every: float = SET_EVERY_S) -> Iterator[list[int]]:
    """New sets are published under `home` within the block; the list counts them."""
    found = open_current(home)
    assert found is not None, f"nothing is published under {home}"
    held, stop, count = found, threading.Event(), [0]

    def publishing() -> None:
        while not stop.wait(every):
            _again(held, home, files=held.mart("files"))
            count[0] += 1

    thread = threading.Thread(target=publishing, name="sets", daemon=True)
    thread.start()
    try:
        yield count
    finally:
        stop.set()
        thread.join()


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and of all that descend from it, in seconds, from /proc."""
    ticks = sum(sum(map(int, _stat(one)[11:15])) for one in _family(pid))
    return ticks / os.sysconf("SC_CLK_TCK")


def resident_mb(pid: int) -> float:
    """Resident memory of a process and of all that descend from it, in MB, from /proc."""
    pages = sum(int(_stat(one)[21]) for one in _family(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _family(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parents.setdefault(int(_stat(int(path.name))[1]), []).append(int(path.name))
        except OSError:
            continue  # it has ended meanwhile
    found = [pid]
    for one in found:
        found += parents.get(one, [])
    return found


def _stat(pid: int) -> list[str]:
    """The fields of `stat` behind the name: state, parent ..."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()


def wait_until(moment: float) -> None:
    """Wait for a moment of the monotonic clock; a measurement by the clock has nothing to await."""
    time.sleep(max(0.0, moment - time.monotonic()))
