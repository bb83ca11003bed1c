"""A real Kafka, from its first start to `kill -9` and back."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition

from infra.broker import BrokerRunning, BrokerUnavailable, LocalBroker, running_broker

pytestmark = pytest.mark.kafka
TOPIC = "premises.events"
PARTITIONS = 12


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "my twin"  # Java meets the space in three places


def test_records_groups_and_address_outlive_a_stop(home):
    with running_broker(home) as broker:
        first = (broker.bootstrap, broker.cluster_id)
        create_topic(broker.bootstrap)
        produce(broker.bootstrap, range(100))
        commit(broker.bootstrap, group="archiver", offset=7)
        with pytest.raises(BrokerRunning, match=broker.bootstrap):
            LocalBroker(home).prepare()
    assert not broker.is_running()

    with running_broker(home) as broker:
        assert (broker.bootstrap, broker.cluster_id) == first
        assert consume(broker.bootstrap) == set(range(100))
        assert committed(broker.bootstrap, group="archiver") == 7


@pytest.mark.faults
def test_kill_and_restart_keep_every_acknowledged_record(home):
    with broker_process(home) as (broker, process):
        create_topic(broker.bootstrap)
        produce(broker.bootstrap, range(5000))
        process.kill()
        process.wait()
        assert not broker.is_running()

    with broker_process(home) as (broker, process):
        produce(broker.bootstrap, range(5000, 5100))
        assert consume(broker.bootstrap) == set(range(5100))
        process.terminate()
        assert process.wait(30) == 128 + signal.SIGTERM


def test_broker_moves_when_its_ports_are_taken(home):
    broker = LocalBroker(home)
    broker.prepare()
    address, cluster_id = broker.bootstrap, broker.cluster_id
    port = int(address.rsplit(":", 1)[1])

    with socket.create_server(("127.0.0.1", port)), running_broker(home) as moved:
        assert moved.bootstrap != address
        assert moved.cluster_id == cluster_id


def test_format_that_was_cut_short_is_begun_again(home):
    leftover = home / "kafka" / "data.draft"
    leftover.mkdir(parents=True)
    (leftover / "meta.properties").write_text("half a f")
    broker = LocalBroker(home)

    broker.prepare()

    assert len(broker.cluster_id) == 22
    assert not leftover.exists()


def test_death_while_starting_is_one_sentence(home):
    broker = LocalBroker(home)
    broker.prepare()
    (home / "kafka" / "server.properties").write_text("process.roles=juggler\n")
    process = subprocess.Popen(broker.command(), stderr=subprocess.DEVNULL)

    with pytest.raises(BrokerUnavailable, match=r"ended before it was ready.*server\.log"):
        broker.wait_ready(timeout=60, alive=lambda: process.poll() is None)


def test_time_running_out_is_one_sentence(home):
    broker = LocalBroker(home)
    broker.prepare()

    with pytest.raises(BrokerUnavailable, match=r"gave no answer within 0\.2 seconds"):
        broker.wait_ready(timeout=0.2)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_broker_dies_with_its_parent(home):
    script = (
        "import sys; from pathlib import Path; from infra.broker import running_broker\n"
        "with running_broker(Path(sys.argv[1])): print('ready', flush=True); sys.stdin.read()"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with parent:
        assert parent.stdout
        assert parent.stdout.readline() == b"ready\n"
        broker = LocalBroker(home)
        assert broker.is_running()

        parent.kill()

    wait_until(lambda: not broker.is_running())


def test_module_refuses_with_one_line_and_status_one(home):
    home.touch()

    result = subprocess.run(
        [sys.executable, "-m", "infra.broker", "--home", str(home)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert result.stderr.count("\n") == 1
    assert "cannot be written" in result.stderr


@contextmanager
def broker_process(home: Path) -> Iterator[tuple[LocalBroker, subprocess.Popen[bytes]]]:
    """Start as a supervisor does, so that the pid is the broker's own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.broker", "--home", str(home)], stdout=subprocess.PIPE
    )
    with process:
        try:
            assert process.stdout
            assert process.stdout.readline().startswith(b"Kafka starts on 127.0.0.1:")
            broker = LocalBroker(home)
            broker.wait_ready(timeout=90, alive=lambda: process.poll() is None)
            os.kill(process.pid, 0)
            yield broker, process
        finally:
            process.kill()


def wait_until(happened: Callable[[], bool], *, timeout: float = 30.0) -> None:
    deadline = time.monotonic() + timeout
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def create_topic(bootstrap: str) -> None:
    with KafkaAdminClient(bootstrap_servers=bootstrap) as admin:
        admin.create_topics({TOPIC: {"num_partitions": PARTITIONS, "replication_factor": 1}})


def produce(bootstrap: str, numbers: range) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", linger_ms=5)
    try:
        sent = [
            producer.send(TOPIC, str(number).encode(), partition=number % PARTITIONS)
            for number in numbers
        ]
        for record in sent:
            record.get(timeout=30)
    finally:
        producer.close()


def consume(bootstrap: str) -> set[int]:
    """Read every partition from its start to its end as it stands now."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap, group_id=None, auto_offset_reset="earliest"
    )
    try:
        partitions = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        ends = consumer.end_offsets(partitions)
        found: set[int] = set()
        deadline = time.monotonic() + 30
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            assert time.monotonic() < deadline, "the records did not come in time"
            for records in consumer.poll(timeout_ms=500).values():
                found.update(int(record.value) for record in records)
        return found
    finally:
        consumer.close()


def commit(bootstrap: str, *, group: str, offset: int) -> None:
    consumer = KafkaConsumer(
        TOPIC, bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False
    )
    try:
        partition = TopicPartition(TOPIC, 0)
        wait_until(lambda: consumer.poll(timeout_ms=100) is not None and consumer.assignment())
        consumer.seek(partition, offset)
        consumer.commit()
    finally:
        consumer.close()


def committed(bootstrap: str, *, group: str) -> int | None:
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=group)
    try:
        return consumer.committed(TopicPartition(TOPIC, 0))
    finally:
        consumer.close()
