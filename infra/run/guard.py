"""Is the log that answers the one of this history? Looked at before any process uses it (D23)."""

from kafka import KafkaAdminClient
from kafka import TopicPartition as Place
from kafka.admin import OffsetSpec

from infra.broker import LocalBroker
from infra.run.history import History, Home, LogLost, bound
from streams import cluster, topics
from streams.archive import open_lake
from streams.stored import APP_ID
from twin.lake.epochs import newest_epoch
from twin.lake.slices import Slice
from twin.lake.table import Lake


def require_storage(broker: LocalBroker, history: History) -> None:
    """The local Kafka's data are there, and this history's; before Kafka is started.

    Raises:
        LogLost: they are not; a start would make them anew, empty.
        StorageUnreadable: nobody can say whose they are.
    """
    if not history.cluster_id:
        return
    if not broker.is_formatted:
        raise LogLost(
            f"the data of the local Kafka of this history (cluster {history.cluster_id}) are not "
            f"under {broker.folder} any more"
        )
    if broker.cluster_id != history.cluster_id:
        raise LogLost(
            f"the Kafka under {broker.folder} is cluster {broker.cluster_id}, and the log of this "
            f"history was on cluster {history.cluster_id}"
        )


def require_own(home: Home, history: History, client: KafkaAdminClient) -> History:
    """The log that answers is this history's, whole as far as the lake has read it.

    Gives the history as it is to be written down: tied to topics that it did not know yet.

    Raises:
        LogLost: another cluster answers, or a topic is not what it was.
        TopicDrift: a setting of a topic is not as the contract says.
    """
    ids = cluster.ids(client, prefix=f"{APP_ID}-")
    tied = bound(history, cluster_id=cluster.cluster_id(client), topic_ids=ids)
    try:
        cluster.check(client)
    except cluster.TopicLost as lost:
        raise LogLost(str(lost)) from None
    _require_positions(open_lake(home.path), history, client)
    return tied


def _require_positions(lake: Lake, history: History, client: KafkaAdminClient) -> None:
    """What the lake is to read next of each partition is there, or is still to come."""
    newest = newest_epoch(lake)
    if newest > history.epoch:
        raise LogLost(f"epoch {newest} was opened in the lake, and its log was never finished")
    begins, ends = (_offsets(client, at) for at in (OffsetSpec.EARLIEST, OffsetSpec.LATEST))
    for place, begin in sorted(begins.items()):
        stands = lake.position(Slice(place.topic, history.epoch, place.partition))
        if not begin <= stands <= ends[place]:
            raise LogLost(
                f"{place.topic} partition {place.partition} holds offsets {begin} to "
                f"{ends[place]}, but the lake has archived up to {stands}, so records are lost"
            )


def _offsets(client: KafkaAdminClient, at: OffsetSpec) -> dict[Place, int]:
    places = [Place(t.name, p) for t in topics.TOPICS for p in range(t.partitions)]
    kept = {place: at for place in places if place.topic in topics.KEPT}
    return {place: found.offset for place, found in client.list_partition_offsets(kept).items()}
