"""The lake's columns as the kernels want them: ids as numbers, a range of premises at a time."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct
from numpy.typing import NDArray

from twin.bulk.arrow import by_dictionary, flags, single, whole
from twin.bulk.effects import CODES, RESOLVED, UNTOLD, VARIANTS
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
BATCH_ROWS: Final = 500_000
"""Rows whose ids are read together; the files of a lake that was not compacted are small."""
THREADS_FROM: Final = 50_000
"""Rows of a file from which on several threads read it; they cost more than they save before."""
_CODED: Final = pa.dictionary(pa.int32(), pa.string())
SCHEMA: Final = pa.schema(
    [(name, _CODED if name in _WORDS else EVENTS.field(name).type) for name in COLUMNS]
    + [("old", pa.bool_())]
)
"""The columns as the kernels take them; `old` marks rows of a file that lacked some."""


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
    values = table.select(VALUES).unify_dictionaries().combine_chunks()
    numbers = _numbers(table, premises)
    attempt = numbers.pop("high"), numbers.pop("low")
    facets = {name: single(values[name]) for name in VALUES}
    numbers["code"] = _codes(values)
    bad = numbers["bad"]
    bad[np.isin(numbers["code"], [CODES[name] for name in UNTOLD])] = UNTOLD_FACT
    bad[numbers["code"] == CODES[RESOLVED]] = RESOLUTION
    bad[flags(pc.is_valid(table["refusal"])) | (numbers["code"] < 0)] = REFUSED
    numbers["breach"] = flags(values["breach"].is_valid())
    return Events(**numbers, attempt=attempt, facets=facets)


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
        for name in COLUMNS:
            if name not in present:
                table = table.append_column(name, _nulls(name, len(table)))
        old = len(present) < len(COLUMNS)
        table = table.append_column("old", pa.repeat(pa.scalar(old), len(table)))
        yield table.select((*COLUMNS, "old")).replace_schema_metadata(None).cast(SCHEMA)


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
