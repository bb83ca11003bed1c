"""Looking back at a fleet: from a checkpoint over the tail, or from the first record on."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import polars as pl
from msgspec import Struct

from twin.lake.basis import Stand
from twin.lookback import in_order
from twin.lookback.beyond import Portion, pieces_of, whole
from twin.lookback.carrying import before_all, carried, carried_in_order
from twin.lookback.checkpoint import Checkpoint, reading
from twin.lookback.dated import parted
from twin.lookback.reach import Reach
from twin.lookback.rows import Row, Rows
from twin.lookback.sums import Sums
from twin.lookback.tail import by_place, is_beyond, portions, read
from twin.processes import spread
from twin.state.as_of import AsOf, as_of
from twin.state.digest import premises_digest
from twin.state.entry import UNADDRESSED, Place, Record

CHUNK: Final = 4000
"""Premises of the tail whose states are looked up together."""
ALONE: Final = 20_000
"""Records of a tail that one process folds sooner than others start."""
UNREAD: Final = 20
"""So many records that are let through unread take about as long as one that is folded."""
Base = tuple[Checkpoint, Rows]
_CHANGED: Final = pl.Schema(
    {"premises_id": pl.String, "partition": pl.Int32, "facts": pl.Int64, "digest": pl.Binary}
)


def fleet_digest_at(
    files: Sequence[Path],
    stands: Sequence[Stand],
    *,
    base: Base | None,
    sums: Sums,
    valid: datetime | None = None,
) -> str:
    """The fleet's digest at a basis as it was at `valid`; `sums` (those of the base) are moved on.

    Raises:
        CheckpointDamaged: the rows of the base cannot be read; `sums` are then of no use.
        LakeUnreadable: a file of the lake is missing or broken.
    """
    since = () if base is None else base[0].stands
    reach = Reach.between(since, stands)
    jobs = [_Job(one, base, sums.apart(), valid) for one in portions(files, reach=reach)]
    changed = [_CHANGED.to_frame()]
    is_dated = base is not None and valid is not None  # then nearly all happened later
    folded = len(reach) // UNREAD if is_dated else len(reach)
    carried_on = spread(_carried_on, jobs) if folded > ALONE else map(_carried_on, jobs)
    for frame, told in carried_on:
        changed.append(frame)
        sums.add(told)
    return _digest_of(pl.concat(changed), base)


class _Job(Struct, frozen=True):
    """A portion of the tail to be folded, from a checkpoint on, into sums of its own."""

    portion: Portion
    base: Base | None
    sums: Sums
    valid: datetime | None


def _carried_on(job: _Job) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Digests of the premises that a portion names, in order, and what its figures change."""
    changed = _Changed()
    for place, before, after in _by_all(job) if job.valid is None else _by_date(job, job.valid):
        job.sums.change(before, after)
        changed.see(place, after)
    job.sums.settle()
    return changed.frame(), job.sums.told()


_Move: TypeAlias = tuple[Place, AsOf | None, AsOf]
"""A premises before the tail, if it was known then, and after it."""


def _by_all(job: _Job) -> Iterator[_Move]:
    """The premises of a portion after all of its records."""
    groups = read([job.portion])
    while chunk := list(islice(groups, CHUNK)):
        held = _held(job.base, [name for (name, _), _ in chunk])
        for place, records in chunk:
            before = _state(held.get(place))
            after, _ = carried(before or before_all(place[0]), records, valid=job.valid)
            yield place, before, after


def _by_date(job: _Job, valid: datetime) -> Iterator[_Move]:
    """The premises of a portion of which something had happened, or has to be judged."""
    if job.portion.numbers is None:
        yield from _by_all(job)
        return
    pieces = pieces_of(job.portion, also=in_order.COLUMNS)
    names = sorted({name for piece in pieces for name in piece.found["key"].to_pylist()})
    held = _held(job.base, names)
    of = parted(pieces, held, valid=valid)
    job.sums.let_through(of.passed)
    for place, records in by_place(whole(of.pieces)):
        before, untold = _state(held.get(place)), of.untold.get(place)
        start = before or before_all(place[0])
        if untold is None:
            after, _ = carried(start, records, valid=valid)
        else:
            after = carried_in_order(start, records, untold=untold)
        yield place, before, after


def _state(row: Row | None) -> AsOf | None:
    return None if row is None else row.state


def premises_at(
    name: str, records: Sequence[Record], *, base: Base | None, valid: datetime | None = None
) -> dict[tuple[int, str], AsOf]:
    """A premises as `as_of` has it, of all its records; those of the base are not folded again.

    Raises:
        CheckpointDamaged: the rows of the base cannot be read.
    """
    if base is None:
        return as_of(records, valid=valid)
    found = {(part, name): row.state for (_, part), row in _held(base, [name]).items()}
    for record in records:
        if is_beyond(record, base[0].stands):
            place = record.partition, name
            found[place], _ = carried(found.get(place) or before_all(name), [record], valid=valid)
    return dict(sorted(found.items()))


def _held(base: Base | None, names: Sequence[str]) -> dict[Place, Row]:
    if base is None:
        return {}
    of, rows = base
    with reading(of):
        return rows.of(names)


class _Changed:
    """Digests of the premises that the tail names, in order of their names."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._facts: list[int] = []
        self._digests: list[bytes] = []

    def see(self, place: Place, one: AsOf) -> None:
        self._places.append(place)
        self._facts.append(one.facts)
        self._digests.append(premises_digest(one.premises))

    def frame(self) -> pl.DataFrame:
        names, parts = [name for name, _ in self._places], [part for _, part in self._places]
        columns = zip(_CHANGED, (names, parts, self._facts, self._digests), strict=True)
        return pl.DataFrame(dict(columns), schema=_CHANGED)


def _digest_of(changed: pl.DataFrame, base: Base | None) -> str:
    """The digest of the fleet: of what changed, and of all others as the checkpoint has them."""
    if base is None:
        return _digest(changed)
    of, rows = base
    if changed.is_empty():
        return of.digest
    with reading(of):
        held = rows.digests()
    place = ["premises_id", "partition"]
    others = held.join(changed, on=place, how="anti", maintain_order="left")
    return _digest(others.merge_sorted(changed, key=place))


def _digest(rows: pl.DataFrame) -> str:
    """`twin.state.digest.fleet_digest` of premises in order; those without a fact are left out."""
    total = sha256()
    counted = rows.filter((pl.col("facts") > 0) & (pl.col("premises_id") != UNADDRESSED))
    content = counted.select(pl.col("premises_id").cast(pl.Binary) + pl.col("digest"))
    for piece in _pieces(content.to_series()):
        total.update(piece)
    return total.hexdigest()


def _pieces(column: pl.Series) -> Iterator[bytes]:
    for part in column.to_frame().iter_slices(100_000):
        yield b"".join(part.to_series().to_list())
