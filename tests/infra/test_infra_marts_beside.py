"""`twin marts`: from the lake of a home to a set that pages open, and back."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from infra.run.history import History, Home
from streams.archive import open_lake
from tests.infra.command_line import twin
from tests.lake.lake_records import append, run_of
from twin.marts.build import MARTS
from twin.marts.lines import line
from twin.marts.publish import current_set, publish

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A TWIN_HOME with a few facts, and a set that an earlier version published."""
    append(open_lake(tmp_path), run_of(0, 4))
    history = History(
        premises=1,
        seed=1,
        starts=date(2017, 4, 1),
        ends=date(2018, 1, 1),
        tick_hours=24,
        broker="local",
        plans={},
        catalogue="shipped",
    )
    Home(tmp_path).write(history)
    lags = {"seen_at": [NOW], "stage": ["archived"], "lag": [7]}
    frames = {
        "lags": pl.DataFrame(lags),
        "older": pl.DataFrame({"n": [1]}),
    }
    publish(frames, home=tmp_path, set_id="first", now=NOW)
    return tmp_path


def test_built_from_the_lake_compared_switched_and_back(home: Path) -> None:
    said = twin("marts", "switch", "--home", home)
    assert said.refusal == (f"no set of line {line()} stands beside; `twin marts build-beside`")
    built = json.loads(twin("marts", "build-beside", "--home", home, "--json").out)
    assert (built["line"], built["taken_over"]) == (line(), ["lags"])
    before = current_set(home)
    assert before is not None
    assert before.name == "first"
    compared = twin("marts", "compare", "--home", home)
    assert compared.status == 3
    assert "older: only in the current set" in compared.out
    assert "lags" not in compared.out, "as it was told it is the same"
    assert f"1 of {len(MARTS)} marts are equal" in compared.out
    assert f"line {line()}" in twin("marts", "switch", "--home", home).out
    now = current_set(home)
    assert now is not None
    assert pl.read_parquet(now / "event_totals.parquet")["records"].sum() == 4
    assert "set first, line of an earlier version" in twin("marts", "back", "--home", home).out
    assert current_set(home) == before
