"""As known at a named basis, on every page of the programme."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

import polars as pl
import pytest

from dashboards.known_parts import told_known
from dashboards.queries import read_set
from dashboards.settings import HOME
from dashboards.suppression import KEPT, KEPT_BESIDE, OPERATIONS, PROGRAMME
from tests.dashboards.opening import opened
from twin.lake.basis import Bases, Basis, Stand
from twin.marts.publish import current_set

AT = datetime(2017, 9, 10, 23, tzinfo=UTC)
PAGES = {
    "waves": "by wave",
    "regions": "by region or GSP group",
    "suppliers": "by supplier",
    "han": "by band",
    "pin": "of Privacy PINs",
    "briefing": "",
}


@pytest.fixture
def capable_then(monkeypatch: pytest.MonkeyPatch, sample_home: Path, tmp_path: Path) -> int:
    """A home with a basis `issue 1` that knew of seven capable premises less; gives today's."""
    copytree(sample_home / "marts", tmp_path / "marts")
    daily = read_set(current_set(tmp_path)).mart("progress_daily")
    now = int(daily.filter(day=AT.date())["capable_premises"].item())
    Bases(tmp_path / "lake" / "bases").name(
        Basis(
            stands=(Stand("premises.events", 0, 0, 40),),
            code_version="0",
            reference="r",
            resolved="all it held",
            figures={"capable": now - 7},
            figures_at=AT,
        ),
        "issue 1",
        now=AT,
    )
    monkeypatch.setenv(HOME, str(tmp_path))
    return now


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_programme_shows_what_was_known_then(page, capable_then, monkeypatch):
    app = opened(page, known="issue 1")
    (table,) = [one.value for one in app.dataframe if "as_known_then" in one.value.columns]
    told = table[["as_known_then", "same_day_as_known_now", "restated_by"]].values.tolist()
    assert told == [[capable_then - 7, capable_then, 7]]
    said = " ".join(one.value for one in app.markdown)
    whole = "A basis keeps figures of the whole fleet, none"
    assert (f"{whole} {PAGES[page]}." in said) if PAGES[page] else (whole not in said)


def test_a_figure_restated_by_few_premises_is_told_to_operations_alone():
    figures = pl.DataFrame(
        {
            "measure": ["a", "b", "c"],
            "as_known_then": [100, 100, 3],
            "same_day_as_known_now": [103, 90, 20],
            "restated_by": [3, -10, 17],
            "newest": [120, 120, 120],
        }
    )
    told = told_known(figures, role=PROGRAMME)
    assert told["as_known_then"].to_list() == [None, 100, None]
    assert told["restated_by"].to_list() == [None, -10, None]
    assert told.select(KEPT, KEPT_BESIDE).rows() == [
        ("", "as_known_then"),
        ("", ""),
        ("as_known_then", ""),
    ]
    every = told_known(figures, role=OPERATIONS)
    assert every.select(figures.columns).equals(figures)
