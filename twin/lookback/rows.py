"""The states of a checkpoint as columns: a row for each premises, in the order of their names.

An entry is kept as the live table keeps it, but with its dictionaries in the order in which the log
filled them, so that what goes on from it prints the same bytes as what began at the first record.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from twin.state.as_of import AsOf
from twin.state.digest import premises_digest
from twin.state.entry import Entry, Place, decode_entry

SCHEMA: Final = pa.schema(
    [
        pa.field("premises_id", pa.string(), nullable=False),
        pa.field("partition", pa.int32(), nullable=False),
        # facts that were let through, and the digest of the state that they left
        pa.field("facts", pa.int64(), nullable=False),
        pa.field("digest", pa.binary(32), nullable=False),
        pa.field("entry", pa.binary(), nullable=False),
    ]
)
GROUP: Final = 4096
"""Rows of a row group: whoever wants one premises reads some 10 MB."""
_encode = msgspec.msgpack.Encoder().encode


class Row(Struct, frozen=True, gc=False):
    """The state of a premises in one partition."""

    premises_id: str
    partition: int
    facts: int
    digest: bytes
    entry: bytes

    @property
    def place(self) -> Place:
        """What the row is found by."""
        return self.premises_id, self.partition

    @property
    def state(self) -> AsOf:
        """The state, to go on from."""
        entry: Entry = decode_entry(self.entry)
        return AsOf(entry.premises, entry, self.facts)


def row_of(place: Place, one: AsOf) -> Row:
    """The row of a state by all that is known (no date)."""
    name, partition = place
    return Row(name, partition, one.facts, premises_digest(one.premises), _encode(one.known))


class Writer:
    """Writes rows, which come in order of their places, some at a time in memory."""

    def __init__(self, path: Path) -> None:
        """Begin a file."""
        self._file = pq.ParquetWriter(
            path, SCHEMA, compression="zstd", use_dictionary=False, write_page_checksum=True
        )
        self._waiting: list[Row] = []
        self.count = 0

    def put(self, row: Row) -> None:
        """Write a row behind the others."""
        self._waiting.append(row)
        self.count += 1
        if len(self._waiting) == GROUP:
            self._flush()

    def close(self) -> None:
        """End the file; to end it once more does nothing."""
        if self._waiting:
            self._flush()
        self._file.close()

    def _flush(self) -> None:
        columns = [[getattr(row, name) for row in self._waiting] for name in SCHEMA.names]
        self._file.write_table(pa.table(columns, schema=SCHEMA), row_group_size=GROUP)
        self._waiting = []


class Rows:
    """The rows of a file; every page that is read is held against its checksum."""

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            OSError: it is not there, or is no such file.
        """
        self._path = path
        self._file = pq.ParquetFile(path, page_checksum_verification=True)

    def __reduce__(self) -> tuple[type["Rows"], tuple[Path]]:
        """Another process opens the file for itself."""
        return Rows, (self._path,)

    def all(self) -> Iterator[Row]:
        """Every row in order, some at a time in memory."""
        for batch in self._file.iter_batches(GROUP):
            yield from _rows(pa.Table.from_batches([batch]))

    def of(self, names: Sequence[str]) -> dict[Place, Row]:
        """The rows of some premises, which are named in order."""
        wanted = pa.array(names, pa.string())
        found: dict[Place, Row] = {}
        for group in range(self._file.metadata.num_row_groups):
            told = self._file.metadata.row_group(group).column(0).statistics
            if not names or told.max < names[0] or told.min > names[-1]:
                continue
            table = self._file.read_row_group(group)
            hit = table.filter(pc.is_in(table["premises_id"], value_set=wanted))
            found |= {row.place: row for row in _rows(hit)}
        return found

    def digests(self) -> pl.DataFrame:
        """Name, partition, facts and digest of every row."""
        table = self._file.read(columns=SCHEMA.names[:-1])
        place = SCHEMA.get_field_index("digest")
        return pl.DataFrame(table.set_column(place, "digest", table["digest"].cast(pa.binary())))


def _rows(table: pa.Table) -> Iterator[Row]:
    columns = [table[name].to_pylist() for name in SCHEMA.names]
    return (Row(*cells) for cells in zip(*columns, strict=True))
