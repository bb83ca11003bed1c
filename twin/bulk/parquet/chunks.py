"""Row groups of a file, column by column: decoded here, or by Arrow what is written otherwise."""

import os
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from threading import local
from typing import Any, Final, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import Struct
from numpy.typing import NDArray

from twin.bulk.parquet.bits import PADDING
from twin.bulk.parquet.column import Column, Texts, of_arrow
from twin.bulk.parquet.decode import ROWS_END, TEXTS_END, TEXTS_FROM, decoded
from twin.bulk.parquet.headers import (
    CHUNK,
    DATA_PAGE,
    DICTIONARY_PAGE,
    ENCODING,
    FROM,
    KIND,
    SIZE,
    STOP,
    VALUES,
    pages_of,
)
from twin.bulk.parquet.plain import BYTE_ARRAY, TYPES
from twin.lake.schema import EVENTS

BATCH_BYTES: Final = 1 << 20
"""Bytes of column chunks that are decompressed together: few calls, and warm caches."""
PAGES_MAX: Final = 4096
"""Pages of a batch; of more, which no file of the lake has, Arrow reads."""
_ZSTD: Final = pa.Codec("zstd")
_TRAILER: Final[bytes] = _ZSTD.compress(bytes(PADDING), asbytes=True)
"""A frame that decompresses to the padding which the decoders need behind the last page."""
_FOOTERS: Final = 4
_SCRATCH = local()


class File(Struct, frozen=True, dict=True):
    """A Parquet file's footer, and of the columns that are decoded here their place, physical type,
    and whether they have definition levels."""

    path: Path
    told: pq.FileMetaData
    names: frozenset[str]
    known: dict[str, tuple[int, int, int]]

    @cached_property
    def keys(self) -> list[tuple[str, str] | None]:
        """The least and greatest key of each row group, where its statistics tell.

        They are looked at once a span of the file, and to ask the footer takes its time.
        """
        place = self.told.schema.names.index("key")
        groups = (self.told.row_group(group) for group in range(self.told.num_row_groups))
        found = (group.column(place).statistics for group in groups)
        return [(one.min, one.max) if one and one.has_min_max else None for one in found]


Reader: TypeAlias = Callable[[File, int, Sequence[str]], Iterator[tuple[str, Column]]]


def opened(path: Path) -> File:
    """The footer of a file, read once: data files of a lake never change."""
    now = path.stat()
    return _opened(path, now.st_mtime_ns, now.st_size)


@lru_cache(_FOOTERS)
def _opened(path: Path, _changed: int, _size: int) -> File:
    told = pq.read_metadata(path)
    types = {field.name: field.type for field in told.schema.to_arrow_schema()}
    known = {}
    for place in range(told.num_columns):
        column = told.schema.column(place)
        name, physical = column.path, TYPES.get(column.physical_type)
        is_flat = column.max_repetition_level == 0 and column.max_definition_level <= 1
        if is_flat and physical is not None and types.get(name) == _type_of(name):
            known[name] = (place, physical, column.max_definition_level)
    return File(path, told, frozenset(types), known)


def _type_of(name: str) -> pa.DataType | None:
    return EVENTS.field(name).type if name in EVENTS.names else None


def by_arrow(file: File, group: int, names: Sequence[str]) -> Iterator[tuple[str, Column]]:
    """The columns of a row group as Arrow reads them.

    Raises:
        OSError, pyarrow.ArrowInvalid: the file is not what its footer says.
    """
    texts = [name for name in names if _type_of(name) == pa.string()]
    source = pq.ParquetFile(file.path, metadata=file.told, read_dictionary=texts)
    table = source.read_row_group(group, columns=list(names), use_threads=False)
    for name in names:
        column, wanted = table[name].combine_chunks(), _type_of(name)
        if wanted is not None and not pa.types.is_dictionary(column.type):
            column = column.cast(wanted)
        yield name, of_arrow(column)


def columns(
    file: File, group: int, names: Sequence[str], *, otherwise: Reader = by_arrow
) -> Iterator[tuple[str, Column]]:
    """The columns of a row group, each good until the next is asked for; absent ones are left out.

    `otherwise` reads what is not known here, and raises what it raises.
    """
    count = file.told.row_group(group).num_rows
    for batch in _batches(file, group, [name for name in names if name in file.names]):
        found = _decoded(file, batch, count) if batch[0].is_known else None
        yield from found or otherwise(file, group, [chunk.name for chunk in batch])


class _Chunk(Struct, frozen=True):
    """Where a column chunk lies in its file."""

    name: str
    at: int
    size: int
    unpacked: int
    physical: int
    has_levels: int
    is_known: bool


def _batches(file: File, group: int, names: Sequence[str]) -> Iterator[list[_Chunk]]:
    """Chunks to read together: alike in being known, and not too many bytes."""
    of = file.told.row_group(group)
    batch: list[_Chunk] = []
    size = 0
    for chunk in (_chunk(file, of, name) for name in names):
        if batch and (size + chunk.unpacked > BATCH_BYTES or chunk.is_known != batch[0].is_known):
            yield batch
            batch, size = [], 0
        batch.append(chunk)
        size += chunk.unpacked
    if batch:
        yield batch


def _chunk(file: File, of: Any, name: str) -> _Chunk:
    if name not in file.known:
        return _Chunk(name, 0, 0, 0, 0, 0, False)
    place, physical, has_levels = file.known[name]
    told = of.column(place)
    at = told.dictionary_page_offset or told.data_page_offset
    sizes = told.total_compressed_size, told.total_uncompressed_size
    return _Chunk(name, at, *sizes, physical, has_levels, told.compression == "ZSTD")


def _decoded(file: File, batch: Sequence[_Chunk], rows: int) -> Iterator[tuple[str, Column]] | None:
    """The columns of some chunks of so many rows; None where anything in them is not known here."""
    data = _read(file.path, batch)
    starts = np.cumsum([0, *(chunk.size for chunk in batch)])
    pages = _scratch("pages", PAGES_MAX * 8, np.int64).reshape(-1, 8)
    count = pages_of(data, starts, pages)
    if count <= 0 or len(data) != starts[-1]:
        return None
    pages = pages[:count]
    is_data = pages[:, KIND] == DATA_PAGE
    told = np.bincount(pages[is_data, CHUNK], pages[is_data, VALUES], len(batch))
    if (told != rows).any() or pages[-1, STOP] > sum(chunk.unpacked for chunk in batch):
        return None
    body = _unpacked(data, pages)
    if body is None:
        return None
    kinds = np.array([(chunk.physical, chunk.has_levels) for chunk in batch], np.int64)
    ends = np.zeros((len(batch), 3), np.int64)
    out = _room(pages, kinds)
    if not decoded(body, pages, kinds, ends, out):
        return None
    return _of(batch, rows, ends, body, out)


def _read(path: Path, batch: Sequence[_Chunk]) -> NDArray[np.uint8]:
    """The bytes of chunks, one behind the other; fewer where the file ends before."""
    data = _scratch("data", sum(chunk.size for chunk in batch), np.uint8)
    filled = 0
    with path.open("rb", buffering=0) as file:
        for chunk in batch:
            into = data[filled : filled + chunk.size].data
            filled += os.preadv(file.fileno(), [into], chunk.at)
    return data[:filled]


def _unpacked(data: NDArray[np.uint8], pages: NDArray[np.int64]) -> NDArray[np.uint8] | None:
    """The pages' bytes: frames of zstd one behind the other decompress to theirs in one call."""
    octets = data.data
    frames = [octets[at : at + size] for at, size in pages[:, FROM : SIZE + 1].tolist()]
    size = int(pages[-1, STOP]) + PADDING
    try:
        body = _ZSTD.decompress(b"".join([*frames, _TRAILER]), size)
    except OSError:
        return None
    return np.frombuffer(body, np.uint8)


def _room(pages: NDArray[np.int64], kinds: NDArray[np.int64]) -> tuple[Any, Any, Any]:
    """Room for the rows, values and texts of pages."""
    is_data = pages[:, KIND] == DATA_PAGE
    values = int(pages[is_data, VALUES].sum())
    has_texts = kinds[pages[:, CHUNK], 0] == BYTE_ARRAY
    tells = (pages[:, KIND] == DICTIONARY_PAGE) | (pages[:, ENCODING] == 0)
    texts = int(pages[has_texts & tells, VALUES].sum())
    return (
        _scratch("rows", values, np.int32),
        _scratch("values", values, np.int64),
        _scratch("bounds", 2 * texts, np.int64).reshape(-1, 2),
    )


def _scratch(name: str, size: int, kind: Any) -> NDArray[Any]:
    """Memory of this thread that is used again: fresh memory costs more than decoding into it."""
    held: NDArray[Any] | None = getattr(_SCRATCH, name, None)
    if held is None or len(held) < size:
        held = np.empty(2 * size, kind)
        setattr(_SCRATCH, name, held)
    return held[:size]


def _of(
    batch: Sequence[_Chunk],
    count: int,
    ends: NDArray[np.int64],
    body: NDArray[np.uint8],
    out: tuple[Any, Any, Any],
) -> Iterator[tuple[str, Column]]:
    rows, values, bounds = out
    start = 0
    for nth, chunk in enumerate(batch):
        end = int(ends[nth, ROWS_END])
        texts = Texts(body, bounds[ends[nth, TEXTS_FROM] : ends[nth, TEXTS_END]])
        yield chunk.name, Column(count, rows[start:end], values[start:end], texts)
        start = end
