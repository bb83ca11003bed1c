"""The lake's columns as the kernels want them: ids as numbers, a range of premises at a time."""

from collections.abc import Iterator
from functools import reduce
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct
from numpy.typing import NDArray

from twin.bulk.arrow import by_dictionary, flags, whole
from twin.bulk.effects import CANCELLED, CODES, RECALLED, RESOLVED, UNTOLD, VARIANTS, Variant
from twin.bulk.ids import (
    Flags,
    Numbers,
    device_numbers,
    premises_numbers,
    source_numbers,
    uuid_numbers,
)
from twin.bulk.reasons import OLD_FILE, REFUSED, RESOLUTION, SOURCE, UNTOLD_FACT
from twin.bulk.spans import Span, bounds
from twin.bulk.words import Words, words_of
from twin.lake.schema import EVENTS

TOPIC: Final = "premises.events"
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
_UNTOLD: Final = np.isin(np.arange(len(CODES) + 1), [CODES[name] for name in UNTOLD])
"""Which effects the table does not tell, by code; the last is that of no fact (-1)."""
BATCH_ROWS: Final = 500_000
"""Rows whose ids are read together; the files of a lake that was not compacted are small."""
THREADS_FROM: Final = 50_000
"""Rows of a file from which on several threads read it; they cost more than they save before."""
_CODED: Final = pa.dictionary(pa.int32(), pa.string())
SCHEMA: Final = pa.schema(
    [(name, _CODED if name in _WORDS else EVENTS.field(name).type) for name in COLUMNS]
    + [("old", pa.bool_()), ("more", pa.bool_())]
)
"""The columns as the kernels take them; `old` marks rows of a file that lacked some, `more` those
of cancellations that say more than the columns do (`says_more`)."""
BEYOND: Final = ("value", "data", "rest")
"""Columns that hold what other columns do not give back of a fact (decision 0037)."""


class Events(Struct):
    """Records of some premises: ids and words as numbers, an effect's code, other facets as Arrow.

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
    words: dict[str, Words]
    facets: dict[str, pa.Array]

    def __len__(self) -> int:
        """How many records there are."""
        return len(self.premises)


def read(span: Span) -> Events:
    """The records of the premises of a span."""
    tables = list(_tables(span))
    table = pa.concat_tables(tables or [SCHEMA.empty_table()])
    premises, known = by_dictionary(table["key"], premises_numbers)
    first, last = np.uint64(span.first), np.uint64(span.end - 1)
    ours = flags(pc.equal(table["topic"], TOPIC))
    inside = ours & known & (premises >= first) & (premises <= last)
    if span.cut.ends:
        place = (whole(table[name]) for name in ("epoch", "partition", "offset"))
        inside &= span.cut.keeps(*place)
    if not inside.all():
        table = table.filter(pa.array(inside))
        premises = premises[inside]
    return _events(table, premises)


def events_of(table: pa.Table) -> Events:
    """The records of a table of `SCHEMA`, all of them of premises."""
    return _events(table, by_dictionary(table["key"], premises_numbers)[0])


def _events(table: pa.Table, premises: Numbers) -> Events:
    words: dict[str, Words] = {n: words_of(table[n]) for n in VALUES if n in _WORDS}
    facets: dict[str, pa.Array] = {
        name: table[name].combine_chunks() for name in VALUES if name not in words
    }
    numbers = _numbers(table, premises)
    attempt = numbers.pop("high"), numbers.pop("low")
    numbers["code"] = _codes(words, facets)
    numbers["code"][flags(table["more"])] = CODES[RECALLED]
    bad = numbers["bad"]
    bad[_UNTOLD[numbers["code"]]] = UNTOLD_FACT
    bad[numbers["code"] == CODES[RESOLVED]] = RESOLUTION
    bad[(words_of(table["refusal"]).places >= 0) | (numbers["code"] < 0)] = REFUSED
    numbers["breach"] = words["breach"].places >= 0
    return Events(**numbers, attempt=attempt, words=words, facets=facets)


def _tables(span: Span) -> Iterator[pa.Table]:
    for file in span.files:
        told = pq.read_metadata(file)
        present = [name for name in COLUMNS if name in told.schema.names]
        words = [name for name in present if name in _WORDS]
        source = pq.ParquetFile(file, metadata=told, read_dictionary=words)
        wanted = [group for group in range(told.num_row_groups) if _touches(told, group, span)]
        if not wanted:
            continue
        table = source.read_row_groups(
            wanted, columns=present, use_threads=told.num_rows > THREADS_FROM
        )
        yield _as_wanted(table, _more(source, wanted, table), is_old=len(present) < len(COLUMNS))


def _more(source: pq.ParquetFile, groups: list[int], table: pa.Table) -> pa.ChunkedArray:
    """`says_more` of some row groups; few have a cancellation, and no other reads so much."""
    beyond = [name for name in BEYOND if name in source.schema_arrow.names]
    if not beyond or CANCELLED not in words_in(table["event"]):
        return says_more(table)
    return says_more(table, source.read_row_groups(groups, columns=beyond))


def says_more(table: pa.Table, beyond: pa.Table | None = None) -> pa.ChunkedArray:
    """Cancellations of which something is kept outside the columns: a recall, perhaps."""
    if beyond is None:
        return pa.chunked_array([pa.repeat(pa.scalar(False), len(table))])
    found = pc.equal(table["event"].cast(pa.string()), CANCELLED)
    held = [pc.is_valid(column) for column in beyond.columns]
    return pc.fill_null(pc.and_(found, reduce(pc.or_, held)), False)


def words_in(column: pa.ChunkedArray) -> set[str]:
    """The words of a column's dictionaries."""
    return {word for chunk in column.chunks for word in chunk.dictionary.to_pylist()}


def _as_wanted(table: pa.Table, more: pa.ChunkedArray, *, is_old: bool) -> pa.Table:
    """The columns of `SCHEMA`; those that a file lacks are null."""
    for name in COLUMNS:
        if name not in table.schema.names:
            table = table.append_column(name, _nulls(name, len(table)))
    table = table.append_column("old", pa.repeat(pa.scalar(is_old), len(table)))
    table = table.append_column("more", more)
    return table.select(SCHEMA.names).replace_schema_metadata(None).cast(SCHEMA)


def _nulls(name: str, count: int) -> pa.Array:
    return pa.nulls(count, SCHEMA.field(name).type)


def _touches(told: pq.FileMetaData, group: int, span: Span) -> bool:
    low, high = bounds(told, group)
    return low < span.end and high >= span.first


def _numbers(table: pa.Table, premises: Numbers) -> dict[str, NDArray[Any]]:
    source, kind = by_dictionary(table["source"], source_numbers)
    device, _ = by_dictionary(table["device_id"], device_numbers)
    gpf, has_gpf = by_dictionary(table["gpf_id"], device_numbers)
    replaced, has_replaced = by_dictionary(table["replaced_device_id"], device_numbers)
    high, low = by_dictionary(table["attempt_id"], uuid_numbers)
    bad = np.zeros(len(table), np.uint8)
    bad[kind == _UNKNOWN_SOURCE] = SOURCE
    bad[flags(table["old"])] = OLD_FILE
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
        "bad": bad,
    }


def _codes(words: dict[str, Words], facets: dict[str, pa.Array]) -> NDArray[np.int16]:
    """The number of each record's effect; -1 for what is no fact of a premises."""
    told = words["event"]
    codes = np.array([*(CODES.get(text, -1) for text in told.texts), -1], np.int16)[told.places]
    for variant in VARIANTS:
        of = np.flatnonzero(codes == CODES[variant.name.partition("/")[0]])
        if len(of):
            hit = _is_variant(variant, of, words, facets)
            codes[of[hit != variant.other_than]] = CODES[variant.name]
    return codes


def _is_variant(
    variant: Variant, rows: NDArray[Any], words: dict[str, Words], facets: dict[str, pa.Array]
) -> Flags:
    """Whether each of some rows holds the word of a variant, or nothing if it has no word."""
    if variant.column in words:
        held = words[variant.column]
        wanted = -1 if variant.word is None else held.place(variant.word)
        return np.asarray(held.places[rows] == wanted)
    values = facets[variant.column].take(pa.array(rows))
    if variant.word is None:
        return flags(values.is_null())
    return flags(pc.fill_null(pc.equal(values, variant.word == "true"), False))
