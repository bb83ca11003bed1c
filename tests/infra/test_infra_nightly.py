"""`twin nightly`: tables that a worker goes on writing are compared with the lake up to there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import rocksdict
from msgspec.structs import replace

from infra.run.looks import BETWEEN_SECONDS, LOOKS
from infra.run.nightly import nightly
from infra.run.nights import Nights
from infra.run.proofs import proof_tables
from infra.run.snapshot import LakeBehind, Snapshot, await_lake
from streams.archive import open_lake
from tests.bulk.homes import HOUSES, archive, entries_of, house_of, installed, keep, log_of, told
from tests.infra.command_line import twin
from tests.infra.test_infra_checkpoint import AUGUST, JULY, tick
from tests.lake.lake_records import append
from twin.bulk.proof import last_proof
from twin.events.pins import PrivacyPinCleared
from twin.marts.publish import current_set, publish
from twin.state.entry import Entry, encode_entry

FACTS = (installed("00010001"), *[PrivacyPinCleared()] * 3)
LOG = log_of(
    told(house, number, fact, minute=number)
    for number, fact in enumerate(FACTS, start=1)
    for house in HOUSES
)
SOFAR = [r for r in LOG if r.offset < 7]
"""What the workers of these tests have folded so far."""
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
PLACE = (house_of(HOUSES[2]), HOUSES[2])


def spoilt(entries: dict[tuple[int, str], Entry]) -> dict[tuple[int, str], Entry]:
    entry = entries[PLACE]
    premises = replace(entry.premises, pin_accepted=7)
    return {**entries, PLACE: replace(entry, premises=premises)}


@contextmanager
def writing(home: Path, partition: int) -> Iterator[rocksdict.Rdict]:
    """A worker that holds its table open."""
    path = home / "worker" / "w1" / "v1" / "tables" / f"premises-{partition}.db"
    database = rocksdict.Rdict(str(path), options=rocksdict.Options(raw_mode=True))
    yield database
    database.close()


def test_tables_are_proved_while_a_worker_writes_them(tmp_path: Path) -> None:
    """The lake is ahead of the tables, which one process keeps open and goes on with."""
    archive(tmp_path, LOG)
    keep(tmp_path, entries_of(SOFAR))
    with writing(tmp_path, 0) as table, Snapshot(tmp_path) as before:
        for (part, name), entry in entries_of(LOG).items():
            if part == 0:
                table[name.encode()] = encode_entry(entry)
        table.flush()
        table.compact_range(None, None)
        assert before.cut().ends == {0: (0, 7), 1: (0, 7)}
        assert len(list(before.entries())) == len(HOUSES)
        found = nightly(tmp_path, is_live=True)
    assert (found.differing, found.basis) == (0, {"0/0": 12, "0/1": 7})
    assert found.digest == found.live_digest


def test_a_difference_counts_when_it_stays(tmp_path: Path) -> None:
    archive(tmp_path, LOG)
    keep(tmp_path, spoilt(entries_of(SOFAR)))
    waited: list[float] = []
    found = nightly(tmp_path, is_live=True, wait=waited.append)
    assert (found.differing, waited) == (1, [BETWEEN_SECONDS] * (LOOKS - 1))
    (difference,) = found.differences
    assert (difference.premises_id, difference.fields) == (PLACE[1], ("premises.pin_accepted",))

    def recovered(_: float) -> None:
        keep(tmp_path, entries_of(SOFAR))

    assert nightly(tmp_path, is_live=True, wait=recovered).differing == 0


def test_a_lake_that_does_not_come_up_is_said(tmp_path: Path) -> None:
    archive(tmp_path, SOFAR)
    keep(tmp_path, entries_of(LOG))
    with (
        Snapshot(tmp_path) as tables,
        pytest.raises(LakeBehind, match="5 records behind the live tables in partition 0"),
    ):
        await_lake(open_lake(tmp_path), tables.cut(), seconds=0)


def test_the_command_publishes_what_it_finds(tmp_path: Path) -> None:
    """Without a run the lake counts whole: tables that lack its last records differ."""
    archive(tmp_path, LOG)
    keep(tmp_path, entries_of(LOG))
    frames = {
        "meta": pl.DataFrame({"set_id": ["first"]}),
        "files": pl.DataFrame(schema={"path": pl.String}),
    }
    publish(frames, home=tmp_path, set_id="first", now=NOON)
    said = twin("nightly", "--home", tmp_path, "--json")
    assert (said.status, json.loads(said.out)["made_by"]) == (0, "twin nightly")
    keep(tmp_path, spoilt(entries_of(LOG)))
    assert twin("nightly", "--home", tmp_path).status == 3
    proof = last_proof(tmp_path)
    assert proof is not None
    assert (proof.equal, proof.differing) == (False, 1)
    newest, older = proof_tables(tmp_path)["proofs"]
    assert (newest["made_by"], newest["equal"], older["equal"]) == (
        "twin nightly, bulk",
        False,
        True,
    )
    shown = current_set(tmp_path)
    assert shown is not None
    assert pl.read_parquet(shown / "proofs.parquet")["equal"].to_list() == [False, True]
    differences = pl.read_parquet(shown / "proof_differences.parquet")
    assert differences["premises_id"].to_list() == [PLACE[1]]


def test_it_makes_the_checkpoints_that_are_due(tmp_path: Path) -> None:
    archive(tmp_path, LOG)
    ends = {0: 12, 1: 12}
    ticks = [tick(0, JULY, ends), tick(1, AUGUST, ends), tick(2, AUGUST.replace(day=9), ends)]
    append(open_lake(tmp_path), ticks)
    keep(tmp_path, entries_of(LOG))
    said = twin("nightly", "--home", tmp_path, "--json")
    assert (said.status, json.loads(said.out)["equal"]) == (0, True)
    assert "made, tick 1, which ended at 2017-08-01T00:00:00Z" in said.err
    assert twin("nightly", "--home", tmp_path).err == ""
    (held,) = json.loads(twin("checkpoint", "list", "--home", tmp_path, "--json").out)[
        "checkpoints"
    ]
    assert held["premises"] == len(HOUSES)


def test_without_tables_it_is_refused(tmp_path: Path) -> None:
    archive(tmp_path, LOG)
    assert "no live tables" in twin("nightly", "--home", tmp_path).refusal


def test_nights_go_by_the_twins_clock_and_by_the_wall() -> None:
    nights = Nights(30, now=NOON)
    day = timedelta(days=1)
    start = datetime(2017, 4, 1, tzinfo=UTC)

    def due(days: int, hours: int = 0) -> bool:
        return nights.is_due(twin=start + days * day, now=NOON + timedelta(hours=hours))

    assert not nights.is_due(twin=None, now=NOON + 2 * day)
    assert [due(n) for n in (0, 29, 30, 31, 60)] == [False, False, True, False, True]
    assert [due(60, hours) for hours in (23, 24, 25, 48)] == [False, True, False, True]
    never = Nights(0, now=NOON)
    assert not never.is_due(twin=start + 900 * day, now=NOON + 9 * day)
