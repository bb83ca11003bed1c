"""The stage of a benchmark: a fresh local Kafka with the twin's topics and records on it."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from kafka import KafkaProducer
from msgspec import Struct

from infra.broker import running_broker
from streams import cluster
from tests.benchmarks import corpus
from tests.benchmarks.corpus import Corpus, Sent


class Stage(Struct, frozen=True):
    """A broker's address, a folder of its own, and what was put on `premises.events`."""

    bootstrap: str
    folder: Path
    corpus: Corpus


@contextmanager
def staged(made: Corpus) -> Iterator[Stage]:
    """A stage that is taken down in the end."""
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as name:
        folder = Path(name)
        with running_broker(folder / "log") as broker:
            with cluster.admin(broker.bootstrap) as client:
                cluster.ensure(client)
            send(broker.bootstrap, (*corpus.first_tick(), *made.records))
            yield Stage(broker.bootstrap, folder, made)


def send(bootstrap: str, records: Iterable[Sent]) -> None:
    """Put records on the log and await every acknowledgement."""
    producer = KafkaProducer(
        bootstrap_servers=bootstrap, acks="all", linger_ms=20, batch_size=256 * 1024
    )
    with closing(producer):
        futures = [
            producer.send(
                record.topic,
                key=record.key,
                value=record.value,
                partition=record.partition,
                headers=record.headers,
            )
            for record in records
        ]
        producer.flush()
        for future in futures:
            future.get(timeout=60)


@contextmanager
def process(module: str, *words: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A Python module as a process of its own; it ends with the block."""
    with log.open("ab") as written:
        running = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=written,
        )
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
        if running.stdout is not None:
            running.stdout.close()


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used, all its threads, user and system."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
