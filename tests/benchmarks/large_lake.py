"""A lake of millions of premises: the histories of a finished run, repeated under other ids.

`python -m tests.benchmarks.large_lake HOME TIMES TARGET`: every premises of the run at HOME stands
TIMES times in the lake at TARGET, which is written as if compacted. All facts, times and data are
the run's own; ids of premises, devices, attempts and requests are new in each copy, wherever they
stand. Within a partition the copies of a record follow one another, so a basis is that of the run
times TIMES, and the clock's records say so. Only the causes of facts name no record any more, and
campaigns, programme and commands stand once, as the run had them.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from deltalake import Transaction

from twin.lake import data_files
from twin.lake.data_files import DataFile
from twin.lake.schema import EVENTS
from twin.lake.table import Lake, _adding

TOPIC: Final = "premises.events"
CLOCK: Final = "clock.ticks"
NAMED: Final = (
    "key",
    "source",
    "device_id",
    "gpf_id",
    "replaced_device_id",
    "attempt_id",
    "correlation_id",
    "causation_id",
    "data",
    "rest",
)
"""Columns in which ids stand."""
ORDER: Final = ("key", "source", "sequence", "epoch", "partition", "offset")
_PREMISES: Final = re.compile(rb"P[0-9a-f]{16}")
_DEVICE: Final = re.compile(rb"[0-9A-F]{2}(?:-[0-9A-F]{2}){7}")
_UUID: Final = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LOWER: Final = np.frombuffer(b"0123456789abcdef", np.uint8)
_UPPER: Final = np.frombuffer(b"0123456789ABCDEF", np.uint8)
_DEVICE_DIGITS: Final = np.array([3 * (n // 2) + n % 2 for n in range(16)])


def repeat(home: Path, *, times: int, target: Path) -> int:
    """Write the lake and its `history.json`; gives the number of its rows.

    Raises:
        FileExistsError: something stands at the target.
        ValueError: the run has facts whose bytes are kept whole, in which ids would stay.
    """
    target.mkdir(parents=True)
    lake = Lake(home / "lake" / "events")
    rows = pa.concat_tables(pq.read_table(path, schema=EVENTS) for path in lake.files())
    facts = rows.filter(pc.equal(rows["topic"], TOPIC)).sort_by([(n, "ascending") for n in ORDER])
    if facts["value"].null_count < len(facts):
        raise ValueError("facts of this run are kept whole: their ids cannot be replaced")
    others = _clocked(rows.filter(pc.not_equal(rows["topic"], TOPIC)), times)
    ends = lake.positions()
    del rows
    written = _write(target / "lake" / "events", facts, others, times)
    _commit(target / "lake" / "events", written, ends, times)
    _describe(home, target, times)
    return sum(rows for _, _, rows in written)


def _clocked(others: pa.Table, times: int) -> pa.Table:
    """The records of the clock with the bases that the repeated log has."""
    values = [
        _moved(value, times) if topic == CLOCK else value
        for topic, value in zip(
            others["topic"].to_pylist(), others["value"].to_pylist(), strict=True
        )
    ]
    place = EVENTS.get_field_index("value")
    return others.set_column(place, EVENTS.field(place), pa.array(values, pa.binary()))


def _moved(value: bytes, times: int) -> bytes:
    said = json.loads(value)
    if said["phase"] == "closed":
        said["basis"] = {partition: end * times for partition, end in said["basis"].items()}
    return json.dumps(said, separators=(",", ":")).encode()


class _Column:
    """One column's bytes and the places of ids in them."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self.array = column.combine_chunks()
        self.valid, self.bounds, held = self.array.buffers()
        self.octets = np.frombuffer(held, np.uint8)
        whole = bytes(self.octets)
        self.premises = _places(_PREMISES, whole) + 1
        self.devices = _places(_DEVICE, whole)
        self.uuids = _places(_UUID, whole)

    def ids(self, places: Any, digits: Any) -> Any:
        """Numbers of the hexadecimal digits at some places."""
        if not len(places):
            return np.zeros(0, np.uint64)
        text = self.octets[places[:, None] + digits]
        value = np.where(text >= 97, text - 87, np.where(text >= 65, text - 55, text - 48))
        shifts = np.arange(60, -1, -4, dtype=np.uint64)
        return (value.astype(np.uint64) << shifts).sum(axis=1, dtype=np.uint64)


def _places(of: re.Pattern[bytes], whole: bytes) -> Any:
    return np.fromiter((found.start() for found in of.finditer(whole)), np.int64)


class _Copies:
    """The facts with ids that can be set anew; premises ids go up from copy to copy."""

    def __init__(self, facts: pa.Table, times: int) -> None:
        self._facts, self._times = facts, times
        self._columns = {name: _Column(facts[name]) for name in NAMED}
        columns = self._columns.values()
        homes = [c.ids(c.premises, np.arange(16)) for c in columns]
        devices = [c.ids(c.devices, _DEVICE_DIGITS) for c in columns]
        self._homes = np.unique(np.concatenate(homes))
        known = np.unique(np.concatenate(devices))
        self._home_places = [np.searchsorted(self._homes, n).astype(np.uint64) for n in homes]
        self._device_places = [np.searchsorted(known, n).astype(np.uint64) for n in devices]
        self._width = np.uint64(2**64 // (times * len(self._homes)))
        self._offsets = facts["offset"].to_numpy()

    def copy(self, nth: int) -> pa.Table:
        """The facts as the premises of one copy have them."""
        table = self._facts
        for at, (name, column) in enumerate(self._columns.items()):
            table = _put(table, name, self._renamed(column, at, nth))
        return _put(table, "offset", pa.array(self._offsets * self._times + nth))

    def _renamed(self, column: _Column, at: int, nth: int) -> pa.Array:
        octets = column.octets.copy()
        first = np.uint64(nth * len(self._homes))
        homes = (first + self._home_places[at]) * self._width
        devices = np.uint64(nth) << np.uint64(40) | self._device_places[at]
        _set(octets, column.premises, np.arange(16), homes, _LOWER)
        _set(octets, column.devices, _DEVICE_DIGITS, devices, _UPPER)
        last = np.full(len(column.uuids), nth, np.uint64)
        _set(octets, column.uuids + 28, np.arange(8), last << np.uint64(32), _LOWER)
        buffers = [column.valid, column.bounds, pa.py_buffer(octets)]
        return pa.Array.from_buffers(column.array.type, len(column.array), buffers)


def _set(octets: Any, places: Any, digits: Any, numbers: Any, signs: Any) -> None:
    """Write the first digits of numbers at places."""
    shifts = np.arange(60, 60 - 4 * len(digits), -4, dtype=np.uint64)
    values = (numbers[:, None] >> shifts) & np.uint64(15)
    octets[places[:, None] + digits] = signs[values.astype(np.intp)]


def _put(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    place = EVENTS.get_field_index(name)
    return table.set_column(place, EVENTS.field(place), column)


def _write(
    folder: Path, facts: pa.Table, others: pa.Table, times: int
) -> list[tuple[DataFile, int, int]]:
    """A file for each bucket, in the order that a compaction gives."""
    folder.mkdir(parents=True)
    pieces = _pieces(_Copies(facts, times), times)
    written = [
        data_files.write(folder, (rows for _, rows in of), bucket=bucket)
        for bucket, of in groupby(pieces, key=lambda piece: piece[0])
    ]
    return [*written, data_files.write(folder, [others], bucket="other")]


def _pieces(copies: _Copies, times: int) -> Iterator[tuple[str, pa.Table]]:
    for nth in range(times):
        rows = copies.copy(nth)
        first = 0
        for run in pc.utf8_slice_codeunits(rows["key"], 1, 2).value_counts():
            length = run["counts"].as_py()
            yield run["values"].as_py(), rows.slice(first, length)
            first += length
        print(f"{nth + 1:,} of {times:,} copies", end="\r", file=sys.stderr, flush=True)


def _commit(folder: Path, written: Any, ends: Any, times: int) -> None:
    """One commit with all files and the ends of all slices."""
    lake = Lake(folder)
    stands = {of: end * (times if of.topic == TOPIC else 1) for of, end in ends.items()}
    ranges = [
        {"topic": o.topic, "epoch": o.epoch, "partition": o.partition, "start": 0, "end": end}
        for o, end in sorted(stands.items())
    ]
    lake._commit(
        [_adding(*one, is_news=True) for one in written],
        moved=[Transaction(of.app_id, end) for of, end in stands.items()],
        said={"ranges": ranges},
    )


def _describe(home: Path, target: Path, times: int) -> None:
    """The home's own words, for so many premises; plans as the run had them."""
    said = msgspec.json.decode((home / "history.json").read_bytes())
    said |= {"premises": said["premises"] * times, "broker": "generated"}
    (target / "history.json").write_bytes(msgspec.json.format(msgspec.json.encode(said)))
    shutil.copytree(home / "plans", target / "plans")


if __name__ == "__main__":
    source, number, place = sys.argv[1:]
    rows = repeat(Path(source), times=int(number), target=Path(place))
    print(f"{rows:,} records at {place}")
