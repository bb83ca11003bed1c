"""`twin whatif questions`: the ready questions, each answered on a page that opens offline."""

import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from infra.commands.speak import say
from infra.refusals import CommandRefused, NotFound
from twin.whatif.emulated.running import Job, emulated
from twin.whatif.engine import run as run_exactly
from twin.whatif.report.answer import Answer
from twin.whatif.report.asking import answered
from twin.whatif.report.files import Ready, ready_questions
from twin.whatif.report.pages import write_pages


def run(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Questions; all else.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of the pages.")] = Path("build/whatif"),
) -> None:
    """Answer the ready questions and write a page for each, with an index."""
    asked = _chosen(names or [])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # not forked: the exact engine has threads in this process, whose locks a fork would copy
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        try:
            answers = [_answer(ready, pool) for ready in asked]
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise CommandRefused("ended from outside; no page is written") from None
    try:
        place = write_pages(answers, folder=out)
    except OSError as error:
        raise CommandRefused(f"{out} cannot be written ({error.strerror})") from error
    say(f"{len(answers)} questions answered (simulated): {place}")


def _chosen(names: list[str]) -> list[Ready]:
    found = {ready.name: ready for ready in ready_questions()}
    unknown = [name for name in names if name not in found]
    if unknown:
        raise NotFound(f"no ready question {unknown[0]}; there are {', '.join(found)}")
    return [found[name] for name in names or found]


def _answer(ready: Ready, pool: ProcessPoolExecutor) -> Answer:
    begun = time.monotonic()

    answer = answered(ready, run=run_exactly, runner=lambda jobs: _spread(pool, list(jobs)))
    Console(stderr=True).print(f"{ready.name}: {time.monotonic() - begun:.0f} s", highlight=False)
    say(f"{ready.title}\n  {answer.finding}")
    return answer


def _spread(pool: ProcessPoolExecutor, jobs: list[Job]) -> list[dict[str, float]]:
    return list(pool.map(emulated, jobs))
