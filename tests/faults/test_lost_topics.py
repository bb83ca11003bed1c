"""A topic that is gone, made anew, cut or widened is noticed at the start, each by its name."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaProducer, TopicPartition
from msgspec.structs import replace

from infra.broker import running_broker
from infra.run.guard import require_own
from infra.run.history import History, Home, HomeRefused, LogLost
from infra.run.launch import ready_topics
from streams import cluster, topics
from streams.archive import open_lake
from streams.archiver import Archiver
from streams.settings import Settings
from tests.infra.test_infra_history import WANTED

pytestmark = [pytest.mark.faults, pytest.mark.kafka]
PLACE = TopicPartition(topics.PREMISES_EVENTS, 3)


@pytest.fixture(scope="module")
def bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Kafka whose topics may be broken."""
    with running_broker(tmp_path_factory.mktemp("to-be-lost")) as running:
        yield running.bootstrap


@pytest.fixture
def client(bootstrap: str) -> Iterator[KafkaAdminClient]:
    with cluster.admin(bootstrap) as found:
        cluster.delete(found, cluster.ids(found, prefix="fleet-twin"))
        cluster.ensure(found)
        yield found


@pytest.fixture
def archived(bootstrap: str, client: KafkaAdminClient, tmp_path: Path) -> tuple[Home, History]:
    """Ten records on the log and in the lake, and a history that is tied to it."""
    home = Home(tmp_path)
    tied = require_own(home, WANTED, client)
    produce(bootstrap, 10)
    copier = Archiver(open_lake(home.path), bootstrap=bootstrap, epoch=0, security={})
    assert copier.run(stop=lambda: False, until_end=True) == 10
    assert require_own(home, tied, client) == tied
    return home, tied


def produce(bootstrap: str, count: int) -> None:
    producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
    for _ in range(count):
        producer.send(PLACE.topic, value=b"{}", partition=PLACE.partition)
    producer.flush()
    producer.close()


def made_anew(client: KafkaAdminClient, bootstrap: str) -> None:
    cluster.delete(client, [PLACE.topic])
    cluster.ensure(client)
    produce(bootstrap, 12)


def gone(client: KafkaAdminClient, _: str) -> None:
    cluster.delete(client, [PLACE.topic])


def widened(client: KafkaAdminClient, _: str) -> None:
    client.create_partitions({PLACE.topic: 13})


def shortened(client: KafkaAdminClient, bootstrap: str) -> None:
    """The beginning is gone, and more than the lake has read."""
    produce(bootstrap, 5)
    client.delete_records({PLACE: 13})


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [
        (made_anew, "topic premises.events was deleted and made anew, so what it held is lost"),
        (gone, "topic premises.events does not exist"),
        (widened, "topic premises.events has 13 partitions, the contract says 12"),
        (
            shortened,
            "premises.events partition 3 holds offsets 13 to 15, but the lake has archived up to "
            "10, so records are lost",
        ),
    ],
)
def test_harm_is_named_with_the_ways_out(
    bootstrap: str,
    client: KafkaAdminClient,
    archived: tuple[Home, History],
    harm: Callable[[KafkaAdminClient, str], None],
    sentence: str,
) -> None:
    harm(client, bootstrap)
    with pytest.raises(LogLost) as lost:
        require_own(*archived, client)
    assert str(lost.value).startswith(sentence)
    assert "`twin run --restore`" in str(lost.value)


def test_log_that_is_all_there_is_not_restored(
    bootstrap: str, archived: tuple[Home, History]
) -> None:
    home, tied = archived
    told: list[str] = []
    with pytest.raises(HomeRefused, match="all there, so there is nothing to restore"):
        ready_topics(
            home, tied, settings=Settings(home=home.path), bootstrap=bootstrap, restore=told.append
        )
    assert (told, open_lake(home.path).starts()) == ([], {})
    settings = Settings(home=home.path)
    assert ready_topics(home, tied, settings=settings, bootstrap=bootstrap, restore=None) == tied


def test_topics_of_another_history_are_left_alone(
    bootstrap: str, client: KafkaAdminClient, archived: tuple[Home, History]
) -> None:
    """A history whose cluster is lost is not restored into one that holds another's records."""
    home, tied = archived
    elsewhere = replace(tied, cluster_id="AAAAAAAAAAAAAAAAAAAAAA")
    before = cluster.ids(client, prefix="fleet-twin")
    with pytest.raises(HomeRefused, match="holds topics of another history"):
        ready_topics(
            home, elsewhere, settings=Settings(home=home.path), bootstrap=bootstrap, restore=print
        )
    assert cluster.ids(client, prefix="fleet-twin") == before
    assert open_lake(home.path).starts() == {}


def test_topic_of_a_log_without_ids_is_known_by_where_it_ends(
    bootstrap: str, client: KafkaAdminClient, archived: tuple[Home, History]
) -> None:
    """A history of an earlier version knows no ids."""
    home, _ = archived
    cluster.delete(client, [PLACE.topic])
    cluster.ensure(client)
    with pytest.raises(LogLost, match=r"holds offsets 0 to 0, but the lake has archived up to 10"):
        require_own(home, WANTED, client)
