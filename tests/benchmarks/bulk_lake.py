"""Large lakes to fold: whole emulated histories, repeated under other ids, in two orders.

The emulator tells the history of a small fleet, whose firmware is updated, from beginning to end;
its rows are then repeated in NumPy and Arrow under ids of their own for premises, devices and
attempts. Only the columns that the bulk fold reads are written.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct

from tests.benchmarks.corpus import BEGINS, ENDS, STARTS
from tests.bulk.lakes import logged, write
from tests.fleet.toy_campaign import ToyCampaign
from twin.bulk.effects import RECALLED, UNTOLD
from twin.bulk.events import COLUMNS
from twin.bulk.ids import device_numbers, premises_numbers
from twin.bulk.parquet.column import texts_of
from twin.bulk.series import device_texts, premises_texts
from twin.events.envelope import Event, encode
from twin.events.registry import short_name
from twin.fleet.field import Field
from twin.fleet.numbers import assumptions
from twin.ingest.catalogue import shipped_catalogue
from twin.lake.rows import Logged, to_table
from twin.state.entry import Record

HOMES: Final = 400
UPDATES_A_DAY: Final = 20
FILE_ROWS: Final = 500_000
COMMIT_ROWS: Final = 50_000
"""Rows of a commit of the archiver, which are a row group of a lake that was not compacted."""
_LOGGED: Final = datetime(2026, 1, 1, tzinfo=UTC)


class History(Struct, frozen=True):
    """The whole history of a small fleet: its records and the table of their columns."""

    events: list[Event]
    records: list[Record]
    table: pa.Table


def history() -> History:
    """What the emulated field tells of a small fleet over the programme's period."""
    catalogue = shipped_catalogue()
    field = Field(
        assumptions=assumptions.shipped(),
        catalogue=catalogue,
        premises=HOMES,
        seed=1,
        starts=STARTS,
        ends=ENDS,
    )
    campaign = ToyCampaign(catalogue, begins=BEGINS, a_day=UPDATES_A_DAY)
    events: list[Event] = []
    while field.now < ENDS:
        told = field.advance(until=field.now + timedelta(days=1), requests=campaign.due(field.now))
        campaign.see(told)
        events += told
    events = _of_the_kernels(events)
    records = [
        Record(event.key.encode(), encode(event), 0, 0, offset)
        for offset, event in enumerate(events)
    ]
    log = [
        Logged("premises.events", r.epoch, r.partition, r.offset, r.key, r.value, _LOGGED)
        for r in records
    ]
    return History(events, records, to_table(log).select(COLUMNS))


def _of_the_kernels(events: list[Event]) -> list[Event]:
    """Without the few homes that the kernels leave to the readable replay: the lakes made of them
    hold no bytes to replay."""
    left = {event.key for event in events if _is_untold(event)}
    if len(left) * 20 > HOMES:
        raise RuntimeError(f"{len(left)} of {HOMES} homes are left to the replay: no measurement")
    return [event for event in events if event.key not in left]


def _is_untold(event: Event) -> bool:
    name = short_name(event.fact.TYPE)
    is_recall = getattr(event.fact, "recalled_by", None) is not None
    return (RECALLED if is_recall else name) in UNTOLD


def write_whole(of: History, folder: Path, *, times: int) -> tuple[Path, ...]:
    """The history so many times under other premises ids, sorted, with all columns: the replay
    gives the records' bytes back from them."""
    told = [(f"P{nth:02x}{event.key[3:]}", event) for nth in range(times) for event in of.events]
    folder.mkdir(parents=True, exist_ok=True)
    return (write(to_table(logged(told)), folder / "whole.parquet", by_device=True),)


def write_sorted(of: History, folder: Path, *, times: int) -> tuple[Path, ...]:
    """The history so many times, sorted by premises, device and sequence, as if compacted."""
    order = [("key", "ascending"), ("device_id", "ascending"), ("sequence", "ascending")]
    template = _Template(of.table.sort_by(order))
    return _write(folder, (template.copy(n, times) for n in range(times)), 2 * FILE_ROWS)


def write_arrivals(of: History, folder: Path, *, times: int) -> tuple[Path, ...]:
    """The history so many times, in order of time: every premises is in every file."""
    template = _Template(of.table)
    step = COMMIT_ROWS // times
    copies = [template.copy(n, times) for n in range(times)]
    commits = (
        pa.concat_tables([copy.slice(start, step) for copy in copies])
        for start in range(0, len(of.table), step)
    )
    return _write(folder, commits, COMMIT_ROWS)


def _write(folder: Path, tables: Any, group_rows: int) -> tuple[Path, ...]:
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    waiting: list[pa.Table] = []
    offset = 0

    def flush() -> None:
        nonlocal waiting, offset
        table = pa.concat_tables(waiting)
        place = table.schema.get_field_index("offset")
        offsets = pa.array(np.arange(offset, offset + len(table)))
        table = table.set_column(place, "offset", offsets)
        files.append(folder / f"part-{len(files):05d}.parquet")
        packed = {n: "DELTA_BINARY_PACKED" for n in ("offset", "sequence", "occurred_at")}
        words = [n for n in table.schema.names if n not in (*packed, "attempt_id")]
        pq.write_table(
            table,
            files[-1],
            compression="zstd",
            use_dictionary=words,
            column_encoding=packed,
            row_group_size=group_rows,
        )
        offset, waiting = offset + len(table), []

    for table in tables:
        waiting.append(table)
        if sum(map(len, waiting)) >= FILE_ROWS:
            flush()
    if waiting:
        flush()
    return tuple(files)


class _Template:
    """A history whose ids are kept as places in lists, so that each copy gets lists of its own."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self._keys = table["key"].combine_chunks().dictionary_encode()
        self._homes = np.sort(premises_numbers(texts_of(self._keys.dictionary))[0])
        ids = pa.concat_arrays(
            [table[name].combine_chunks() for name in ("device_id", "gpf_id", "replaced_device_id")]
        )
        self._devices = np.unique(device_numbers(texts_of(ids.drop_null()))[0])

    def copy(self, nth: int, of: int) -> pa.Table:
        """The table under the ids of one copy; premises ids go up from copy to copy."""
        table = self._table
        for name in ("device_id", "gpf_id", "replaced_device_id"):
            table = _put(table, name, self._device_ids(table[name], nth))
        table = _put(table, "source", self._sources(table["source"], nth, of))
        table = _put(table, "attempt_id", _attempts(table["attempt_id"], nth))
        return _put(table, "key", self._premises_ids(self._keys, nth, of))

    def _premises_ids(self, coded: pa.DictionaryArray, nth: int, of: int) -> pa.Array:
        numbers = premises_numbers(texts_of(coded.dictionary))[0]
        texts = self._new_premises(numbers, nth, of)
        return pa.DictionaryArray.from_arrays(coded.indices, texts).cast(pa.string())

    def _new_premises(self, numbers: Any, nth: int, of: int) -> pa.Array:
        places = np.searchsorted(self._homes, numbers).astype(np.uint64)
        width = np.uint64(2**64 // (of * len(self._homes)))
        moved = (np.uint64(nth * len(self._homes)) + places) * width
        return premises_texts(moved).to_arrow().cast(pa.string())

    def _new_devices(self, numbers: Any, nth: int) -> pa.Array:
        places = np.searchsorted(self._devices, numbers).astype(np.uint64)
        moved = np.uint64(nth) << np.uint64(40) | places
        return device_texts(moved).to_arrow().cast(pa.string())

    def _device_ids(self, column: pa.ChunkedArray, nth: int) -> pa.Array:
        coded = column.combine_chunks().dictionary_encode()
        texts = self._new_devices(device_numbers(texts_of(coded.dictionary))[0], nth)
        return pa.DictionaryArray.from_arrays(coded.indices, texts).cast(pa.string())

    def _sources(self, column: pa.ChunkedArray, nth: int, of: int) -> pa.Array:
        coded = column.combine_chunks().dictionary_encode()
        stems = pc.replace_substring_regex(coded.dictionary, pattern="[^:]*$", replacement="")
        names = pc.replace_substring_regex(coded.dictionary, pattern="^.*:", replacement="")
        homes, of_home = premises_numbers(texts_of(names))
        devices, _ = device_numbers(texts_of(names))
        by_home = self._new_premises(homes, nth, of)
        new = pc.if_else(pa.array(of_home), by_home, self._new_devices(devices, nth))
        texts = pc.binary_join_element_wise(stems, new, "")
        return pa.DictionaryArray.from_arrays(coded.indices, texts).cast(pa.string())


def _attempts(column: pa.ChunkedArray, nth: int) -> pa.Array:
    """The last eight digits of an attempt's id are those of the copy."""
    stems = pc.utf8_slice_codeunits(column, 0, 28)
    return pc.binary_join_element_wise(stems, f"{nth:08x}", "").combine_chunks()


def _put(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), name, column)


def scanned(files: tuple[Path, ...]) -> pl.DataFrame:
    """Polars reads the same columns and adds each up: numbers, flags, lengths of texts."""
    frame = pl.scan_parquet(list(files)).select(COLUMNS)
    sums = [
        pl.col(name).str.len_bytes().sum()
        if kind == pl.String
        else pl.col(name).to_physical().sum()
        for name, kind in frame.collect_schema().items()
    ]
    return frame.select(sums).collect()
