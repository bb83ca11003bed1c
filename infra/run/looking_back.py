"""Looking back from the lake of a TWIN_HOME, by a checkpoint where one fits: the same answer."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from infra.run.equipment import catalogue_mark
from infra.run.fleet_as_of import FleetAsOf, with_digest
from infra.run.fleet_sums import FleetSums
from infra.run.history import Home
from infra.run.made_with import checkpoints_of, made_with
from streams.known import day_ends, known_at_ends_of_months
from streams.ledger import CODE_VERSION
from twin.bulk.records import by_premises
from twin.lake.basis import Basis, Stand, basis_of
from twin.lake.epochs import files_upto
from twin.lake.slices import Slice
from twin.lake.table import Lake
from twin.lookback.checkpoint import Checkpoint, CheckpointDamaged, Wanted
from twin.lookback.looking import Base, fleet_digest_at, premises_at
from twin.lookback.making import Making
from twin.lookback.marks import Mark
from twin.lookback.rows import Row
from twin.lookback.stands import TOPIC, between, of_facts
from twin.lookback.tail import tail
from twin.state.as_of import AsOf
from twin.state.entry import Entry, Record

WORTH_IT: Final = 20_000
"""Records from which on a run leaves checkpoints: fewer are folded from the first one on in a
second or two, and a run of so few should not take a second longer for it."""


class LookingBack:
    """The checkpoints of a TWIN_HOME, as the code of today may use them."""

    def __init__(self, home: Path) -> None:
        """Those beside the lake of a home."""
        self.checkpoints = checkpoints_of(home)
        self._reference = catalogue_mark(Home(home))
        self.fingerprint = made_with(home)

    def fleet(
        self, lake: Lake, basis: Basis, *, valid: datetime | None, by_mark: bool = True
    ) -> FleetAsOf:
        """The fleet as it was at `valid`, as a basis knows it; `by_mark` False folds what a mark
        would tell."""
        mark = self.mark(basis, valid) if by_mark else None
        if mark is not None:
            counts = FleetSums(mark.figures).counts
            return with_digest(counts, digest=mark.digest, valid=valid)
        files = files_upto(lake, basis.positions)
        for base in self._bases(basis, valid):
            sums = FleetSums(None if base is None else base[0].figures)
            try:
                digest = fleet_digest_at(files, basis.stands, base=base, sums=sums, valid=valid)
            except CheckpointDamaged as damage:
                _tell(damage)
                continue
            return with_digest(sums.counts, digest=digest, valid=valid)
        raise AssertionError("to begin at the first record is always possible")

    def premises(
        self, name: str, records: Sequence[Record], basis: Basis, *, valid: datetime | None
    ) -> dict[tuple[int, str], AsOf]:
        """A premises as it was at `valid`; `records` are all that the basis knows of it."""
        for base in self._bases(basis, valid):
            try:
                return premises_at(name, records, base=base, valid=valid)
            except CheckpointDamaged as damage:
                _tell(damage)
        raise AssertionError("to begin at the first record is always possible")

    def due(self, lake: Lake) -> list[Basis]:
        """What was known at the ends of months of the twin's clock that have no checkpoint yet."""
        made = {(one.stands, one.fingerprint) for one in self.checkpoints.all()}
        starts = lake.starts()
        ends = known_at_ends_of_months(lake)
        found = [self._basis(known.positions, starts, known.resolved) for known in ends]
        return [one for one in found if (of_facts(one.stands), self.fingerprint) not in made]

    def make(
        self,
        lake: Lake,
        wanted: Sequence[Basis],
        *,
        now: datetime,
        stop: Callable[[], bool] = lambda: False,
    ) -> list[Checkpoint]:
        """Make the checkpoints of bases of which each goes on from the one before it, in one pass
        from the nearest one before them all; stale ones are discarded and counted.

        Raises:
            Stopped: `stop` said so meanwhile.
        """
        self.checkpoints.discard(but=self.fingerprint)
        if not wanted:
            return []
        ends, days = [of_facts(basis.stands) for basis in wanted], self._days(lake)
        for base in self._bases(wanted[0], None):
            sums = FleetSums(None if base is None else base[0].figures)
            since = () if base is None else base[0].stands
            groups = tail(files_upto(lake, wanted[-1].positions), since=since, upto=ends[-1])
            passed = between(days, ends, since=since)
            making = Making(groups, ends, base=base, sums=sums, days=passed, stop=stop)
            try:
                return self._keep(making, wanted, rows=making.rows(), now=now)
            except CheckpointDamaged as damage:
                _tell(damage)
        raise AssertionError("to begin at the first record is always possible")

    def stock(self, lake: Lake, *, now: datetime) -> dict[tuple[int, str], Entry]:
        """Entries by folding the whole lake; checkpoints that are due are made on the way."""
        self.checkpoints.discard(but=self.fingerprint)
        due = self.due(lake) if _records(lake) >= WORTH_IT else []
        ends = [of_facts(basis.stands) for basis in due]
        days = between(self._days(lake), ends, since=()) if due else []
        making = Making(by_premises(lake.files()), ends, base=None, sums=FleetSums(), days=days)
        entries: dict[tuple[int, str], Entry] = {}
        noted = _noted(making, entries)
        self._keep(making, due, rows=noted, now=now)
        for _ in noted:
            pass  # where all are there already, nobody has taken the rows
        return entries

    def _keep(
        self,
        making: Making,
        wanted: Sequence[Basis],
        *,
        rows: Iterable[Sequence[Row | None]],
        now: datetime,
    ) -> list[Checkpoint]:
        return self.checkpoints.keep(
            [Wanted(of_facts(basis.stands), basis.resolved) for basis in wanted],
            fingerprint=self.fingerprint,
            now=now,
            rows=rows,
            made=making.made,
        )

    def fault(self, lake: Lake, of: Checkpoint) -> str | None:
        """What is wrong with a checkpoint, held against a fold from the first record on; None if
        nothing is."""
        if not self.checkpoints.is_intact(of):
            return "the file of its rows is not what was written"
        try:
            marks = self.checkpoints.marks(of)
        except CheckpointDamaged:
            return "the file of its days is not what was written"
        groups = tail(files_upto(lake, of.positions), since=(), upto=of.stands)
        days = [mark.stands for mark in marks]
        making = Making(groups, [of.stands], base=None, sums=FleetSums(), days=days)
        found = (row for (row,) in making.rows() if row is not None)
        differs = next(
            (
                (ours or theirs).premises_id
                for ours, theirs in zip_longest(found, self.checkpoints.rows(of).all())
                if ours != theirs
            ),
            None,
        )
        if differs is not None:
            return f"premises {differs} has another state in the lake"
        (made,) = making.made()
        if replace(made, marks=()) != of.made:
            return "its figures are not those of its states"
        return None if made.marks == marks else "a day of it is not what the lake folds to"

    def mark(self, basis: Basis, valid: datetime | None) -> Mark | None:
        """The mark that a basis falls on, if any has all that had happened by `valid`."""
        wanted = of_facts(basis.stands)
        for one in self.checkpoints.passing(wanted, fingerprint=self.fingerprint):
            try:
                marks = self.checkpoints.marks(one)
            except CheckpointDamaged as damage:
                _tell(damage)
                continue
            for mark in marks:
                if mark.serves(wanted, valid=valid):
                    return mark
        return None

    def _basis(
        self, positions: Mapping[Slice, int], starts: Mapping[Slice, int], resolved: str
    ) -> Basis:
        return basis_of(
            positions,
            starts=starts,
            code_version=CODE_VERSION,
            reference=self._reference,
            resolved=resolved,
        )

    def _days(self, lake: Lake) -> list[tuple[Stand, ...]]:
        """What the log had of facts at the ends of days of the twin's clock."""
        starts = lake.starts()
        return [self._basis(day, starts, "").stands for day in day_ends(lake)]

    def _bases(self, basis: Basis, valid: datetime | None) -> Iterator[Base | None]:
        """The nearest checkpoint that fits, those before it, and at last none."""
        fit = self.checkpoints.fitting(basis.stands, fingerprint=self.fingerprint, valid=valid)
        for one in fit:
            try:
                yield one, self.checkpoints.rows(one)
            except CheckpointDamaged as damage:
                _tell(damage)
        yield None


def _noted(making: Making, entries: dict[tuple[int, str], Entry]) -> Iterator[Sequence[Row | None]]:
    """The rows that are made from the first record on, while entries are noted."""
    for rows in making.rows():
        assert making.state is not None
        (name, partition), one = making.state
        entries[partition, name] = one.known
        yield rows


def _records(lake: Lake) -> int:
    """Records of `premises.events` by the positions of a lake."""
    return sum(end for of, end in lake.positions().items() if of.topic == TOPIC)


def _tell(damage: CheckpointDamaged) -> None:
    print(f"twin: {damage}; it was passed over", file=sys.stderr)
