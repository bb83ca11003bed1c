"""The shares of a generated fleet: in this process, or each in a process of its own."""

import gc
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

from infra.run.actors import field_of
from infra.run.bound import end_with_parent
from infra.run.equipment import Equipment
from infra.run.history import Home
from infra.run.kept_states import keeper_of
from streams import topics
from streams.archive import open_lake
from streams.partitioner import partition_of
from twin.generate.crew import Crew, at_hand
from twin.generate.keeping import Keeping
from twin.generate.log import PREMISES_EVENTS
from twin.generate.share import Share
from twin.generate.told import Partition
from twin.lake.slices import Slice
from twin.lake.table import Lake
from twin.refusal import Refusal

WORTH_A_PROCESS: Final = 2_000
"""Premises for which it pays to start one more process."""


class ShareLost(Refusal):
    """A process of a share ended before its history; the sentence says how."""


@contextmanager
def crew_of(home: Home, equipment: Equipment, lake: Lake, processes: int | None) -> Iterator[Crew]:
    """The fleet in so many shares, each in a process (None: as many as pay and the machine has).

    Raises:
        ShareLost: a process ended while it was asked.
    """
    count = min(processes or _fitting(equipment), topics.PARTITIONS)
    parts = [range(nth, topics.PARTITIONS, count) for nth in range(count)]
    if count == 1:
        yield at_hand(share_of(equipment, parts[0], lake=lake, home=home.path))
        return
    with _processes(home, parts) as lines:
        yield Crew(lambda name, *args: asked(lines, name, args))


def share_of(equipment: Equipment, numbers: Sequence[int], *, lake: Lake, home: Path) -> Share:
    """The share of some partitions before the first tick, to go on where the lake stands."""
    epoch = equipment.history.epoch
    partition_by_name: dict[str, int] = {}

    def holds(name: str) -> bool:
        number = partition_of.__wrapped__(name.encode())  # a million are not to be kept there too
        if number in numbers:
            partition_by_name[name] = number
        return number in numbers

    stands = lake.positions()
    return Share(
        field=field_of(equipment, holds=holds, for_good=True, named=False),
        keeping=Keeping(share=numbers[0], capable_version=equipment.catalogue.capable_version),
        partitions={
            number: Partition(
                number,
                epoch=epoch,
                stands=stands.get(Slice(PREMISES_EVENTS, epoch, number), 0),
            )
            for number in numbers
        },
        partition_of=partition_by_name,
        folder=lake.path,
        keep=keeper_of(home),
    )


@contextmanager
def rare_collections() -> Iterator[None]:
    """States hold no cycles, and looking for some in millions of them takes most of the time."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 1_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _fitting(equipment: Equipment) -> int:
    worth = equipment.history.premises // WORTH_A_PROCESS
    return max(1, min(len(os.sched_getaffinity(0)), worth))


@contextmanager
def _processes(home: Home, parts: Sequence[Sequence[int]]) -> Iterator[list[Connection]]:
    """A process a share, which is ended when nobody asks it any more, or with this process."""
    context = get_context("spawn")  # a fork would take over the threads of delta-rs half
    lines: list[Connection] = []
    started = []
    for numbers in parts:
        ours, theirs = context.Pipe()
        process = context.Process(target=_work, args=(home.path, list(numbers), theirs))
        process.start()
        theirs.close()
        lines.append(ours)
        started.append(process)
    try:
        yield lines
    finally:
        for line in lines:
            line.close()
        for process in started:
            process.kill()  # what it has not written into the lake by now is generated again
            process.join()


def _work(path: Path, numbers: list[int], line: Connection) -> None:
    """A process of a share: it answers until its line is closed."""
    end_with_parent(signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the one that asks
    with rare_collections(), suppress(EOFError, BrokenPipeError):
        share = share_of(Equipment.of(path), numbers, lake=open_lake(path), home=path)
        while True:
            name, args = line.recv()
            line.send(_answer(share, name, args))


def _answer(share: Share, name: str, args: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    try:
        return getattr(share, name)(*args), None
    except Exception as error:
        return None, error


def asked(lines: Sequence[Connection], name: str, args: tuple[Any, ...]) -> list[Any]:
    """All shares are asked before the first answer is awaited."""
    try:
        for line in lines:
            line.send((name, args))
        answers = [line.recv() for line in lines]
    except (EOFError, OSError) as error:
        raise ShareLost("a process of the generation ended early; start it again") from error
    for _, raised in answers:
        if raised is not None:
            raise raised
    return [found for found, _ in answers]
