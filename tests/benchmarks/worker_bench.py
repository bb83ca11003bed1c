"""The live worker against a plain Faust app: events a second, table and changelog included.

Both are measured from 10 % to 100 % of their records, so that starting up does not count. Ours
counts an event when the standing behind it is on the log, which is after table, changelog and
tallies; the peer counts it when it has set its table's key.
"""

import statistics
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from subprocess import Popen
from typing import Final
from uuid import uuid4

import msgspec
from kafka import KafkaConsumer
from kafka import TopicPartition as Place
from msgspec import Struct

from streams import ledger, topics
from streams.log import consumer_of, ends_of
from tests.benchmarks.measure import Measure
from tests.benchmarks.stage import Stage, cpu_seconds, process

REQUIRED: Final = 3.0
ROUNDS: Final = 2
PEER_EVENTS: Final = 15_000
BEGINS: Final = 0.1
GIVE_UP_SECONDS: Final = 60.0


class Rate(Struct, frozen=True):
    """Events of a steady part, its length in seconds, and the process's own processor time."""

    events: int
    seconds: float
    cpu_seconds: float

    @property
    def a_second(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    @property
    def a_cpu_second(self) -> float:
        """Events a second of processor time: steadier where others use the machine as well."""
        return self.events / self.cpu_seconds


def measure(stage: Stage) -> list[Measure]:
    """Alternate the two, and compare their medians."""
    ours, peers = [], []
    for _ in range(ROUNDS):
        ours.append(our_rate(stage))
        peers.append(peer_rate(stage))
    return [
        _compared("live worker: fold, table, changelog, tallies", ours, peers, required=REQUIRED),
        _compared("the same, by processor time", ours, peers, required=None),
    ]


def _compared(name: str, ours: list[Rate], peers: list[Rate], *, required: float | None) -> Measure:
    by_cpu = required is None
    our, peer = (
        [rate.a_cpu_second if by_cpu else rate.a_second for rate in rates]
        for rates in (ours, peers)
    )
    ratio = statistics.median(our) / statistics.median(peer)
    limit = "" if required is None else f", at least {required:.0f} x"
    return Measure(
        name=name,
        ours=f"{statistics.median(our):,.0f} events/s",
        against=f"plain Faust {statistics.median(peer):,.0f} events/s{limit}",
        ratio=ratio,
        holds=None if required is None else ratio >= required,
        figures={
            **{f"ours_{n}": round(rate) for n, rate in enumerate(our, start=1)},
            **{f"peer_{n}": round(rate) for n, rate in enumerate(peer, start=1)},
        },
    )


def our_rate(stage: Stage, *, profile: Path | None = None) -> Rate:
    """The rate of a worker that begins with nothing."""
    app_id = f"ours-{uuid4().hex[:8]}"
    folder = stage.folder / app_id
    words = [app_id, stage.bootstrap, str(folder), *([str(profile)] if profile else [])]
    with closing(consumer_of(stage.bootstrap)) as consumer:
        place = Place(topics.CAMPAIGN_TALLIES, 0)
        consumer.assign([place])
        consumer.seek(place, ends_of(consumer, topics.CAMPAIGN_TALLIES)[0])
        with process(
            "tests.benchmarks.our_worker", *words, log=stage.folder / f"{app_id}.log"
        ) as running:
            wanted = len(stage.corpus.records)
            return _rate(_totals(consumer, running), running.pid, wanted=wanted)


def _totals(consumer: KafkaConsumer, running: Popen[bytes]) -> Iterator[tuple[float, int]]:
    """Moment in seconds, and events folded by then, as the standings on the log have it."""
    offsets: dict[int, int] = {}
    moved = time.monotonic()
    while running.poll() is None and time.monotonic() - moved < GIVE_UP_SECONDS:
        for records in consumer.poll(timeout_ms=200).values():
            moved = time.monotonic()
            for record in records:
                if record.key.startswith(b"standing|"):
                    standing = ledger.decode_standing(record.value)
                    offsets[standing.partition] = standing.offset
                    yield record.timestamp / 1000, sum(offsets.values())
    raise RuntimeError("the worker ended, or stood still, before it had folded all")


def _rate(totals: Iterator[tuple[float, int]], pid: int, *, wanted: int) -> Rate:
    began: tuple[float, int, float] | None = None
    for moment, total in totals:
        if began is None and total >= BEGINS * wanted:
            began = (moment, total, cpu_seconds(pid))
        elif began is not None and total >= wanted:
            return Rate(total - began[1], moment - began[0], cpu_seconds(pid) - began[2])
    raise RuntimeError("the standings ended before all was folded")


def peer_rate(stage: Stage) -> Rate:
    """The rate of the plain app, on the first records of the same topic."""
    app_id = f"plain-{uuid4().hex[:8]}"
    count = min(PEER_EVENTS, len(stage.corpus.records))
    words = [app_id, stage.bootstrap, str(stage.folder / app_id), str(count)]
    with process(
        "tests.benchmarks.plain_faust", *words, log=stage.folder / f"{app_id}.log"
    ) as running:
        for line in running.stdout or ():
            if line.startswith(b"{"):
                return msgspec.json.decode(line, type=Rate)
    raise RuntimeError("the plain app ended before it had folded all")
