"""The records between a checkpoint and a basis, premises by premises."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from twin.bulk.records import Place, by_premises
from twin.lake.basis import Stand
from twin.lake.read import within
from twin.lake.table import Slice
from twin.lookback.checkpoint import TOPIC, of_facts
from twin.state.entry import Record


def tail(
    files: Sequence[Path], *, since: Iterable[Stand], upto: Iterable[Stand]
) -> Iterator[tuple[Place, list[Record]]]:
    """Records of `premises.events` that a basis has beyond another, by premises, in their order."""
    before, wanted = _positions(since), _positions(upto)
    if before == wanted:
        return
    where = f"({within(TOPIC, wanted)}) AND NOT ({within(TOPIC, before)})"
    yield from by_premises(files, where=where)


def is_beyond(record: Record, since: Iterable[Stand]) -> bool:
    """Whether a record of `premises.events` stands behind a basis."""
    reached = _positions(since).get(Slice(TOPIC, record.epoch, record.partition), 0)
    return record.offset >= reached


def _positions(stands: Iterable[Stand]) -> dict[Slice, int]:
    return {Slice(s.topic, s.epoch, s.partition): s.offset for s in of_facts(stands)}
