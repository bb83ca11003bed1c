"""A process that generates a history and is killed at one of its steps; no broker is needed."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal
from unittest.mock import patch

from infra.cli import main
from infra.commands import generate
from infra.run import generating
from twin.lake import data_files
from twin.lake.table import Lake

COMMIT_ROWS = 60
Stage = Literal["writing", "sorting"]


def words(home: Path) -> tuple[str, ...]:
    """A month of forty premises: a hundred steps of writing, and some thirty of sorting."""
    period = ("--from", "2017-05-20", "--to", "2017-06-20", "--premises", "40", "--seed", "5")
    return ("fleet", "generate", *period, "--processes", "1", "--to-lake", str(home))


def started(home: Path, stage: Stage, step: int) -> BaseProcess:
    """Start it; the libraries are loaded already, but none was used."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=generate_until_killed, args=(home, stage, step))
    process.start()
    return process


def generate_until_killed(home: Path, stage: Stage, step: int) -> None:
    """Killed at a step of a stage: before a file or a commit is on the disk, or behind it."""
    sort_lake = generate.sort_lake
    kill = Countdown(step)

    def sort(path: Path) -> Any:
        with kill.armed():
            return sort_lake(path)

    generating.COMMIT_ROWS = COMMIT_ROWS  # type: ignore[misc]
    sys.argv = ["twin", *words(home)]
    if stage == "sorting":
        generate.sort_lake = sort
        main()
    with kill.armed():
        main()


class Countdown:
    """Counts steps down, and kills its own process at the last one."""

    def __init__(self, steps: int) -> None:
        """So many steps are taken."""
        self._left = steps

    @contextmanager
    def armed(self) -> Iterator[None]:
        """Every sync of a file and every commit has a step before it and one behind it."""
        with (
            patch.object(data_files, "sync", self._stepped(data_files.sync)),
            patch.object(Lake, "_commit", self._stepped(Lake._commit)),
        ):
            yield

    def _stepped(self, whole: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **named: Any) -> Any:
            self._step()
            found = whole(*args, **named)
            self._step()
            return found

        return stepped

    def _step(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
