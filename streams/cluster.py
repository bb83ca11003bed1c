"""Topics on a cluster: made exactly as the contract has them, and checked at every start."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Final

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import KafkaError

from streams.topics import TOPICS, Topic
from twin.refusal import Refusal

ANSWER_MS: Final = 10_000
"""A broker that has not answered by then is said to be unreachable."""
GONE_SECONDS: Final = 30.0
"""A topic that was deleted is gone by then."""


class TopicDrift(Refusal):
    """A topic is not as the contract says; the sentence names the topic and what differs."""


class TopicLost(TopicDrift):
    """A topic is not there, or not as it was made: its records are not to be had from it."""


class BrokerUnreachable(Refusal):
    """No Kafka answers at the address."""


@contextmanager
def admin(
    bootstrap: str, *, security: dict[str, object] | None = None
) -> Iterator[KafkaAdminClient]:
    """An admin client; a broker that does not answer is one clear sentence.

    Raises:
        BrokerUnreachable: nothing answers at `bootstrap`.
    """
    try:
        client = KafkaAdminClient(
            bootstrap_servers=bootstrap,
            client_id="fleet-twin",
            bootstrap_timeout_ms=ANSWER_MS,
            **(security or {}),
        )
    except (KafkaError, ValueError) as error:  # ValueError: the address is none
        raise BrokerUnreachable(
            f"no Kafka answers at {bootstrap}: check the address, or use `--broker local`"
        ) from error
    with closing(client):
        yield client


def cluster_id(client: KafkaAdminClient) -> str:
    """Id of the cluster that answers."""
    return str(client.describe_cluster()["cluster_id"])


def ensure(client: KafkaAdminClient, *, replication: int = 1) -> None:
    """Make the topics that are missing; leave those that exist for `check` to judge."""
    missing = {topic.name for topic in TOPICS} - set(client.list_topics())
    create(
        client,
        {t.name: (t.partitions, t.configs) for t in TOPICS if t.name in missing},
        replication=replication,
    )


def create(
    client: KafkaAdminClient,
    wanted: Mapping[str, tuple[int, Mapping[str, str]]],
    *,
    replication: int = 1,
) -> None:
    """Make topics by their names, each with so many partitions and some settings."""
    if wanted:
        client.create_topics(
            {
                name: {
                    "num_partitions": partitions,
                    "replication_factor": replication,
                    "configs": dict(configs),
                }
                for name, (partitions, configs) in wanted.items()
            },
            wait_for_metadata=True,
        )


def delete(client: KafkaAdminClient, names: Iterable[str]) -> None:
    """Delete topics, and return when they are gone.

    Raises:
        TopicDrift: the broker does not delete one.
    """
    there = sorted(set(names) & set(client.list_topics()))
    if not there:
        return
    client.delete_topics(there)
    deadline = time.monotonic() + GONE_SECONDS
    while left := sorted(set(there) & set(client.list_topics())):
        if time.monotonic() > deadline:
            raise TopicDrift(f"topic {left[0]} was deleted and is still there: try again")
        time.sleep(0.1)


def ids(client: KafkaAdminClient, *, prefix: str) -> dict[str, str]:
    """What the broker calls each topic of the contract, and those whose names begin so."""
    names = {topic.name for topic in TOPICS}
    return {
        found["name"]: str(found["topic_id"])
        for found in client.describe_topics()
        if found["name"] in names or found["name"].startswith(prefix)
    }


def check(client: KafkaAdminClient) -> None:
    """Compare every topic with the contract.

    Raises:
        TopicDrift: a topic is missing, or its partitions or a setting differ.
    """
    described = {found["name"]: found for found in client.describe_topics()}
    for topic in TOPICS:
        found = described.get(topic.name)
        if found is None:
            raise TopicLost(f"topic {topic.name} does not exist")
        count = len(found["partitions"])
        if count != topic.partitions:
            raise TopicLost(
                f"topic {topic.name} has {count} partitions, the contract says {topic.partitions}: "
                "keys would move, so a new epoch is needed instead of an alteration"
            )
        _check_configs(client, topic)


def _check_configs(client: KafkaAdminClient, topic: Topic) -> None:
    resource = ConfigResource(ConfigResourceType.TOPIC, topic.name)
    found = client.describe_configs([resource], config_filter="all")["topic"][topic.name]
    for name, wanted in topic.configs.items():
        held = found[name]["value"] if isinstance(found[name], dict) else found[name]
        if held != wanted:
            raise TopicDrift(f"topic {topic.name} has {name}={held}, the contract says {wanted}")
