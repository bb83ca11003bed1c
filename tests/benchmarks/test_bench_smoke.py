"""The benchmarks run, and count what they say they count; their figures are for `make bench`."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks import bulk_bench, doubt_bench, equality_bench, lake_bench, whatif_bench
from tests.benchmarks.__main__ import IN_MEMORY, ON_A_LOG, measure
from tests.benchmarks.library_replay import replayed_in
from tests.benchmarks.measure import Measure, keep
from tests.benchmarks.page_bench import Published, _next_look, _pairs
from tests.lake.lake_records import append, run_of
from twin.lake.compact import compact
from twin.lake.table import Lake
from twin.state.entry import Record

pytestmark = pytest.mark.bench
EVENTS = 6_000


def test_every_benchmark_on_a_log_gives_figures() -> None:
    found = measure((*IN_MEMORY, *ON_A_LOG), events=EVENTS)
    assert len(found) == 11
    archived = next(one for one in found if one.name.startswith("archiver"))
    assert archived.figures["rows"] == EVENTS
    worker = next(one for one in found if one.name.startswith("live worker"))
    assert worker.ratio is not None
    assert worker.ratio > 0


def test_a_record_is_published_by_the_first_set_beyond_it() -> None:
    logged = {0: np.array([1.0, 2.0, 3.0, 4.0])}
    sets = [Published(2.5, {0: 1}), Published(4.5, {0: 3}), Published(6.0, {0: 4})]
    moments, published = _pairs(logged, sets)
    assert moments.tolist() == [2.0, 3.0, 4.0]
    assert published.tolist() == [4.5, 4.5, 6.0]


def test_a_page_sees_a_set_at_its_next_look() -> None:
    assert _next_look(np.array([4.5, 6.0, 7.0]), 1.0).tolist() == [5.0, 7.0, 7.0]


def test_the_report_holds_every_line(tmp_path: Path) -> None:
    line = Measure(name="a", ours="1", against="2", ratio=0.5, holds=False)
    assert line.verdict == "0.50  DOES NOT HOLD"
    keep([line], ["note"], file=tmp_path / "build" / "bench.json")
    written = json.loads((tmp_path / "build" / "bench.json").read_bytes())
    assert written["measures"][0]["name"] == "a"
    assert written["notes"] == ["note"]


def test_the_what_if_benchmark_gives_every_row() -> None:
    found = whatif_bench.measure(national=20_000, ours=20_000, theirs=100, equal={100: (1, 2)})
    assert len(found) == 7
    assert found[2].figures["kinds"] == 1
    assert found[1].figures == {"runs": 2, "differing": 0, "events": found[1].figures["events"]}
    assert found[1].holds
    assert all(one.figures["wall"] > 0 for one in found[3:])


def test_a_large_lake_has_its_rows(tmp_path: Path) -> None:
    """A small one stands for it: two premises, each in a bucket of its own."""
    lake = Lake(tmp_path / "lake" / "events")
    append(lake, [*run_of(0, 5), *run_of(0, 3, partition=1, premises="Pfedcba9876543210")])
    compact(lake, now=datetime(2026, 1, 1, tzinfo=UTC))
    rebuilding, beside = bulk_bench.of_large(tmp_path, buckets=1)
    assert (rebuilding.figures["records"], rebuilding.figures["left_to_the_replay"]) == (8, 0)
    assert beside.figures["events"] in (3, 5)
    assert lake_bench.size_of_run(tmp_path).figures == {"records": 8, "files": 2}


def test_the_library_replays_what_it_was_given(tmp_path: Path) -> None:
    records = [Record(b"P%d" % (n % 3), b"{}", 0, 0, n) for n in range(20)]
    assert replayed_in(records)[0] == len(records)
    assert replayed_in(records, file=tmp_path / "kept")[0] == len(records)
    assert (tmp_path / "kept").exists()


def test_the_rows_of_doubt_can_be_kept_and_judged(tmp_path: Path) -> None:
    found = doubt_bench.measure(premises=20_000, checked=4_000, seeds=2)
    keep(found, [], file=tmp_path / "bench.json")
    assert all(type(one.holds) is bool for one in found)


def test_equality_goes_on_where_it_was_ended_and_begins_anew_for_other_code(tmp_path: Path) -> None:
    kept = tmp_path / "equality.jsonl"
    first = equality_bench.measure(sizes=(120,), seeds=(1, 2), kept=kept)
    lines = kept.read_bytes().splitlines(keepends=True)
    kept.write_bytes(lines[0].replace(b'"equal":true', b'"equal":false') + lines[1][:20])
    second = equality_bench.measure(sizes=(120,), seeds=(1, 2), kept=kept)
    assert [one.holds for one in (*first, *second)] == [True, False]
    kept.write_bytes(lines[0].replace(equality_bench.code_digest().encode(), b"other"))
    assert equality_bench.measure(sizes=(120,), seeds=(1,), kept=kept)[0].holds
