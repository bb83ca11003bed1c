"""A real worker process on a Kafka of its own, fed by hand, and watched from outside."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kafka import KafkaProducer

from infra.run.history import History, Home, bind_cluster
from streams import cluster, topics
from streams.partitioner import partition_of
from streams.watch import Health, Watch
from twin.campaign.plan import plan_hash, shipped_plans
from twin.events.envelope import Event, encode, headers

PATIENCE = 90.0
ROLE = ("infra.run.roles", "worker")


class WorkerStage:
    """TWIN_HOME, topics, one worker, and one producer who may send anything."""

    def __init__(self, home: Path, bootstrap: str) -> None:
        """The home has a history and its topics; the worker is started by `start`."""
        self.home = Home(home)
        self.bootstrap = bootstrap
        self.home.prepare()
        with cluster.admin(bootstrap) as client:
            cluster.ensure(client)
            bind_cluster(self.home, _history(), cluster_id=cluster.cluster_id(client), topic_ids={})
        self.watch = Watch(bootstrap, security={})
        self.produced = 0
        self._producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=5)
        self._worker: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """What the worker says."""
        return self.home.path / "logs" / "worker.log"

    def start(self, *losing: str) -> None:
        """Start the worker, or one that loses records by some rules (`forgetful_worker`)."""
        role = ("tests.streams.forgetful_worker", *losing) if losing else ROLE
        with self.log.open("ab") as log:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", *role],
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def environment(self) -> Mapping[str, str]:
        """Settings of the worker."""
        return {"TWIN_HOME": str(self.home.path), "TWIN_BROKER": self.bootstrap}

    def stop(self) -> None:
        """End the worker as the supervisor does, and wait for it."""
        if self._worker is None:
            return
        self._worker.send_signal(signal.SIGTERM)
        try:
            self._worker.wait(timeout=40)
        except subprocess.TimeoutExpired:
            self._worker.kill()
            self._worker.wait()
            raise
        finally:
            self._worker = None

    def kill(self) -> None:
        """`kill -9` of the worker."""
        assert self._worker is not None, "start comes first"
        self._worker.kill()
        self._worker.wait()
        self._worker = None

    def close(self) -> None:
        """Let go of everything."""
        self.stop()
        self._producer.close()
        self.watch.close()

    def send(
        self,
        what: Event | bytes | None,
        *,
        key: bytes | None = None,
        partition: int | None = None,
        topic: str = topics.PREMISES_EVENTS,
    ) -> tuple[int, int]:
        """Append a record; its partition and offset."""
        value, extra = what, []
        if isinstance(what, Event):
            key, value, extra = key or what.key.encode(), encode(what), headers(what)
        place = partition if partition is not None else partition_of(key or b"")
        sent = self._producer.send(topic, key=key, value=value, partition=place, headers=extra)
        found = sent.get(timeout=30)
        self.produced += topic == topics.PREMISES_EVENTS
        return found.partition, found.offset

    def await_folded(self) -> Health:
        """How things stand once every record produced so far has a verdict."""
        return self.await_that(
            lambda health: (
                health.produced == self.produced == health.outcomes.seen and health.lag == 0
            )
        )

    def await_that(self, holds: Callable[[Health], bool]) -> Health:
        """How things stand as soon as something holds."""
        deadline = time.monotonic() + PATIENCE
        while True:
            health = self.watch.look()
            if holds(health):
                return health
            running = self._worker is None or self._worker.poll() is None
            if time.monotonic() > deadline or not running:
                said = "\n".join(self.log.read_text(errors="replace").splitlines()[-40:])
                raise AssertionError(
                    f"{health}, {self.produced} sent, worker running: {running}\n{said}"
                )

    def await_end(self) -> str:
        """What the worker said until it ended by itself."""
        assert self._worker is not None, "start comes first"
        self._worker.wait(timeout=PATIENCE)
        self._worker = None
        return self.log.read_text(errors="replace")

    def twin(self, *arguments: str) -> tuple[int, str, str]:
        """`twin` in a process of its own: status, output, errors."""
        done = subprocess.run(
            [sys.executable, "-c", "from infra.cli import main; main()", *arguments],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env={**os.environ, "TWIN_HOME": str(self.home.path)},
        )
        return done.returncode, done.stdout, done.stderr

    def dead_letters(self, *arguments: str) -> Any:
        """`twin dead-letters ... --broker HOST:PORT --json`, which must succeed."""
        status, out, err = self.twin(
            "dead-letters", *arguments, "--broker", self.bootstrap, "--json"
        )
        assert status == 0, err
        return json.loads(out)


def _history() -> History:
    return History(
        premises=100,
        seed=1,
        starts=date(2017, 4, 1),
        ends=date(2018, 1, 1),
        tick_hours=24,
        broker="local",
        plans={plan.campaign_id: plan_hash(plan) for plan in shipped_plans()},
        catalogue="shipped",
    )
