"""Pages of campaigns, incidents and the briefing: few devices are told to operations alone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import polars as pl
import pyarrow as pa
import pytest

from dashboards import downloads
from dashboards.board import Risk, board
from dashboards.paper import paper
from dashboards.queries import read_set
from dashboards.suppression import FEWER, OPERATIONS, PROGRAMME
from tests.dashboards.opening import opened
from twin.marts.publish import current_set

pytestmark = pytest.mark.usefixtures("open_pages")
COUNTS = {
    *("devices", "confirmed", "errors", "failed", "failures", "awaiting", "in_flight", "no_update"),
    *("outages", "asked", "untold", "members", "settled", "censored", "facts", "n", "k"),
    *("gate_n", "gate_k", "gate_settled", "gate_confirmed", "gate_errors"),
}
"""Columns that count devices or what happened to them."""


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[pl.DataFrame]:
    """The frames that a page offers as files."""
    frames: list[pl.DataFrame] = []
    offer = downloads.offer_as

    def noted(frame: pl.DataFrame, **words: str) -> None:
        frames.append(frame)
        offer(frame, **words)

    monkeypatch.setattr(downloads, "offer_as", noted)
    return frames


def charted(app) -> Iterator[pl.DataFrame]:
    """The rows behind every chart of a page."""
    for chart in app.get("vega_lite_chart"):
        for one in chart.proto.datasets:
            yield pl.DataFrame(pa.ipc.open_stream(one.data.data).read_all())


def small(frames: Iterable[pl.DataFrame]) -> set[str]:
    """The columns that tell a count from 1 to 4."""
    found = set()
    for frame in frames:
        for name in COUNTS & set(frame.columns):
            cells = [cell for cell in frame[name] if isinstance(cell, int | float)]
            found |= {name for cell in cells if cell in (1, 2, 3, 4)}
    return found


def seen(monkeypatch, page: str, role: str, **query: str):
    monkeypatch.setattr("dashboards.access.viewer_role", lambda: role)
    return opened(page, **query)


def text_of(app) -> str:
    return " ".join(one.value for one in (*app.header, *app.markdown))


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("campaign", {"id": "LCP-METERS"}),
        ("campaigns", {}),
    ],
    ids=["campaign", "campaigns"],
)
def test_no_chart_table_file_or_sentence_tells_of_few_devices(monkeypatch, taken, page, query):
    app = seen(monkeypatch, page, PROGRAMME, **query)
    tables = [pl.from_pandas(one.value) for one in app.dataframe]
    assert small(tables) == set()
    assert small(charted(app)) == set()
    assert small(taken) == set()
    assert not re.search(r"\b[1-4] (devices?|in flight|failed|not asked)\b", text_of(app))
    taken.clear()
    app = seen(monkeypatch, page, OPERATIONS, **query)
    tables = [pl.from_pandas(one.value) for one in app.dataframe]
    assert small(taken) | small(tables) | small(charted(app)), "nothing to keep back"
    assert FEWER not in text_of(app)


def test_the_briefing_tells_few_to_operations_alone_on_page_and_paper(monkeypatch, sample_home):
    published = read_set(current_set(sample_home))
    told = board(published)
    for role in (PROGRAMME, OPERATIONS):
        app = seen(monkeypatch, "briefing", role)
        text = text_of(app)
        daily = [one for one in charted(app) if "capable_premises" in one.columns]
        days = {n for one in daily for n in one["capable_premises"].drop_nulls() if 0 < n < 5}
        assert bool(days) is (role == OPERATIONS)
        document = paper(published, told, role=role)
        assert [one for one in document.sections[0].parts if str(one) not in text] == []
        (risks,) = document.sections[2].parts
        assert [row[1] for row in risks.rows] == app.dataframe[0].value["risk"].tolist()
        rows = [r for one in charted(app) if "short" in one.columns for r in one.rows(named=True)]
        kept = [row for row in rows if row["points"] is None]
        assert rows
        assert bool(kept) is (role == PROGRAMME)
        assert {(row["short"], row["of"]) for row in kept} <= {("too few", "not told")}
        few = {
            row["gsp_group"]
            for row in told.areas.rows(named=True)
            if 0 < row["capable_premises"] < 5
        }
        assert {row["gsp_group"] for row in kept} >= (few if role == PROGRAMME else set())


@pytest.mark.parametrize("role", [PROGRAMME, OPERATIONS])
def test_the_paper_tells_risks_to_few_and_places_of_few_to_operations_alone(sample_home, role):
    published = read_set(current_set(sample_home))
    areas = pl.DataFrame(
        {
            "gsp_group": ["A", "B", "C"],
            "installed_premises": [100, 100, 200],
            "capable_premises": [50, 3, 110],
        }
    )
    told = replace(
        board(published),
        areas=areas,
        areas_told=areas.with_columns(capable_premises=pl.Series([50, None, 110])),
        risks=(Risk("fail", "devices", 3, 90, "/", False),),
    )
    document = paper(published, told, role=role)
    (risks,) = document.sections[2].parts
    said = f"{risks.rows[0][1]} {document.sections[0].parts[3]}"
    assert ("3 of 90 devices" in said) is (role == OPERATIONS)
    assert ("East Midlands" in said) is (role == OPERATIONS)


@pytest.mark.parametrize(("role", "told"), [(PROGRAMME, [41]), (OPERATIONS, [8, 28, 41])])
def test_a_gate_on_the_page_tells_its_counts_of_few_to_operations_alone(monkeypatch, role, told):
    app = seen(monkeypatch, "campaign", role, id="LCP-METERS")
    (gates,) = (one.value for one in app.dataframe if "bound" in one.value.columns)
    assert gates["n"].dropna().tolist() == told
    assert ("27 of 28 settled confirmed" in text_of(app)) is (role == OPERATIONS)
