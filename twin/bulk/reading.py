"""The lake's columns as the kernels want them: ids as numbers, a range of premises at a time."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct
from numpy.typing import NDArray

from twin.bulk.arrow import by_dictionary, flags, single, whole
from twin.bulk.effects import CODES, RESOLVED, VARIANTS
from twin.bulk.ids import (
    Flags,
    Numbers,
    device_numbers,
    premises_numbers,
    source_numbers,
    uuid_numbers,
)
from twin.lake.schema import EVENTS

TOPIC: Final = "premises.events"
ROWS_MAX: Final = 12_000_000
"""Rows of one range; some 100 bytes each are in memory at a time."""
_IDS: Final = ("key", "source", "device_id", "gpf_id", "replaced_device_id", "attempt_id")
_PLACE: Final = ("topic", "epoch", "partition", "offset", "refusal", "sequence", "occurred_at")
VALUES: Final = (
    "event",
    "breach",
    "device_type",
    "campaign_id",
    "firmware_version",
    "pairing_capable",
    "response_lost",
    "model",
    "hub_variant",
    "band",
    "reason",
    "to_status",
    "to_state",
    "execute_at",
    "wave",
    "attempt",
    "place",
    "region",
    "supplier",
    "transfer",
    "response",
    "premises_type",
    "csp_region",
    "gsp_group",
    "dual_fuel",
    "shared_meter_space",
    "ghz_2_4",
    "sub_ghz",
    "pin_class",
    "accepted",
    "outcome",
    "route",
    "channel",
    "role",
    "pin_prompted",
    "entry",
    "cause",
    "stage",
)
"""Facets whose values go into the columns of state, or tell variants apart."""
COLUMNS: Final = (*_PLACE, *_IDS, *VALUES)
_WORDS: Final = [name for name in COLUMNS if pa.types.is_string(EVENTS.field(name).type)]
_UNKNOWN_SOURCE: Final = 255
BATCH_ROWS: Final = 500_000
"""Rows whose ids are read together; the files of a lake that was not compacted are small."""
THREADS_FROM: Final = 50_000
"""Rows of a file from which on several threads read it; they cost more than they save before."""
_CODED: Final = pa.dictionary(pa.int32(), pa.string())
_SCHEMA: Final = pa.schema(
    [(name, _CODED if name in _WORDS else EVENTS.field(name).type) for name in COLUMNS]
    + [("old", pa.bool_())]
)


class Events(Struct):
    """Records of some premises: ids as numbers, an effect's code, and the other facets as Arrow.

    `bad` is 0 for a record that the kernels understand. Moments are microseconds since 1970, UTC.
    """

    premises: Numbers
    device: Numbers
    gpf: Numbers
    has_gpf: Flags
    replaced: Numbers
    has_replaced: Flags
    source: Numbers
    source_kind: NDArray[np.uint8]
    attempt: tuple[Numbers, Numbers]
    sequence: NDArray[np.int64]
    at: NDArray[np.int64]
    epoch: NDArray[np.int32]
    partition: NDArray[np.int32]
    offset: NDArray[np.int64]
    code: NDArray[np.int16]
    breach: Flags
    bad: NDArray[np.uint8]
    facets: dict[str, pa.Array]

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.premises)


REFUSED, RESOLUTION, SOURCE, OLD_FILE = 1, 2, 3, 4


def ranges(files: Sequence[Path], *, rows_max: int = ROWS_MAX) -> Iterator[tuple[int, int]]:
    """Ranges of premises numbers, in order, that hold some `rows_max` rows each.

    Ids are random (D5), so equal parts of all numbers hold about equal parts of the rows.
    """
    rows = sum(pq.read_metadata(file).num_rows for file in files)
    parts = max(1, -(-rows // rows_max))
    for part in range(parts):
        yield part * 2**64 // parts, (part + 1) * 2**64 // parts


def read(files: Sequence[Path], between: tuple[int, int]) -> Events:
    """The records of the premises from one number up to and without another."""
    nothing = pa.table({name: _nulls(name, 0) for name in (*COLUMNS, "old")})
    pieces = [_piece(table, between) for table in _batched(files, between)]
    return _joined(pieces or [_piece(nothing, between)])


def _batched(files: Sequence[Path], between: tuple[int, int]) -> Iterator[pa.Table]:
    """Tables of at least so many rows, each with one dictionary a column."""
    waiting: list[pa.Table] = []
    for table in _tables(files, between):
        waiting.append(table)
        if sum(map(len, waiting)) >= BATCH_ROWS:
            yield pa.concat_tables(waiting).unify_dictionaries().combine_chunks()
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting).unify_dictionaries().combine_chunks()


def _tables(files: Sequence[Path], between: tuple[int, int]) -> Iterator[pa.Table]:
    for file in files:
        told = pq.read_metadata(file)
        present = [name for name in COLUMNS if name in told.schema.names]
        words = [name for name in present if name in _WORDS]
        source = pq.ParquetFile(file, metadata=told, read_dictionary=words)
        wanted = _groups(source, between)
        if not wanted:
            continue
        table = source.read_row_groups(
            wanted, columns=present, use_threads=told.num_rows > THREADS_FROM
        )
        for name in COLUMNS:
            if name not in present:
                table = table.append_column(name, _nulls(name, len(table)))
        old = len(present) < len(COLUMNS)
        table = table.append_column("old", pa.repeat(pa.scalar(old), len(table)))
        yield table.select((*COLUMNS, "old")).replace_schema_metadata(None).cast(_SCHEMA)


def _nulls(name: str, count: int) -> pa.Array:
    return pa.nulls(count, _SCHEMA.field(name).type)


def _groups(source: pq.ParquetFile, between: tuple[int, int]) -> list[int]:
    """Row groups whose keys, by their statistics, may lie in the range."""
    if between == (0, 2**64):
        return list(range(source.metadata.num_row_groups))
    low, high = (f"P{min(end, 2**64 - 1):016x}" for end in between)
    place = source.schema_arrow.names.index("key")
    found = []
    for group in range(source.metadata.num_row_groups):
        told = source.metadata.row_group(group).column(place).statistics
        if told is None or not told.has_min_max or (told.min <= high and told.max >= low):
            found.append(group)
    return found


class _Piece(Struct):
    """The records of one chunk."""

    numbers: dict[str, NDArray[Any]]
    facets: pa.Table


def _piece(table: pa.Table, between: tuple[int, int]) -> _Piece:
    premises, known = by_dictionary(table["key"], premises_numbers)
    first, last = np.uint64(between[0]), np.uint64(between[1] - 1)
    ours = flags(pc.equal(table["topic"], TOPIC))
    inside = ours & known & (premises >= first) & (premises <= last)
    if not inside.all():
        table = table.filter(pa.array(inside))
        premises = premises[inside]
    return _Piece(_numbers(table, premises), table.select(VALUES))


def _numbers(table: pa.Table, premises: Numbers) -> dict[str, NDArray[Any]]:
    source, kind = by_dictionary(table["source"], source_numbers)
    device, _ = by_dictionary(table["device_id"], device_numbers)
    gpf, has_gpf = by_dictionary(table["gpf_id"], device_numbers)
    replaced, has_replaced = by_dictionary(table["replaced_device_id"], device_numbers)
    high, low = by_dictionary(table["attempt_id"], uuid_numbers)
    code = _codes(table)
    bad = np.zeros(len(table), np.uint8)
    bad[kind == _UNKNOWN_SOURCE] = SOURCE
    bad[code == CODES[RESOLVED]] = RESOLUTION
    bad[flags(table["old"])] = OLD_FILE
    bad[flags(pc.is_valid(table["refusal"])) | (code < 0)] = REFUSED
    return {
        "premises": premises,
        "device": device,
        "gpf": gpf,
        "has_gpf": has_gpf,
        "replaced": replaced,
        "has_replaced": has_replaced,
        "source": source,
        "source_kind": kind,
        "high": high,
        "low": low,
        "sequence": whole(table["sequence"]),
        "at": whole(table["occurred_at"].cast(pa.int64())),
        "epoch": whole(table["epoch"]),
        "partition": whole(table["partition"]),
        "offset": whole(table["offset"]),
        "code": code,
        "breach": flags(pc.is_valid(table["breach"])),
        "bad": bad,
    }


def _codes(table: pa.Table) -> NDArray[np.int16]:
    """The number of each record's effect; -1 for what is no fact of a premises."""

    def known(words: pa.Array) -> tuple[NDArray[np.int16], Flags]:
        codes = np.array([CODES.get(word, -1) for word in words.to_pylist()], np.int16)
        return codes, codes >= 0

    codes, named = by_dictionary(table["event"], known)
    codes[~named] = -1
    for variant in VARIANTS:
        of = np.flatnonzero(codes == CODES[variant.name.partition("/")[0]])
        if len(of):
            values = table[variant.column].take(pa.array(of))
            hit = _is_variant(values, variant.word)
            codes[of[hit != variant.other_than]] = CODES[variant.name]
    return codes


def _is_variant(values: pa.ChunkedArray, word: str | None) -> Flags:
    if word is None:
        return flags(values.is_null())
    if pa.types.is_boolean(values.type):
        return flags(pc.fill_null(pc.equal(values, word == "true"), False))
    return flags(pc.fill_null(pc.equal(values.cast(pa.string()), word), False))


def _joined(pieces: Sequence[_Piece]) -> Events:
    numbers = {
        name: np.concatenate([piece.numbers[name] for piece in pieces])
        for name in pieces[0].numbers
    }
    attempt = numbers.pop("high"), numbers.pop("low")
    table = pa.concat_tables([piece.facets for piece in pieces])
    table = table.unify_dictionaries().combine_chunks()
    facets = {name: single(table[name]) for name in VALUES}
    return Events(**numbers, attempt=attempt, facets=facets)
