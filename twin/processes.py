"""Jobs in processes of their own, for what the interpreter lets only one thread do at a time."""

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Final, TypeVar

ENDINGS: Final = (signal.SIGINT, signal.SIGTERM)
"""Signals to end, which are for the process that asks."""
Job = TypeVar("Job")
Found = TypeVar("Found")


def spread(work: Callable[[Job], Found], jobs: Sequence[Job]) -> Iterator[Found]:
    """What each job comes to, in their order; where one processor is, here and one by one.

    Work, jobs and what is found must be such that they can be sent (pickle). What a job raises is
    raised here. Not for the page server: a new process begins by running `__main__`, and Streamlit
    puts the script of a page there.
    """
    processes = min(len(os.sched_getaffinity(0)), len(jobs))
    if processes < 2:
        yield from map(work, jobs)
        return
    # not forked: threads of this process hold locks, which a fork would copy
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=in_a_worker
    ) as pool:
        try:
            with deaf():
                found = pool.map(work, jobs)
            yield from found
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def deaf() -> Iterator[None]:
    """Processes that are started within this hear no signals to end; this one hears them after."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDINGS)


def in_a_worker() -> None:
    """A worker, which hears no signals, ends with the process that asks it."""
    Thread(target=_end_with_the_asker, daemon=True).start()


def _end_with_the_asker() -> None:
    asker = parent_process()
    if asker is not None:
        asker.join()
        os._exit(1)
