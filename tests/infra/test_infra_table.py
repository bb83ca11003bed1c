"""Another version of the workers' table: built beside, compared, switched to, and back (D26)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import rocksdict
from msgspec.structs import replace

from infra.run import table_switching
from infra.run.snapshot import LakeBehind, Snapshot
from infra.run.table_beside import (
    NoTableBeside,
    alone,
    build,
    folder_of,
    live_ends,
    stores_in,
    told,
)
from infra.run.table_comparing import compare
from infra.run.table_switching import entered
from infra.run.tables import live
from streams import lines
from streams.archive import open_lake
from streams.lines import Line, Lines
from streams.stored import ORDERS_KEY
from tests.bulk.homes import HOUSES, archive, entries_of, installed, keep, log_of
from tests.bulk.homes import told as said_of
from tests.infra import second_fold
from tests.infra.command_line import twin
from tests.infra.paper_changelogs import PaperChangelogs
from twin.events.pins import PrivacyPinCleared
from twin.lake.rows import Logged
from twin.state.entry import Entry, encode_entry

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FACTS = (installed("00010001"), *[PrivacyPinCleared()] * 5)
LOG = log_of(
    said_of(house, number, fact, minute=number)
    for number, fact in enumerate(FACTS, start=1)
    for house in HOUSES
)
TICK = 41


def first(share: int) -> list[Logged]:
    """The first of so many sixths of each partition's records."""
    return [one for one in LOG if one.offset < 3 * share]


def since(share: int) -> list[Logged]:
    return [one for one in LOG if one not in first(share)]


def table(home: Path) -> dict[tuple[int, str], bytes]:
    """What readers find in the table in use, by either way."""
    with Snapshot(home) as tables:
        found = {(part, name): encode_entry(entry) for (name, part), entry in tables.entries()}
    assert found == {place: encode_entry(entry) for place, entry in live(home).items()}
    return found


def folds(log: Sequence[Logged]) -> dict[tuple[int, str], bytes]:
    return {place: encode_entry(entry) for place, entry in entries_of(log).items()}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A table after four sixths of the log, the lake after five."""
    archive(tmp_path, first(5))
    keep(tmp_path, entries_of(first(4)))
    for _, store in lines.stores(tmp_path, Line()):
        put(store, ORDERS_KEY, str(TICK).encode())
    return tmp_path


def put(store: Path, key: bytes, value: bytes) -> None:
    database = rocksdict.Rdict(str(store), options=rocksdict.Options(raw_mode=True))
    database[key] = value
    database.close()


def value_at(store: Path, key: bytes) -> bytes | None:
    database = rocksdict.Rdict(str(store), options=rocksdict.Options(raw_mode=True))
    try:
        found = database.get(key)
        return None if found is None else bytes(found)
    finally:
        database.close()


def go_on(home: Path, share: int) -> None:
    """The live table, and the lake if need be, after more of the log."""
    missing = [one for one in first(share) if one not in first(5)]
    if missing:
        archive(home, missing)
    keep(home, entries_of(first(share)))


def test_what_stands_beside_ends_where_the_live_table_ends(home: Path) -> None:
    """The lake may be ahead: whoever takes over must tell of the records that nobody folded yet."""
    found = build(home, fold="new", now=NOW)
    assert found.ends == live_ends(home)
    assert {found.ends[0], found.ends[1], found.ends[2]} == {(0, 12), (0, 0)}
    assert compare(home, fold="new", now=NOW, is_live=False).differing == 0


def test_comparing_catches_up_to_the_live_table_first(home: Path) -> None:
    build(home, fold="new", now=NOW)
    go_on(home, 6)
    found = compare(home, fold="new", now=NOW, is_live=False)
    assert (found.differing, found.premises) == (0, len(HOUSES))
    beside = told(home, "new")
    assert beside.ends[0] == beside.ends[1] == (0, 18)
    assert beside.compared == found
    assert build(home, fold="new", now=NOW).ends == beside.ends


def test_readers_have_the_old_table_until_the_start_and_whole(home: Path, tmp_path: Path) -> None:
    build(home, fold="new", now=NOW)
    compare(home, fold="new", now=NOW, is_live=False)
    line = table_switching.switch(home, fold="new")
    assert table(home) == folds(first(4))
    paper = PaperChangelogs(tmp_path / "paper")
    with Snapshot(home) as reader:
        taken = entered(home, worker="w1", changelogs=paper)
        still = {(part, name): encode_entry(entry) for (name, part), entry in reader.entries()}
        assert still == folds(first(4))
    assert taken is not None
    assert (taken.table, taken.fold, taken.changelog) == (
        "premises-new",
        "new",
        "fleet-twin-premises-new-changelog",
    )
    assert lines.lines(home) == Lines(current=taken, before=Line())
    assert table(home) == folds(first(4))
    assert not (home / "worker" / "beside" / "new").exists()
    assert entered(home, worker="w1", changelogs=paper) is None
    assert line.table == taken.table


def test_what_took_over_recovers_and_goes_on_where_the_old_one_stood(
    home: Path, tmp_path: Path
) -> None:
    """Its changelog has every row, its stores stand at the end of it, and no order comes again."""
    build(home, fold="new", now=NOW)
    compare(home, fold="new", now=NOW, is_live=False)
    table_switching.switch(home, fold="new")
    go_on(home, 6)
    paper = PaperChangelogs(tmp_path / "paper")
    line = entered(home, worker="w1", changelogs=paper)
    assert line is not None
    assert table(home) == folds(LOG)
    assert line.ends[0] == line.ends[1] == (0, 18)
    wanted = {(part, name.encode()): value for (part, name), value in folds(LOG).items()}
    orders = {(part, ORDERS_KEY): str(TICK).encode() for part in (0, 1)}
    assert paper.rows(line.changelog) == wanted | orders
    for part, store in lines.stores(home, line):
        if part in (0, 1):
            assert value_at(store, ORDERS_KEY) == str(TICK).encode()
            assert value_at(store, b"__faust\0offset__") == str(len(HOUSES) // 2).encode()


def test_the_way_back_and_forth(home: Path, tmp_path: Path) -> None:
    paper = PaperChangelogs(tmp_path / "paper")
    build(home, fold="new", now=NOW)
    compare(home, fold="new", now=NOW, is_live=False)
    table_switching.switch(home, fold="new")
    assert table_switching.back(home) == Line(), "it has not come yet: it is called off"
    assert entered(home, worker="w1", changelogs=paper) is None
    with pytest.raises(NoTableBeside, match="no way back"):
        table_switching.back(home)
    new = table_switching.switch(home, fold="new")
    entered(home, worker="w1", changelogs=paper)
    for _, store in lines.stores(home, new):
        put(store, ORDERS_KEY, b"77")
    assert table_switching.back(home) == Line()
    assert entered(home, worker="w1", changelogs=paper) == Line()
    assert table(home) == folds(first(4))
    rows = paper.rows(Line().changelog)
    assert rows[0, ORDERS_KEY] == b"77", "what was ordered meanwhile must not be ordered again"
    assert table_switching.back(home).table == new.table
    taken = entered(home, worker="w1", changelogs=paper)
    assert taken is not None
    assert (taken.table, lines.lines(home).before) == (new.table, Line())


def test_refusals(home: Path) -> None:
    assert "`twin table build-beside` builds it" in twin("table", "compare", "--home", home).refusal
    assert "no table of fold" in twin("table", "switch", "--home", home).refusal
    assert "no way back" in twin("table", "back", "--home", home).refusal
    assert twin("table", "build-beside", "--home", home).status == 0
    assert "was not compared yet" in twin("table", "switch", "--home", home).refusal
    keep(home, entries_of(first(2)))
    assert "set back since: remove" in twin("table", "compare", "--home", home).refusal
    lines.write(home, Lines(current=Line(fold=lines.fold())))
    assert "there is none to build" in twin("table", "build-beside", "--home", home).refusal
    (home / "worker" / "lines.json").write_text("{}}")
    assert "does not say which table" in twin("table", "show", "--home", home).refusal
    assert "does not say which table" in twin("rebuild", "--verify", "--home", home).refusal


def test_two_do_not_work_on_it_at_once(home: Path) -> None:
    build(home, fold="new", now=NOW)
    with alone(home):
        with pytest.raises(NoTableBeside, match="another process is at work"):
            build(home, fold="new", now=NOW)
        with pytest.raises(NoTableBeside, match="another process is at work"):
            compare(home, fold="new", now=NOW, is_live=False)
    assert compare(home, fold="new", now=NOW, is_live=False).differing == 0


def test_a_home_without_a_table_has_none_to_build_beside(tmp_path: Path) -> None:
    archive(tmp_path, LOG)
    assert "no live table" in twin("table", "build-beside", "--home", tmp_path).refusal
    lines.begin(tmp_path)
    assert lines.lines(tmp_path) == Lines(current=Line(fold=lines.fold()))


def test_a_table_that_nobody_wrote_down_is_of_no_known_fold(home: Path) -> None:
    lines.begin(home)
    assert lines.lines(home) == Lines()


def test_a_line_has_its_own_stores_only(home: Path) -> None:
    """`premises-3.db` is of the first line, `premises-new-3.db` of another."""
    folder = home / "worker" / "w1" / "v1" / "tables"
    (folder / "premises-new-3.db").mkdir()
    (folder / "premises-4-3.db").mkdir()
    assert [part for part, _ in lines.stores(home, Line())] == [0, 1]
    assert [part for part, _ in lines.stores(home, lines.line_of("new"))] == [3]


TRIED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from infra.run import table_beside, table_comparing
from infra.run.table_switching import entered, switch
from infra.run.tables import live
from streams import lines

home, now = Path(sys.argv[1]), datetime.now(UTC)
table_beside.build(home, fold=lines.fold(), now=now)
print(table_comparing.compare(home, fold=lines.fold(), now=now, is_live=False).differing)
switch(home, fold=lines.fold())
from tests.infra.paper_changelogs import PaperChangelogs
entered(home, worker="w1", changelogs=PaperChangelogs(home / "paper"))
print(sorted({entry.seen for entry in live(home).values()}))
"""


def test_another_fold_is_compared_and_takes_over(home: Path, tmp_path: Path) -> None:
    """A real second version, with a derived field: every premises differs by it."""
    code = second_fold.written(tmp_path / "code")
    (code / "tests").symlink_to(second_fold.ROOT / "tests")
    done = second_fold.second(code, home, "-c", TRIED, str(home))
    assert done.err == ""
    assert done.out.splitlines() == [str(len(HOUSES)), "[4]"]
    said = lines.lines(home)
    assert said.current.fold != lines.fold()
    assert said.before == Line()
    first_line = {part: path for part, path in lines.stores(home, Line())}
    with Snapshot(home, list(first_line.items())) as old:
        kept = {(part, name): encode_entry(entry) for (name, part), entry in old.entries()}
    assert kept == folds(first(4)), "the old table stands as it was"


def test_what_differs_is_named_with_its_first_event(home: Path) -> None:
    entries = entries_of(first(4))
    place = next(iter(entries))
    spoilt: dict[tuple[int, str], Entry] = {place: _spoilt(entries[place])}
    keep(home, spoilt)
    build(home, fold=lines.fold(), now=NOW)
    done = twin("table", "compare", "--home", home)
    assert done.status == 3
    assert f"{place[1]} (partition {place[0]}): fields differ; applied; from offset " in done.out
    assert f"1 of {len(HOUSES)} premises differ at basis " in done.out
    assert twin("table", "switch", "--home", home).status == 0
    assert lines.lines(home).next == lines.line_of(lines.fold())


def test_a_spoilt_table_beside_is_not_taken_for_another_fold(home: Path) -> None:
    build(home, fold=lines.fold(), now=NOW)
    (part, name), entry = next(iter(entries_of(first(4)).items()))
    (store,) = (path for of, path in stores_in(folder_of(home, lines.fold())) if of == part)
    put(store, name.encode(), encode_entry(_spoilt(entry)))
    done = twin("table", "compare", "--home", home)
    assert done.status == 3
    assert f"{name} (partition {part}): the table beside is not what this code folds to" in done.out


def _spoilt(entry: Entry) -> Entry:
    return replace(entry, applied=entry.applied + 1)


def test_the_lake_is_waited_for_no_longer_than_a_run_is_at_work(home: Path) -> None:
    build(home, fold="new", now=NOW)
    keep(home, entries_of(LOG))
    with pytest.raises(LakeBehind, match="records behind the live tables"):
        compare(home, fold="new", now=NOW, is_live=False)
    assert open_lake(home).files()
    assert table(home) == folds(LOG)
