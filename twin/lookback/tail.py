"""The records between a checkpoint and a basis, premises by premises."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from typing import Final

import pyarrow as pa

from twin.bulk.spans import END
from twin.lake.basis import Stand
from twin.lake.buckets import holding, of_range
from twin.lake.read import logged_rows
from twin.lake.slices import Slice
from twin.lookback.beyond import Portion, rows_of
from twin.lookback.reach import Reach
from twin.lookback.stands import TOPIC, of_facts
from twin.state.entry import Place, Record, entry_name

RECORDS: Final = 25_000
"""Records of a portion, which are in memory at a time: ids are random (D5), so portions of equal
width have about as many each."""
BATCH: Final = 10_000
"""Rows whose bytes are given back together."""


def tail(
    files: Sequence[Path], *, since: Iterable[Stand], upto: Iterable[Stand]
) -> Iterator[tuple[Place, list[Record]]]:
    """Records of `premises.events` that a basis has beyond another, by premises, in their order.

    Raises:
        LakeUnreadable: a file is missing or broken.
    """
    yield from read(portions(files, reach=Reach.between(since, upto)))


def portions(files: Sequence[Path], *, reach: Reach) -> list[Portion]:
    """Portions of all that stands between two bases, in the order of their names.

    Records that name no premises come first, for so their name stands.
    """
    if not len(reach):
        return []
    count = -(-len(reach) // RECORDS)
    cuts = [nth * END // count for nth in range(count + 1)]
    nameless = Portion(tuple(holding(files, topic=TOPIC, key="")), reach, None)
    return [
        nameless,
        *(
            Portion(tuple(of_range(files, first=first, end=end)), reach, (first, end))
            for first, end in pairwise(cuts)
        ),
    ]


def read(of: Iterable[Portion]) -> Iterator[tuple[Place, list[Record]]]:
    """The records of portions, by premises, each in order of the log."""
    for portion in of:
        yield from by_place(rows_of(portion))


def by_place(rows: pa.Table) -> Iterator[tuple[Place, list[Record]]]:
    """The records of rows, which stand by premises."""
    records = (record for record, _ in logged_rows(rows.to_batches(BATCH)))
    for place, group in groupby(records, lambda one: (entry_name(one.key), one.partition)):
        yield place, list(group)


def is_beyond(record: Record, since: Iterable[Stand]) -> bool:
    """Whether a record of `premises.events` stands behind a basis."""
    reached = {Slice(one.topic, one.epoch, one.partition): one.offset for one in of_facts(since)}
    return record.offset >= reached.get(Slice(TOPIC, record.epoch, record.partition), 0)
