"""`twin run --restore`: the lost log of a history goes on in a new epoch, from the lake (D23).

Killed at any point, the same command does it again from the beginning: the history is tied to the
new log in the last step, the lake opens an epoch in one commit, and everything else is made anew.
"""

import shutil
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

import msgspec
from kafka import KafkaAdminClient
from kafka import TopicPartition as Place
from kafka.errors import KafkaError, NoError
from kafka.structs import OffsetAndMetadata
from msgspec import Struct
from msgspec.structs import replace

from infra.run.history import History, Home, HomeRefused
from streams import cluster, topics
from streams.archive import open_lake
from streams.cut import Cut, cut_of, held_in
from streams.epochs import Birth
from streams.refilling import LakeNotWhole, refill
from streams.seeding import CHANGELOG
from streams.stored import APP_ID
from twin.lake.durable import write_whole
from twin.lake.epochs import SetAside, newest_epoch, open_epoch
from twin.lake.slices import Slice
from twin.lake.table import Lake
from twin.lake.verify import Kind, verify

T = TypeVar("T")
COORDINATED_SECONDS: Final = 30.0
Told: TypeAlias = Callable[[str], None]
"""Takes sentences for people."""


class Draft(Struct, frozen=True):
    """A restoration that is under way: the epoch to be opened, and the cluster being filled."""

    epoch: int
    cluster_id: str


def restored(
    home: Home,
    history: History,
    client: KafkaAdminClient,
    *,
    broker: str,
    bootstrap: str,
    security: Mapping[str, object],
    told: Told,
) -> History:
    """Put the lost log back from the lake and open the next epoch; gives the history of it.

    Raises:
        HomeRefused: the cluster holds topics of another twin.
        LakeNotWhole: the lake is not what it was written as.
    """
    lake, epoch = open_lake(home.path), history.epoch + 1
    _require_whole(lake)
    cut = _cut(lake, history, epoch)
    cluster_id = cluster.cluster_id(client)
    _require_ours(home, history, client, cluster_id=cluster_id)
    told(f"restoring the log from the lake as epoch {epoch}, {_in_words(cut)}")
    write_whole(_draft_file(home), msgspec.json.encode(Draft(epoch, cluster_id)))
    _empty(client)
    refill(lake, cut, bootstrap=bootstrap, security=security)
    _stand_at(client, cut)
    if newest_epoch(lake) < epoch:
        done = open_epoch(lake, _slices(cut, epoch), now=datetime.now(UTC))
        told(_set_aside(done))
    shutil.rmtree(home.path / "worker", ignore_errors=True)
    birth = Birth(epoch=epoch, lost=history.cluster_id, starts=cut.ends)
    history = replace(history, broker=broker, epoch=epoch, births=(*history.births, birth))
    return _tied(home, history, client)


def _tied(home: Home, history: History, client: KafkaAdminClient) -> History:
    """The history tied to the log that now is its own: from here on the restoration is done."""
    ids = cluster.ids(client, prefix=f"{APP_ID}-")
    history = replace(history, cluster_id=cluster.cluster_id(client), topic_ids=ids)
    home.write(history)
    _draft_file(home).unlink()
    return history


def _cut(lake: Lake, history: History, epoch: int) -> Cut:
    """Where the log goes on: as it was decided before, if that restoration was interrupted."""
    held = held_in(lake)
    if newest_epoch(lake) < epoch:
        return cut_of(held, over=history.archived_whole)
    ends = {topic: dict(places) for topic, places in held.ends.items()}
    for of, start in lake.starts().items():
        if of.epoch == epoch:
            ends[of.topic][of.partition] = start
    return Cut(max(held.settled, default=-1), ends)


def _require_whole(lake: Lake) -> None:
    found = verify(lake.path)
    if not found.holds:
        faults = [fault for fault in found.faults if fault.kind is not Kind.ORPHAN_FILE]
        raise LakeNotWhole(
            f"the lake is not whole, so no log can be restored from it: {faults[0].kind} at "
            f"{faults[0].where}; `twin lake verify` names all {len(faults)} faults"
        )


def _require_ours(
    home: Home, history: History, client: KafkaAdminClient, *, cluster_id: str
) -> None:
    """Topics of the twin on a cluster are emptied only if they are this history's own."""
    ours = {history.cluster_id, _drafted(home)}
    there = sorted(cluster.ids(client, prefix=f"{APP_ID}-"))
    if there and cluster_id not in ours:
        raise HomeRefused(
            f"cluster {cluster_id} holds topics of another history ({there[0]} and "
            f"{len(there) - 1} more): give a --broker without them, or delete them first"
        )


def _drafted(home: Home) -> str | None:
    try:
        return msgspec.json.decode(_draft_file(home).read_bytes(), type=Draft).cluster_id
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def _draft_file(home: Home) -> Path:
    return home.path / "run" / "restoring.json"


def _empty(client: KafkaAdminClient) -> None:
    """Empty topics as the contract has them, and a changelog as Faust would make it."""
    cluster.delete(client, cluster.ids(client, prefix=f"{APP_ID}-"))
    found = _coordinated(lambda: client.delete_groups([APP_ID]))
    if found.get(APP_ID) == "NonEmptyGroupError":
        raise HomeRefused(f"workers of group {APP_ID} are at work on this cluster: end them first")
    cluster.ensure(client)
    cluster.create(client, {CHANGELOG: (topics.PARTITIONS, {"cleanup.policy": "compact"})})


def _stand_at(client: KafkaAdminClient, cut: Cut) -> None:
    """The workers begin behind what their table has folded and carried out.

    An old order that came again would have them count by the plans of then.
    """
    stands = {
        Place(topic, partition): OffsetAndMetadata(end, "", -1)
        for topic in (topics.PREMISES_EVENTS, topics.PREMISES_ORDERS)
        for partition, end in cut.ends[topic].items()
        if end > 0
    }
    if stands:
        done = _coordinated(lambda: client.alter_group_offsets(APP_ID, stands))
        for error in done.values():
            if error is not NoError:
                raise error(f"where group {APP_ID} is to begin was not taken")


def _coordinated(ask: Callable[[], T]) -> T:
    """Ask until the group has a coordinator: a cluster that was never asked makes it first."""
    deadline = time.monotonic() + COORDINATED_SECONDS
    while True:
        try:
            return ask()
        except KafkaError as error:
            if not error.retriable or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _slices(cut: Cut, epoch: int) -> dict[Slice, int]:
    return {
        Slice(topic, epoch, partition): end
        for topic, places in cut.ends.items()
        for partition, end in places.items()
    }


def _in_words(cut: Cut) -> str:
    if cut.tick < 0:
        return "empty, since the lake has no settled tick whole: the run begins anew"
    records = sum(end for places in cut.ends.values() for end in places.values())
    return f"as it stood when tick {cut.tick} was settled: {records:,} records"


def _set_aside(done: SetAside) -> str:
    if not done.records:
        return "the lake had nothing beyond that"
    words = ", ".join(f"{count:,} of {topic}" for topic, count in done.records.items())
    return (
        f"set aside, since the run makes them again: {words} (real messages, commands and "
        "resolutions of dead letters among them are to be given again)"
    )
