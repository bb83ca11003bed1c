"""`kill -9` of whoever builds, compares or switches the workers' table: the old one or the new."""

import random
from pathlib import Path

import pytest

from infra.run.snapshot import Snapshot
from streams import lines
from streams.lines import Line
from streams.stored import ORDERS_KEY
from tests.bulk.homes import archive, keep
from tests.faults import lake_writer
from tests.faults.schedule import Schedule
from tests.infra.paper_changelogs import PaperChangelogs
from tests.lake.lake_records import cleared, logged
from twin.events.envelope import encode
from twin.state.entry import Entry, Place, Record, encode_entry
from twin.state.replay import replay

pytestmark = pytest.mark.faults

KILLS = 25
HOMES = 120
EACH = 4
NEW = "another"


def table(home: Path) -> dict[Place, Entry]:
    with Snapshot(home) as tables:
        return dict(tables.entries())


def rows(held: dict[Place, Entry]) -> dict[tuple[int, bytes], bytes]:
    return {(part, name.encode()): encode_entry(entry) for (name, part), entry in held.items()}


def test_kills_leave_the_old_table_or_the_new(tmp_path: Path, schedule: Schedule) -> None:
    luck = random.Random(schedule.seed)
    homes = [f"P{nth * 0x9E3779B97F4A7C15 % 2**64:016x}" for nth in range(HOMES)]
    told = [(home, number) for number in range(1, EACH + 1) for home in homes]
    log = [
        logged(encode(cleared(number, home)), offset=offset, key=home.encode())
        for offset, (home, number) in enumerate(told)
    ]
    archive(tmp_path, log)
    entries = replay(Record(r.key, r.value, r.epoch, r.partition, r.offset) for r in log)
    keep(tmp_path, entries)
    whole = {(name, part): entry for (part, name), entry in entries.items()}
    started, switched = 0, 0
    for _ in range(KILLS):
        process = lake_writer.context().Process(
            target=lake_writer.take_another_table, args=(tmp_path, NEW)
        )
        process.start()
        process.join(luck.uniform(0.02, 0.6))
        process.kill()
        process.join()
        assert table(tmp_path) == whole
        said = lines.lines(tmp_path)
        beside = list((tmp_path / "worker" / "beside").glob(f"*{NEW}"))
        started += bool(beside or said.next)
        if said.current.fold == NEW:
            switched += 1
            paper = PaperChangelogs(tmp_path / "paper").rows(said.current.changelog)
            assert {at: v for at, v in paper.items() if at[1] != ORDERS_KEY} == rows(whole)
            lines.write(tmp_path, lines.Lines(current=Line()))
    assert started, "some kills met it on its way"
    lake_writer.take_another_table(tmp_path, NEW)
    assert table(tmp_path) == whole
    assert lines.lines(tmp_path).current.fold == NEW
    assert lines.lines(tmp_path).before is not None
