"""Topics are made exactly as the contract says, and whatever differs later is named (F10)."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType

from streams import cluster, log, topics
from streams.cluster import TopicDrift

pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def client(own_broker: str) -> Iterator[KafkaAdminClient]:
    with cluster.admin(own_broker) as admin:
        yield admin


@pytest.fixture(autouse=True)
def as_agreed(client: KafkaAdminClient) -> None:
    """Every test starts with the topics of the contract."""
    cluster.ensure(client)


def alter(client: KafkaAdminClient, name: str, **configs: str) -> None:
    changed = {key.replace("_", "."): value for key, value in configs.items()}
    client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=changed)])


def settle(client: KafkaAdminClient, *, holds: bool) -> str:
    """What `check` comes to say once the broker has taken a change in."""
    deadline = time.monotonic() + 15
    while True:
        try:
            cluster.check(client)
            said = ""
        except TopicDrift as drift:
            said = str(drift)
        if (said == "") is holds or time.monotonic() > deadline:
            return said


def config_of(client: KafkaAdminClient, name: str) -> dict[str, Any]:
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    found = client.describe_configs([resource], config_filter="all")["topic"][name]
    return {key: held["value"] if isinstance(held, dict) else held for key, held in found.items()}


def test_twelve_topics_of_these_shapes(client: KafkaAdminClient) -> None:
    described = {found["name"]: len(found["partitions"]) for found in client.describe_topics()}
    assert {name: n for name, n in described.items() if not name.startswith("_")} == {
        "premises.events": 12,
        "premises.dead-letters": 12,
        "premises.orders": 12,
        "field.requests": 12,
        "campaign.commands": 1,
        "campaign.events": 1,
        "campaign.tallies": 1,
        "programme.events": 1,
        "dcc.messages": 12,
        "device.register": 12,
        "clock.ticks": 1,
        "clock.settled": 1,
    }


@pytest.mark.peer_fault("PF-hawkbit-55")
@pytest.mark.parametrize("topic", topics.TOPICS, ids=lambda topic: topic.name)
def test_kept_for_ever_and_stamped_by_the_log(
    client: KafkaAdminClient, topic: topics.Topic
) -> None:
    configs = config_of(client, topic.name)
    assert configs["retention.ms"] == "-1"
    assert configs["retention.bytes"] == "-1"
    assert configs["message.timestamp.type"] == "LogAppendTime"
    assert configs["max.message.bytes"] == str(4 * 1024 * 1024)
    compacted = ("campaign.tallies", "device.register")
    expected = "compact" if topic.name in compacted else "delete"
    assert configs["cleanup.policy"] == expected


def test_what_was_made_holds_and_making_again_changes_nothing(client: KafkaAdminClient) -> None:
    cluster.check(client)
    cluster.ensure(client)
    cluster.check(client)


@pytest.mark.parametrize(
    ("name", "change", "back", "sentence"),
    [
        (
            "premises.events",
            {"retention_ms": "604800000"},
            {"retention_ms": "-1"},
            "topic premises.events has retention.ms=604800000, the contract says -1",
        ),
        (
            "premises.dead-letters",
            {"retention_bytes": "1048576"},
            {"retention_bytes": "-1"},
            "topic premises.dead-letters has retention.bytes=1048576, the contract says -1",
        ),
        (
            "campaign.events",
            {"cleanup_policy": "compact"},
            {"cleanup_policy": "delete"},
            "topic campaign.events has cleanup.policy=compact, the contract says delete",
        ),
        (
            "campaign.tallies",
            {"cleanup_policy": "compact,delete"},
            {"cleanup_policy": "compact"},
            "topic campaign.tallies has cleanup.policy=compact,delete, the contract says compact",
        ),
        (
            "field.requests",
            {"message_timestamp_type": "CreateTime"},
            {"message_timestamp_type": "LogAppendTime"},
            "topic field.requests has message.timestamp.type=CreateTime, "
            "the contract says LogAppendTime",
        ),
        (
            "clock.ticks",
            {"max_message_bytes": "1000"},
            {"max_message_bytes": str(topics.MAX_RECORD)},
            "topic clock.ticks has max.message.bytes=1000, the contract says 4194304",
        ),
    ],
)
def test_setting_that_drifted_is_refused_by_name(
    client: KafkaAdminClient, name: str, change: dict[str, str], back: dict[str, str], sentence: str
) -> None:
    alter(client, name, **change)
    try:
        assert settle(client, holds=False) == sentence
        cluster.ensure(client)
        assert settle(client, holds=False) == sentence, "a drift is judged, never mended unasked"
    finally:
        alter(client, name, **back)
    assert settle(client, holds=True) == ""


def test_other_partition_count_is_refused_by_name(client: KafkaAdminClient) -> None:
    client.create_partitions({"premises.orders": 13})
    try:
        said = settle(client, holds=False)
        assert said.startswith(
            "topic premises.orders has 13 partitions, the contract says 12: keys would move"
        )
    finally:
        remove(client, "premises.orders")


def test_missing_topic_is_named_and_then_made(client: KafkaAdminClient) -> None:
    remove(client, "clock.settled")
    assert settle(client, holds=False) == "topic clock.settled does not exist"
    cluster.ensure(client)
    cluster.check(client)


def remove(client: KafkaAdminClient, name: str) -> None:
    client.delete_topics([name])
    await_that(lambda: name not in client.list_topics())


def await_that(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not holds():
        assert time.monotonic() < deadline


def test_cluster_is_named_by_one_id(client: KafkaAdminClient, own_broker: str) -> None:
    with cluster.admin(own_broker) as other:
        assert cluster.cluster_id(other) == cluster.cluster_id(client)
    assert len(cluster.cluster_id(client)) == 22


def test_no_kafka_at_the_address_is_one_sentence() -> None:
    """In a process of its own, as the client's vain attempts go on in the background."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: every connection is refused
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        text = (
            "from streams import cluster\n"
            "cluster.ANSWER_MS = 300\n"
            "try:\n"
            f"    with cluster.admin({address!r}): print('reached')\n"
            "except cluster.BrokerUnreachable as refusal: print(refusal)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", text], capture_output=True, text=True, timeout=60, check=True
        )
    assert done.stdout == (
        f"no Kafka answers at {address}: check the address, or use `--broker local`\n"
    )


def test_topic_is_read_to_where_it_ended(own_broker: str, client: KafkaAdminClient) -> None:
    assert list(log.read_topic(own_broker, "premises.orders")) == []
    producer = KafkaProducer(bootstrap_servers=own_broker, acks="all")
    sent = [(partition, b"%d" % nth) for nth in range(40) for partition in (1, 5)]
    for partition, value in sent:
        producer.send("premises.orders", key=b"order", value=value, partition=partition)
    producer.flush()
    reader = log.read_topic(own_broker, "premises.orders")
    found = [next(reader)]
    producer.send("premises.orders", key=b"order", value=b"later", partition=1).get(timeout=30)
    producer.close()
    found += list(reader)
    assert sorted((r.partition, r.offset) for r in found) == [
        (partition, offset) for partition in (1, 5) for offset in range(40)
    ]
    last = {r.partition: r.value for r in log.last_records(own_broker, "premises.orders")}
    assert last == {1: b"later", 5: b"39"}
    remove(client, "premises.orders")
