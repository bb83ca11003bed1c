"""The checkpoint of a large lake: that of the run which the lake repeats, repeated as the lake is.

`python -m tests.benchmarks.large_checkpoint RUN TIMES TARGET MOMENT`: RUN is the home of the run
that `large_lake` repeated TIMES times at TARGET, MOMENT an end of a month (2017-12-01, say). To
fold a hundred million records one by one takes the better part of an hour; so the run's own
checkpoint is made by `twin.lookback`, and its rows are written under the ids of each copy, with
digests of their own. Then premises drawn from the large lake are folded from their first record,
and each must come to its row. Only the place of the last record seen, which no figure and no digest
holds, is that of the first copy in all of them.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec.structs import replace

from infra.run.looking_back import LookingBack
from streams.known import known_at
from tests.benchmarks import large_lake
from twin.bulk.records import by_premises
from twin.lake.basis import Basis, basis_of
from twin.lake.read import within
from twin.lake.schema import EVENTS
from twin.lake.table import Lake
from twin.lookback.carrying import before_all, carried
from twin.lookback.checkpoint import Checkpoint, Made, Wanted
from twin.lookback.rows import Row
from twin.lookback.stands import TOPIC, of_facts
from twin.state.digest import premises_digest
from twin.state.premises import Premises

DRAWN: Final = 100
_encode = msgspec.msgpack.Encoder().encode
_canonical = msgspec.msgpack.Encoder(order="deterministic").encode


def basis(lake: Lake, moment: datetime) -> Basis:
    """What a lake held at a moment of the twin's clock."""
    known = known_at(lake, moment)
    return basis_of(
        known.positions,
        starts=lake.starts(),
        code_version="",
        reference="",
        resolved=known.resolved,
    )


def repeat(run: Path, *, times: int, target: Path, moment: datetime) -> Checkpoint:
    """Write the checkpoint of a moment beside the lake at `target`.

    Raises:
        RuntimeError: a premises that was drawn is something else in the lake.
    """
    small, large = Lake(run / "lake" / "events"), Lake(target / "lake" / "events")
    of_run, looking = LookingBack(run), LookingBack(target)
    (one,) = of_run.make(small, [basis(small, moment)], now=datetime.now(UTC))
    wanted = basis(large, moment)
    copies = _Copies(small, list(of_run.checkpoints.rows(one).all()), times)
    (made,) = looking.checkpoints.keep(
        [Wanted(of_facts(wanted.stands), wanted.resolved)],
        fingerprint=looking.fingerprint,
        now=datetime.now(UTC),
        rows=([row] for row in copies.rows()),
        made=lambda: [
            Made(
                newest=one.newest,
                digest=copies.fleet.hexdigest(),
                figures=_times(one.figures, times),
            )
        ],
    )
    require_true(looking, large, made)
    return made


def require_true(looking: LookingBack, lake: Lake, of: Checkpoint) -> None:
    """Fold some premises from the lake and hold them against their rows.

    Raises:
        RuntimeError: one is something else.
    """
    held = looking.checkpoints.rows(of)
    names = held.digests()["premises_id"].sample(DRAWN, seed=1).sort().to_list()
    rows = held.of(names)
    where = within(TOPIC, of.positions)
    found = 0
    for place, records in by_premises(lake.files(), only=names, where=where):
        state, _ = carried(before_all(place[0]), records)
        row = rows[place]
        same = replace(row.state.known, offset=state.known.offset) == state.known
        if not same or row.digest != premises_digest(state.premises) or row.facts != state.facts:
            raise RuntimeError(f"premises {place} is not what the lake folds to")
        found += 1
    if found != len(rows):
        raise RuntimeError(f"of {len(rows)} premises drawn the lake has {found}")


class _Copies:
    """Rows of the run under the ids of each copy, copy after copy."""

    def __init__(self, lake: Lake, rows: list[Row], times: int) -> None:
        files = [pq.read_table(path, schema=EVENTS) for path in lake.files()]
        facts = pa.concat_tables(
            [rows.filter(pc.equal(rows["topic"], large_lake.TOPIC)) for rows in files]
        )
        told = [large_lake._Column(facts[name]) for name in large_lake.NAMED]
        self._homes = np.unique(np.concatenate([_homes_of(c) for c in told]))
        self._devices = np.unique(np.concatenate([_devices_of(c) for c in told]))
        self._width = np.uint64(2**64 // (times * len(self._homes)))
        self._rows, self._times = rows, times
        self._names = self._column([row.premises_id.encode() for row in rows])
        self._entries = self._column([_entry(row, times) for row in rows])
        self._contents = self._column([_content(row) for row in rows])
        self.fleet = sha256()

    def rows(self) -> Iterator[Row]:
        """All of them, in order of their ids."""
        for nth in range(self._times):
            columns = (self._names, self._entries, self._contents)
            cells = [self._renamed(column, nth) for column in columns]
            for row, name, entry, content in zip(self._rows, *cells, strict=True):
                digest = sha256(content).digest()
                self.fleet.update(name)
                self.fleet.update(digest)
                yield Row(name.decode(), row.partition, row.facts, digest, entry)

    def _column(self, cells: list[bytes]) -> Any:
        column = large_lake._Column(pa.chunked_array([pa.array(cells, pa.binary())]))
        return (
            column,
            _places(self._homes, _homes_of(column)),
            _places(self._devices, _devices_of(column)),
        )

    def _renamed(self, of: Any, nth: int) -> list[bytes]:
        column, homes, devices = of
        octets = column.octets.copy()
        named = (np.uint64(nth * len(self._homes)) + homes) * self._width
        numbered = np.uint64(nth) << np.uint64(40) | devices
        last = np.full(len(column.uuids), nth, np.uint64) << np.uint64(32)
        for places, digits, numbers, signs in (
            (column.premises, np.arange(16), named, large_lake._LOWER),
            (column.devices, large_lake._DEVICE_DIGITS, numbered, large_lake._UPPER),
            (column.uuids + 28, np.arange(8), last, large_lake._LOWER),
        ):
            large_lake._set(octets, places, digits, numbers, signs)
        buffers = [column.valid, column.bounds, pa.py_buffer(octets)]
        found: list[bytes] = pa.Array.from_buffers(
            column.array.type, len(column.array), buffers
        ).to_pylist()
        return found


def _homes_of(column: Any) -> Any:
    return column.ids(column.premises, np.arange(16))


def _devices_of(column: Any) -> Any:
    return column.ids(column.devices, large_lake._DEVICE_DIGITS)


def _places(known: Any, numbers: Any) -> Any:
    return np.searchsorted(known, numbers).astype(np.uint64)


def _entry(row: Row, times: int) -> bytes:
    known = row.state.known
    return _encode(replace(known, offset=known.offset * times))


def _content(row: Row) -> bytes:
    """What the digest of a premises is over, which is held against it here."""
    premises: Premises = row.state.premises
    if premises.lifted:
        raise ValueError("a device was let out of quarantine: its premises has a longer digest")
    *fields, _ = msgspec.structs.astuple(premises)
    content = _canonical(tuple(fields))
    if sha256(content).digest() != row.digest:
        raise ValueError("the digest of a premises is over something else now")
    return content


def _times(figures: Any, times: int) -> Any:
    if isinstance(figures, dict):
        return {name: _times(one, times) for name, one in figures.items()}
    return figures * times


if __name__ == "__main__":
    source, number, place, day = sys.argv[1:]
    written = repeat(
        Path(source),
        times=int(number),
        target=Path(place),
        moment=datetime.fromisoformat(day).replace(tzinfo=UTC),
    )
    print(f"{written.premises:,} premises, {written.records:,} records, {written.resolved}")
