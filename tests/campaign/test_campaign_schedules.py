"""Counts under a thousand seeded schedules of repeats, disorder, delays and crashes.

A partition folds records and tells what changed; it may crash and begin again from what it had
written, telling old numbers anew. What it tells arrives in any order, late and more than once; the
reader may crash and read everything again. Whenever all has arrived that belongs to a basis, the
counts are those of the homes, to the device.
"""

from collections import Counter
from collections.abc import Iterator
from os import environ
from random import Random
from typing import Final

import pytest

from tests.campaign.campaign_homes import enrolled, exchanged, excluded, fresh, in_state, read_as
from tests.campaign.campaign_samples import DAY, MIDNIGHT, PLAN, C, fields_of
from twin.campaign.gates import Cohort
from twin.campaign.tallies import Tally, TallyBoard, WaveCount, tally_of
from twin.campaign.tally_cells import Cell, WaveKey, places_of
from twin.state.premises import Premises
from twin.vocabulary import Exclusion, ExecutionState

E = ExecutionState
SCHEDULES: Final = 1_000
BLOCKS: Final = 20
FIRST_SEED: Final = int(environ.get("TWIN_SCHEDULE_SEED", "15536000"))
"""The first of the seeds that are tried; a failure names its own."""
DEVICES, PARTITIONS, TICKS = 15, 3, 3


def cell_of(premises: Premises) -> Cell | None:
    return next((place.cell for place in places_of(plan=PLAN, premises=premises)), None)


def paths() -> Iterator[tuple[Cell | None, ...]]:
    """Ways through a campaign, each step as the cell that a real home counts in."""
    seat = enrolled()
    good = [in_state(s) for s in (E.REQUESTED, E.AT_HUB, E.VERIFIED, E.ACTIVATION_REQUESTED)]
    again = [in_state(s, attempt=2) for s in (E.REQUESTED, E.VERIFIED, E.FAILED)]
    confirmed = read_as(in_state(E.ACTIVATED))
    gone = exchanged(seat, at=MIDNIGHT + DAY)
    for way in (
        [seat, *good, in_state(E.ACTIVATED), confirmed],
        [seat, good[0], in_state(E.TIMED_OUT), *again],
        [seat, good[0], in_state(E.FAILED), *again[:2], confirmed],
        [seat, good[0], good[1], exchanged(good[1], at=MIDNIGHT + DAY)],
        [seat, gone],
        [seat, read_as(seat)],
        [seat, excluded(Exclusion.EXCLUDED_MODEL)],
        [excluded(Exclusion.NOT_COMMISSIONED), seat, good[0]],
        [excluded(Exclusion.ALREADY_CAPABLE)],
    ):
        yield tuple(cell_of(premises) for premises in [fresh(), *way])


PATHS: Final = tuple(paths())
STRATA: Final = ("North|S01|1234-00000001", "South|S04|1234-000000BD")


def journey(draw: Random) -> list[Cell]:
    """One device's way: some path, in some wave and stratum, its cohort on some day."""
    path = draw.choice(PATHS)
    wave, stratum, day = draw.choice((1, 2)), draw.choice(STRATA), draw.randrange(1, 4)
    return [
        cell._replace(wave=wave, stratum=stratum, day=day if cell.day else 0) if cell.wave else cell
        for cell in path
        if cell is not None
    ]


class Partition:
    """Folds its records into counts by difference; what it has written survives a crash."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.records: list[tuple[int, Cell]] = []
        self.written: dict[int, Cell] = {}
        self.written_offset = 0
        self._begin()

    def _begin(self) -> None:
        self.homes = dict(self.written)
        self.offset = self.written_offset
        self.counts = Counter(self.homes.values())

    def crash(self) -> list[Tally]:
        """Begin again from what is written, and tell all of it."""
        known = {cell.wave_key for cell in self.counts}
        self._begin()
        return self.tell({cell.wave_key for cell in self.counts} | known)

    def fold(self, number: int) -> list[Tally]:
        """Fold so many records, and tell what changed."""
        changed: set[WaveKey] = set()
        for device, cell in self.records[self.offset : self.offset + number]:
            before = self.homes.get(device)
            if before is not None:
                self.counts[before] -= 1
                changed.add(before.wave_key)
            self.counts[cell] += 1
            changed.add(cell.wave_key)
            self.homes[device] = cell
            self.offset += 1
        return self.tell(changed)

    def write(self) -> None:
        self.written, self.written_offset = dict(self.homes), self.offset

    def tell(self, keys: set[WaveKey]) -> list[Tally]:
        return [
            tally_of(key, fields_of(self.counts, key), partition=self.number, offset=self.offset)
            for key in sorted(keys)
        ]


class Schedule:
    """One seed: who folds, crashes and writes when, and in which order what is told arrives."""

    def __init__(self, seed: int) -> None:
        self.draw = Random(seed)
        self.partitions = [Partition(number) for number in range(PARTITIONS)]
        self.ways = {device: journey(self.draw) for device in range(DEVICES)}
        self.board = TallyBoard()
        self.log: list[Tally] = []
        self.sent: list[Tally] = []

    def run(self) -> None:
        for tick in range(TICKS):
            self._happen(first=tick == 0, last=tick == TICKS - 1)
            while behind := [p for p in self.partitions if p.offset < len(p.records)]:
                self._step(self.draw.choice(behind))
            self._arrive(everything=True)
            self._check(tick)
        self._check_ends()

    def _happen(self, *, first: bool, last: bool) -> None:
        """Every device says its first word at once; further steps come by and by."""
        for device, way in self.ways.items():
            steps = len(way) if last else self.draw.randrange(first, 4)
            said, way[:] = way[:steps], way[steps:]
            self.partitions[device % PARTITIONS].records += [(device, cell) for cell in said]

    def _step(self, partition: Partition) -> None:
        if self.draw.random() < 0.2:
            self._tell(partition.crash())
        self._tell(partition.fold(self.draw.randrange(6)))
        if self.draw.random() < 0.4:
            partition.write()
        if self.draw.random() < 0.5:
            self._arrive(everything=False)
        if self.draw.random() < 0.1:
            self._crash_of_the_reader()

    def _tell(self, tallies: list[Tally]) -> None:
        self.sent += tallies

    def _arrive(self, *, everything: bool) -> None:
        """Some or all of what was sent arrives in any order, some twice, some of it long ago."""
        self.draw.shuffle(self.sent)
        number = len(self.sent) if everything else self.draw.randrange(len(self.sent) + 1)
        arrived, self.sent = self.sent[:number], self.sent[number:]
        arrived += self.draw.choices(arrived, k=number // 3) if arrived else []
        arrived += self.draw.choices(self.log, k=3) if self.log else []
        self.draw.shuffle(arrived)
        for tally in arrived:
            self.board.take(tally)
        self.log += arrived

    def _crash_of_the_reader(self) -> None:
        self.board = TallyBoard()
        for tally in self.log:
            self.board.take(tally)

    def _check(self, tick: int) -> None:
        homes = Counter(cell for p in self.partitions for cell in p.homes.values())
        counts = self.board.of(C)
        seated = sum(counts.of_wave(wave).members for wave in (1, 2))
        assert seated + sum(counts.excluded().values()) == DEVICES, f"tick {tick}"
        for wave in (1, 2):
            assert counts.of_wave(wave) == counted(homes, wave), f"wave {wave} on tick {tick}"
            assert cohorts(counts.by_stratum(wave).values()) == released(homes, wave)
        for reason, number in counts.excluded().items():
            assert number == sum(n for cell, n in homes.items() if cell.stratum == reason)

    def _check_ends(self) -> None:
        assert all(not way for way in self.ways.values())
        for partition in self.partitions:
            last = dict(partition.records)
            assert partition.homes == last


def counted(homes: Counter[Cell], wave: int) -> WaveCount:
    """The counts of a wave, device by device."""
    fields = Counter[str]()
    for cell, number in homes.items():
        if cell.wave == wave:
            fields[cell.field] += number
    members = fields.total()
    del fields["awaiting"]
    return WaveCount(members=members, **fields)


def released(homes: Counter[Cell], wave: int) -> Counter[tuple[int, str]]:
    """Members by day of release and what is known of them, device by device."""
    found = Counter[tuple[int, str]]()
    for cell, number in homes.items():
        if cell.wave == wave and cell.day and cell.field != "decommissioned":
            found[cell.day, "released"] += number
            outcome = {"confirmed": "confirmed", "failed": "errors", "timed_out": "errors"}
            if cell.field in outcome:
                found[cell.day, outcome[cell.field]] += number
    return found


def cohorts(strata) -> Counter[tuple[int, str]]:
    found = Counter[tuple[int, str]]()
    for cohort in (cohort for counted in strata for cohort in counted.cohorts):
        assert isinstance(cohort, Cohort)
        for name in ("released", "confirmed", "errors"):
            found[cohort.day, name] += getattr(cohort, name)
    return +found


@pytest.mark.peer_fault("PF-hawkbit-54", "PF-mender-18", "PF-mender-20", "PF-goosebit-07")
@pytest.mark.parametrize("block", range(BLOCKS))
def test_counts_are_exact_under_every_schedule(block: int):
    each = SCHEDULES // BLOCKS
    for seed in range(FIRST_SEED + block * each, FIRST_SEED + (block + 1) * each):
        print(f"TWIN_SCHEDULE_SEED={seed}")  # the last one printed is the one that failed
        Schedule(seed).run()


def test_the_ways_of_this_test_pass_through_every_cell():
    """A schedule that never saw a field would prove nothing of it."""
    fields = {cell.field for path in PATHS for cell in path if cell is not None}
    assert fields >= {
        "awaiting", "requested", "at_hub", "verified", "activation_requested", "activated",
        "confirmed", "failed", "retrying", "decommissioned", "already_at_target",
    }  # fmt: skip
    assert len({cell.wave == 0 for path in PATHS for cell in path if cell is not None}) == 2
