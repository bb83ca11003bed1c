"""`twin whatif questions`: the ready questions, each answered on a page that opens offline."""

import signal
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from msgspec.structs import replace
from rich.console import Console

from infra.commands.speak import say
from infra.refusals import CommandRefused, NotFound
from twin.processes import ENDINGS, deaf, in_a_worker
from twin.whatif.emulated.running import Job, emulated
from twin.whatif.engine import run as run_exactly
from twin.whatif.report.answer import Answer
from twin.whatif.report.asking import answered
from twin.whatif.report.files import Ready, ready_questions
from twin.whatif.report.pages import write_index, write_page


def run(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Questions; all else.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the pages.")] = Path("build/whatif"),
) -> None:
    """Answer the ready questions and write a page for each, with an index.

    A page is written as soon as its question is answered; the index names every ready question
    that has a page there.
    """
    asked, done = _chosen(names or []), 0
    # not forked: the exact engine has threads in this process, whose locks a fork would copy
    with ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=in_a_worker) as pool:
        try:
            with _one_ending():
                for ready in asked:
                    _put(_answer(ready, pool), out)
                    done += 1
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise CommandRefused(
                f"ended from outside; {done} of {len(asked)} questions have their page in {out}"
            ) from None
    say(f"{done} questions answered (simulated): {out / 'index.html'}")


def _put(answer: Answer, out: Path) -> None:
    """The page of an answer, and the index with it."""
    try:
        write_page(answer, folder=out)
        write_index(ready_questions(), folder=out)
    except OSError as error:
        raise CommandRefused(f"{out} cannot be written ({error.strerror})") from error


def _chosen(names: list[str]) -> list[Ready]:
    found = {ready.name: ready for ready in ready_questions()}
    unknown = [name for name in names if name not in found]
    if unknown:
        raise NotFound(f"no ready question {unknown[0]}; there are {', '.join(found)}")
    return [found[name] for name in names or found]


def _answer(ready: Ready, pool: ProcessPoolExecutor) -> Answer:
    begun = time.monotonic()
    answer = answered(ready, run=run_exactly, runner=lambda jobs: _spread(pool, list(jobs)))
    seconds = round(time.monotonic() - begun, 1)
    Console(stderr=True).print(f"{ready.name}: {seconds:.0f} s", highlight=False)
    say("\n  ".join([ready.title, answer.finding, *answer.remarks]))
    return replace(answer, seconds=seconds)


def _spread(pool: ProcessPoolExecutor, jobs: list[Job]) -> list[dict[str, float]]:
    # the first jobs start the workers, which inherit that they do not hear signals
    with deaf():
        found = pool.map(emulated, jobs)
    return list(found)


@contextmanager
def _one_ending() -> Iterator[None]:
    """The first signal to end is an interrupt here; whoever sends it twice is heard once."""

    def ended(number: int, frame: object) -> NoReturn:
        for one in ENDINGS:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {one: signal.signal(one, ended) for one in ENDINGS}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)
