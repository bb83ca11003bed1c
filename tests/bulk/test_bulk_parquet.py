"""Column chunks read by our own decoders: what Arrow reads, of every encoding that the lake has."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bulk.lakes import logged
from tests.bulk.test_bulk_fold import wild
from tests.state.histories import LAWS
from twin.bulk.events import BEYOND, COLUMNS
from twin.bulk.parquet.chunks import File, by_arrow, columns, opened
from twin.bulk.parquet.column import Column
from twin.lake import data_files
from twin.lake.rows import to_table
from twin.lake.schema import EVENTS

NAMES = (*COLUMNS, *BEYOND)
FEW = settings(LAWS, max_examples=25)
KINDS = {"topic": "word", "device_id": "id", "attempt_id": "id", "partition": "i4", "wave": "i8"}
KINDS |= {"offset": "i8", "occurred_at": "i8", "place": "f8", "accepted": "flag", "rest": "word"}


class NotKnown(Exception):
    """A column chunk would go to Arrow."""


def nowhere(_file: File, _group: int, names: Sequence[str]) -> Iterator[tuple[str, Column]]:
    """No other reader is wanted: these are to be decoded here."""
    raise NotKnown(names)


def plain(column: Column) -> tuple[int, list[int], list[Any]]:
    """A column without places: rows and values, texts as such."""
    values: list[Any] = column.values.tolist()
    if len(column.texts.bounds):
        texts = [bytes(column.texts.body[a:b]) for a, b in column.texts.bounds.tolist()]
        values = [texts[place] for place in values]
    return column.count, column.rows.tolist(), values


def assert_same(path: Path, names: Sequence[str] = NAMES, **otherwise: Any) -> None:
    """Every row group gives what Arrow reads."""
    file = opened(path)
    for group in range(file.told.num_row_groups):
        ours = {name: plain(of) for name, of in columns(file, group, names, **otherwise)}
        assert list(ours) == [name for name in names if name in file.names]
        for name, wanted in by_arrow(file, group, list(ours)):
            assert ours[name] == plain(wanted), name


def drawn(rng: Random, name: str, count: int) -> pa.Array:
    """Values of a column, in runs and out of them, many or all or none of them null."""
    wide = rng.choice([0, 1, 7, 2**20, 2**31 - 1, 2**55, 2**56, 2**57, 2**62])
    nulls = rng.choice([0.0, 0.02, 0.5, 0.97, 1.0])
    pick: dict[str, Any] = {
        "word": lambda: rng.choice(("", "chf", "esme", "é" * 9, str(rng.randrange(3)))),
        "id": lambda: f"{rng.randrange(wide + 1):023x}",
        "i4": lambda: rng.randint(-min(wide, 2**31), min(wide, 2**31 - 1)),
        "i8": lambda: rng.randint(-wide, wide),
        "f8": lambda: rng.uniform(-wide, wide),
        "flag": lambda: rng.random() < 0.5,
    }
    values: list[Any] = []
    while len(values) < count:
        value = None if rng.random() < nulls else pick[KINDS[name]]()
        values += [value] * rng.choice([1, 1, 1, 2, 9, 70])
    kind = EVENTS.field(name).type
    plain_kind = pa.int64() if pa.types.is_timestamp(kind) else kind
    return pa.array(values[:count], plain_kind).cast(kind)


@FEW
@given(seed=st.integers(0, 2**32), is_sorted=st.booleans())
def test_columns_are_those_that_arrow_reads(
    tmp_path_factory: pytest.TempPathFactory, seed: int, is_sorted: bool
) -> None:
    """Pages, dictionaries and row groups of any size; full dictionaries go on without one."""
    rng = Random(seed)
    count = rng.choice([1, 8, 63, 64, 65, 700])
    table = pa.table({name: drawn(rng, name, count) for name in KINDS})
    how = dict(data_files._SORTED if is_sorted else data_files.WRITING)
    how["use_dictionary"] = [name for name in how["use_dictionary"] if name in KINDS]
    how["column_encoding"] = {k: v for k, v in how["column_encoding"].items() if k in KINDS}
    path = tmp_path_factory.mktemp("columns") / "rows.parquet"
    sizes = {"data_page_size": rng.choice([64, 1 << 20]), "write_batch_size": rng.choice([8, 1024])}
    limits = {"dictionary_pagesize_limit": rng.choice([40, 1 << 20])}
    pq.write_table(
        table, path, row_group_size=rng.choice([7, 64, 1 << 20]), **how, **sizes, **limits
    )
    assert_same(path, tuple(KINDS), otherwise=nowhere)


@pytest.mark.parametrize("bucket", [None, "0"])
def test_files_of_the_lake_are_decoded_here(tmp_path: Path, bucket: str | None) -> None:
    table = to_table(logged(wild(Random(1)) * 9))
    file, _, _ = data_files.write(tmp_path, [table.slice(0, 500), table.slice(500)], bucket=bucket)
    assert_same(tmp_path / file.name, otherwise=nowhere)


@pytest.mark.parametrize(
    "how",
    [
        {"compression": "snappy"},
        {"data_page_version": "2.0"},
        {"use_dictionary": False, "column_encoding": {"offset": "BYTE_STREAM_SPLIT"}},
        {"coerce_timestamps": "ms", "allow_truncated_timestamps": True},
        {"use_deprecated_int96_timestamps": True},
    ],
    ids=lambda how: "-".join(map(str, how)),
)
def test_what_is_written_otherwise_is_read_by_arrow(tmp_path: Path, how: dict[str, Any]) -> None:
    asked: list[str] = []

    def noted(file: File, group: int, names: Sequence[str]) -> Iterator[tuple[str, Column]]:
        asked.extend(names)
        return by_arrow(file, group, names)

    path = tmp_path / "other.parquet"
    pq.write_table(to_table(logged(wild(Random(2)))), path, **{"compression": "zstd", **how})
    assert_same(path, otherwise=noted)
    assert asked


@FEW
@given(seed=st.integers(0, 2**32))
def test_a_damaged_page_goes_to_arrow_or_gives_as_many_rows(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """No place in a damaged page is trusted: nothing is read or written beyond what is there."""
    rng = Random(seed)
    path = tmp_path_factory.mktemp("damaged") / "rows.parquet"
    table = pa.table({name: drawn(rng, name, 300) for name in KINDS})
    pq.write_table(table, path, compression="zstd", compression_level=-100)
    octets = bytearray(path.read_bytes())
    length = int.from_bytes(octets[-8:-4], "little")
    for _ in range(rng.choice([1, 3, 40])):
        octets[rng.randrange(4, len(octets) - 8 - length)] = rng.randrange(256)
    path.write_bytes(octets)
    with suppress(NotKnown):
        for _, column in columns(opened(path), 0, tuple(KINDS), otherwise=nowhere):
            assert column.count == 300
            assert np.all((column.rows >= 0) & (column.rows < 300))
            assert len(column.values) == len(column.rows)
