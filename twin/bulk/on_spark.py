"""The bulk fold on Spark: the same kernels, a bucket of premises at a time, on many machines.

Spark reads the events table and brings the records of a bucket together; a Python worker of its
folds them (`applyInArrow`) and hands back the columns of state. The driver takes the buckets in
order, so digest and comparison are those of one machine. Nothing here starts Spark: that is
`infra.spark`. The workers must be able to import `twin`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from io import BytesIO
from itertools import groupby
from typing import Any, Final

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from twin.bulk.columns import SCHEMAS, empty
from twin.bulk.cut import WHOLE, Cut
from twin.bulk.events import BEYOND, COLUMNS, TOPIC
from twin.bulk.log_ends import Log
from twin.bulk.narrow import narrowed
from twin.bulk.reading import events_of
from twin.bulk.rebuild import Range, fold_range
from twin.bulk.refusals import OldTable
from twin.lake.schema import EVENTS
from twin.lake.spared import COLUMNS as BYTES
from twin.lake.spared import given_back
from twin.lake.table import Lake
from twin.state.entry import Place, Record

ROWS_A_BUCKET: Final = 400_000
"""Rows that a bucket should have: enough for the kernels, and little memory for a worker."""
BUCKETS_MAX: Final = 1 << 16
"""Buckets are told apart by the first four digits of a premises id."""
_NEEDED: Final = tuple(dict.fromkeys((*COLUMNS, *BYTES)))
_ID: Final = "^P[0-9a-f]{16}$"
_FOLDED: Final = "bucket int, fallbacks string, " + ", ".join(f"{n} binary" for n in SCHEMAS)
_BYTES_OF: Final = tuple(dict.fromkeys((*BYTES, "epoch", "partition", "offset")))


class SparkFold(Struct, frozen=True):
    """What Spark is to fold: the log's ends, and the folded buckets, not yet computed."""

    log: Log
    buckets: int
    folded: Any

    def parts(self) -> Iterator[tuple[int, Range]]:
        """Each bucket's end and what it folds to, in order; those without a record are empty."""
        rows = self.folded.toLocalIterator(prefetchPartitions=True)
        row = next(rows, None)
        for bucket in range(self.buckets):
            part = Range(narrowed(empty()), Counter())
            if row is not None and row["bucket"] == bucket:
                part = _range_of(row)
                row = next(rows, None)
            yield end_of(bucket, self.buckets), part


def planned(spark: Any, lake: Lake, *, cut: Cut = WHOLE) -> SparkFold:
    """The fold of the version of the lake in view, by a session that knows Delta.

    Raises:
        OldTable: the table's schema lacks a column that the fold needs.
    """
    from pyspark.sql import functions as f

    table = spark.read.format("delta").option("versionAsOf", lake.version).load(str(lake.path))
    lacking = sorted(set(_NEEDED) - set(table.columns))
    if lacking:
        raise OldTable(
            f"the lake was begun by an earlier version, whose table has no {', '.join(lacking)}: "
            "fold it with `--engine bulk`"
        )
    facts = table.where(f.col("topic") == TOPIC).where(cut.condition(quote="`"))
    has_premises = f.coalesce(f.col("key").rlike(_ID), f.lit(False))
    log, rows = _log_of(facts, has_premises)
    buckets = min(max(1, -(-rows // ROWS_A_BUCKET)), BUCKETS_MAX)
    digits = f.conv(f.substring("key", 2, 4), 16, 10).cast("int")
    bucket = f.floor(digits * buckets / BUCKETS_MAX).cast("int")
    folded = (
        facts.where(has_premises)
        .select(*_NEEDED, bucket.alias("bucket"))
        .groupBy("bucket")
        .applyInArrow(fold_bucket, _FOLDED)
        # a sort looks at its rows before it begins, which must not fold them twice
        .persist()
        .sort("bucket")
    )
    return SparkFold(log, buckets, folded)


def end_of(bucket: int, buckets: int) -> int:
    """The first premises number beyond a bucket."""
    return -(-(bucket + 1) * BUCKETS_MAX // buckets) << 48


def _log_of(facts: Any, has_premises: Any) -> tuple[Log, int]:
    """Ends of the log and dead letters without a premises, as `log_of` finds them; and the rows."""
    from pyspark.sql import functions as f

    found = (
        facts.groupBy("epoch", "partition")
        .agg(
            f.max("offset").alias("last"),
            f.count_if(~has_premises).alias("unaddressed"),
            f.count(f.lit(1)).alias("rows"),
        )
        .collect()
    )
    ends = {(row["epoch"], row["partition"]): row["last"] + 1 for row in found}
    return Log(ends, sum(row["unaddressed"] for row in found)), sum(row["rows"] for row in found)


def fold_bucket(key: tuple[Any, ...], table: pa.Table) -> pa.Table:
    """Fold the records of a bucket, in a worker of Spark: one row, the four tables packed."""
    read = {name: table[name].cast(EVENTS.field(name).type) for name in (*COLUMNS, *BEYOND)}
    events = events_of(pa.table(read))
    part = fold_range(events, partial(_records, table))
    packed = {name: pa.array([_packed(part.tables[name])], pa.binary()) for name in SCHEMAS}
    return pa.table(
        {
            "bucket": pa.array([key[0].as_py()], pa.int32()),
            "fallbacks": [msgspec.json.encode(dict(part.fallbacks)).decode()],
            **packed,
        }
    )


def _records(table: pa.Table, names: Sequence[str]) -> Iterator[tuple[Place, list[Record]]]:
    """Records of some premises of a bucket, as `twin.bulk.records.by_premises` gives them."""
    wanted = table.filter(pc.is_in(table["key"], pa.array(names, table["key"].type)))
    columns = {name: wanted[name].cast(EVENTS.field(name).type) for name in _BYTES_OF}
    order = [(name, "ascending") for name in ("key", "partition", "epoch", "offset")]
    rows = pa.table(columns).sort_by(order)
    places = (rows[name].to_pylist() for name in ("key", "epoch", "partition", "offset"))
    found = zip(*places, given_back(rows), strict=True)
    for place, group in groupby(found, lambda row: (row[0], row[2])):
        yield place, [Record(key.encode(), value, *at) for key, *at, value in group]


def _range_of(row: Any) -> Range:
    fallbacks = msgspec.json.decode(row["fallbacks"], type=dict[str, int])
    tables = {name: pl.read_ipc(BytesIO(row[name])) for name in SCHEMAS}
    return Range(narrowed(tables), Counter(fallbacks))


def _packed(table: pl.DataFrame) -> bytes:
    content = BytesIO()
    table.write_ipc(content, compression="zstd")
    return content.getvalue()
