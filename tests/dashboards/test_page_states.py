"""The states of every page, each page run once a state: stale, bad and good addresses, no set, a
set without events, a set of an older version.
"""

import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from itertools import chain

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.settings import CLOCK, HOME
from dashboards.suppression import OPERATIONS
from tests.dashboards.opening import APP
from tests.marts import sample
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.marts.publish import current_set, publish

PAGES = sorted(
    (
        path.name.removesuffix(".py")
        for path in files("dashboards").joinpath("app_pages").iterdir()
        if path.name.endswith(".py") and path.name != "__init__.py"
    ),
    key=lambda name: {"premises": "zz", "waves": "marts_"}.get(name, name),
)
"""In an order that AppTest can walk: it loses an address key that two pages in a row share, and
cannot go on from an id that is no sample.
"""
OF_RUNS = ("compare", "whatif")
"""Pages of kept runs: they need no set, and say so where no run is kept (`test_page_compare`)."""
HOME_ID = sample.History(2).premises_id
NO_ROWS = ("rebuild",)
"""Pages of which the sample has no row: nothing was proved (`test_page_operations` has proofs)."""
OWN_WORDS = ("id", "name")
"""What is typed and not chosen: an id has sentences of its own, a name may be any."""
GOOD = {
    "a": "x",
    "against": "2017-Q1",
    "alpha": "2",
    "area": "C",
    "asat": "2017-08-15",
    "b": "y",
    "bad": "all",
    "by": "weekly",
    "campaign": "LCP-HUBS",
    "canary": "3.5",
    "csp": "south",
    "evidence": "30",
    "hubs": "no",
    "kind": "duty",
    "mart": "milestones",
    "measure": "pairings",
    "on": "2017-08-15",
    "option": "1",
    "pace": "700",
    "period": "2017-Q2",
    "pin": "deny_list",
    "premises": "400",
    "process": "pin_reset",
    "q": "Q7",
    "route": "remote",
    "seed": "5",
    "soak": "9",
    "start": "small-canary",
    "state": "held",
    "supplier": "s02",
    "tolerance": "6.5",
    "topic": "premises.events",
}
"""A value of every key of an address; a page with a key that is not here fails its test."""
NONSENSE = "nonsense"
pytestmark = pytest.mark.usefixtures("pages")


def walked(query: Callable[[str], dict[str, str]]) -> Iterator[tuple[str, AppTest]]:
    """Every page after its run, one after the other, each with the query that it is given."""
    app = AppTest.from_file(APP, default_timeout=60).run()
    for page in PAGES:
        app.query_params.clear()
        for key, value in query(page).items():
            app.query_params[key] = value
        app.switch_page(f"app_pages/{page}.py").run()
        assert not app.exception, (page, [one.value for one in app.exception])
        yield page, app


def ids(page: str) -> dict[str, str]:
    return {"id": {"premises": HOME_ID, "campaign": "LCP-METERS"}.get(page, "")}


def plain(page: str) -> dict[str, str]:
    return {}


def bound(app: AppTest) -> dict[str, object]:
    """What the widgets hold that are bound to the address, by their keys."""
    every = chain(
        app.selectbox,
        app.button_group,
        app.number_input,
        app.date_input,
        app.slider,
        app.text_input,
    )
    keyed = [(one.proto.query_param_key, one) for one in every]
    return {key: one.value for key, one in keyed if key and key not in OWN_WORDS}


def said(app: AppTest) -> str:
    return "\n".join(one.value for one in chain(app.warning, app.error, app.info, app.markdown))


def nonsense(page: str) -> dict[str, str]:
    return {**dict.fromkeys((*GOOD, "known"), NONSENSE), **ids(page)}


def test_every_page_names_what_the_address_asks_in_vain_and_is_red_when_it_is_stale(monkeypatch):
    """A stale page keeps its figures; a bad slug leaves the rest as it is."""
    monkeypatch.setenv(CLOCK, "2026-11-24T15:00:00+00:00")
    for page, app in walked(nonsense):
        for key in bound(app):
            sentence = f"{key}={NONSENSE} was left out of the address: "
            assert sentence in said(app) or (key == "known" and f"{NONSENSE!r}" in said(app)), (
                page,
                key,
            )
        assert NONSENSE not in bound(app).values() or page in OF_RUNS, page
        if page not in OF_RUNS:
            assert ":red-badge[:material/warning: Stale: newest event 3 hours ago]" in said(app), (
                page
            )
            assert "simulated data" in said(app), page
            assert app.header, page


def good(page: str) -> dict[str, str]:
    return {**GOOD, **ids(page)}


def test_every_filter_comes_by_the_address_and_every_picture_has_its_text(monkeypatch):
    """A deep link opens what it names; numbers behind every picture come as CSV and as Parquet."""
    monkeypatch.setattr("dashboards.access.viewer_role", lambda: OPERATIONS)
    seen = set()
    for page, app in walked(good):
        held = bound(app)
        seen |= set(held)
        for key in set(held) - {"known", "a", "b"}:
            assert str(held[key]).removesuffix(".0") == good(page)[key], (page, key)
        assert "left out" not in "".join(one.value for one in app.warning), page
        for one in chain(app.get("vega_lite_chart"), app.get("echarts_chart")):
            assert len(one.proto.alt) > 20, page
        assert not [table for table in app.dataframe if not table.proto.alt], page
        labels = "".join(one.proto.label for one in app.get("download_button"))
        if page not in (*OF_RUNS, *NO_ROWS):
            assert "(CSV" in labels, page
            assert "(Parquet" in labels, page
    assert seen - {"known"} == set(GOOD) - {"a", "b"}, "every key of the table is a key of a page"


def test_without_a_set_every_page_says_how_to_start(monkeypatch, tmp_path):
    monkeypatch.setenv(HOME, str(tmp_path))
    for page, app in walked(plain):
        assert not app.get("vega_lite_chart"), page
        if page not in OF_RUNS:
            assert app.header[0].value == "Nothing is published yet", page
            assert any("twin run" in one.value for one in app.markdown), page
            assert app.button[0].label == "Look again", page


OF_THE_TWIN = ("about", "marts")
"""Pages about the twin itself, which have something to draw without any event."""


def test_a_set_without_events_shows_sentences_instead_of_blank_axes(monkeypatch, tmp_path):
    meta = SetMeta(
        set_id="empty", code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=0
    )
    frames = MartBuilder().build(meta=meta, health={})
    publish(frames, home=tmp_path, set_id="empty", now=sample.PUBLISHED_AT)
    monkeypatch.setenv(HOME, str(tmp_path))
    for page, app in walked(plain):
        assert page in OF_THE_TWIN or not app.get("vega_lite_chart"), page
        assert not app.get("echarts_chart"), page
        sentences = [one.value for one in app.markdown if not one.value.startswith(":")]
        assert any(len(one) > 20 for one in sentences), page
        assert page in OF_RUNS or "No event yet · basis empty" in said(app), page


NEEDED = ("meta", "partitions", "basis", "files")
"""What the line of provenance needs: a set of the oldest version that can be looked at."""


def test_a_set_of_an_older_version_is_named_with_what_still_works(
    monkeypatch, tmp_path, sample_home
):
    """In a page, in a part that renews itself, and on pages that open no mart but by its name."""
    home = shutil.copytree(sample_home, tmp_path / "home")
    for path in current_set(home).glob("*.parquet"):
        if path.stem not in NEEDED:
            path.unlink()
    monkeypatch.setenv(HOME, str(home))
    silent = []
    for page, app in walked(plain):
        told = "it does not hold what is shown here" in said(app)
        if not told:
            silent.append(page)
        else:
            assert "Pages that need less still work" in said(app), page
            assert "start the twin once with `twin run`" in said(app), page
    assert silent == ["compare", "evidence", "process", "whatif"]
