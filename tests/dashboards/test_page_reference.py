"""`/data` and `/about`: what is told of marts, figures and assumptions is what they are."""

import hashlib
import tomllib
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

from dashboards import definitions, downloads, shelf
from dashboards.charts.reference import TOP, known_how, largest_marts
from dashboards.headlines.reference import what_is_assumed, what_is_held
from dashboards.queries import PublishedSet, read_set
from dashboards.suppression import KEPT, KEPT_BESIDE
from tests.dashboards.addressed import opened_at
from tests.dashboards.opening import opened
from twin.marts.build import MARTS
from twin.marts.publish import current_set

COUNTS = {
    *("premises", "devices", "hubs", "attempts", "failed", "abandoned", "unpaired", "guesses"),
    *("installed_premises", "capable_premises", "passed", "not_judged", "joins", "outages"),
    *("set_before", "set_now", "weak_pin", "most_common_pin", "capable", "installed", "changes"),
    *("members", "settled", "confirmed", "errors", "n", "k", "facts", "suspensions", "refusals"),
}
"""Columns that count premises, their devices, or what happened at them."""


@pytest.fixture(scope="module")
def published(sample_home) -> PublishedSet:
    return read_set(current_set(sample_home))


def test_the_shelf_tells_rows_columns_and_checksum_of_every_file(published) -> None:
    held = shelf.shelf(published)
    assert held["mart"].to_list() == sorted(published.frames)
    for row in held.iter_rows(named=True):
        path = published.folder / f"{row['mart']}.parquet"
        assert row["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert row["bytes"] == path.stat().st_size
        again = pl.read_parquet(path)
        assert (row["rows"], row["columns"]) == again.shape
        assert row["about"] or row["mart"] == "files"


def test_pages_are_named_by_the_marts_that_they_open(published, pages, monkeypatch) -> None:
    used = shelf.pages_by_mart()
    assert "progress" in used["progress_daily"]
    assert used["gate_outcomes"] == ("gates",)
    assert (used["bands_changes"], used["pins_changes"]) == (("han",), ("pin",))
    assert "premises" not in used.get("summary", ())
    seen: set[str] = set()
    plain = PublishedSet.mart

    def noted(self: PublishedSet, name: str) -> pl.DataFrame:
        seen.add(name)
        return plain(self, name)

    monkeypatch.setattr(PublishedSet, "mart", noted)
    opened("gates")
    assert {"gate_rules", "gate_outcomes", "meta"} <= seen
    assert [mart for mart in seen if "gates" not in used.get(mart, ())] == []


def test_columns_say_which_figure_they_hold(published) -> None:
    told = shelf.columns("progress_daily", published.mart("progress_daily"))
    by_name = {row["column"]: row for row in told.iter_rows(named=True)}
    assert by_name["day"]["definition"] == "Says of what a row is."
    assert by_name["capable_premises"]["definition"].startswith("Capable premises")
    nulls = published.mart("progress_daily")["planned_premises"].null_count()
    assert by_name["planned_premises"]["empty"] == nulls


def test_downloads_hold_every_row(published) -> None:
    rules = published.mart("gate_rules")
    csv = pl.read_csv(BytesIO(downloads.as_csv(rules).encode()))
    assert csv.height == rules.height
    assert csv["strata"][0] == "; ".join(rules["strata"][0])
    recent = published.mart("recent_events")
    again = pl.read_parquet(BytesIO(downloads.as_parquet(recent)))
    assert again.equals(recent)
    assert downloads.as_parquet(recent) == downloads.as_parquet(recent)
    (first, *_) = pl.read_csv(BytesIO(downloads.as_csv(recent).encode()))["logged_at"]
    assert first[10] == "T"
    assert first.endswith("Z")


def test_only_operations_see_ids_and_few_premises(published) -> None:
    every = shelf.for_role(published, "sample_premises", role="operations")
    assert "premises_id" in every.columns
    assert shelf.for_role(published, "sample_premises", role="programme") is None
    daily = published.mart("areas_daily").sort("day", "gsp_group")
    few = daily["installed_premises"].is_between(1, 4)
    assert few.any()
    seen = shelf.for_role(published, "areas_daily", role="programme")["installed_premises"]
    assert seen.filter(few).is_null().all()
    assert set(seen.drop_nulls() % 5) == {0}
    assert (
        shelf.for_role(published, "areas_daily", role="operations")
        .sort("day", "gsp_group")
        .equals(daily)
    )
    assert shelf.for_role(published, "files", role="programme").height


@pytest.mark.parametrize("mart", sorted(MARTS))
def test_no_mart_tells_all_roles_of_few_devices_or_names_a_premises(published, mart) -> None:
    seen = shelf.for_role(published, mart, role="programme")
    if seen is None:
        assert mart in shelf.OF_FEW
        return
    assert not {"premises_id", "key", KEPT, KEPT_BESIDE} & set(seen.columns)
    for name in COUNTS & set(seen.columns):
        assert not seen[name].is_between(1, 4).any(), name


def test_headlines_count() -> None:
    rows = pl.DataFrame({"mart": ["b", "a"], "rows": [30, 10]})
    assert what_is_held(rows, records=1) == (
        "2 marts hold 40 rows, made from 1 record; b holds most, 75.0%"
    )
    assert what_is_held(rows.with_columns(rows=0), records=0) == (
        "2 marts hold 0 rows, made from 0 records"
    )
    known = pl.DataFrame({"status": ["assumed", "published", "assumed", "derived"]})
    assert what_is_assumed(known, figures=3) == (
        "3 figures are defined; of 4 numbers of behaviour 2 (50.0%) are assumptions of ours"
    )


def test_assumptions_are_the_rows_of_the_files() -> None:
    found = definitions.assumptions()
    folder = Path(definitions.__file__).parents[1] / "twin"
    tables = {
        f"twin/{path.relative_to(folder)}": tomllib.loads(path.read_text())
        for path in (*folder.glob("fleet/numbers/*.toml"), folder / "forecast/prior.toml")
    }
    plain = {(file, name) for file, rows in tables.items() for name in rows}
    assert set(found.select("file", "name").iter_rows()) == plain
    assert found.filter(name="ihd_take_up")["value"].item() == "0.97"
    assert set(found["status"]) <= set(definitions.STATUSES)
    counted = definitions.by_status(found)
    assert counted["rows"].sum() == found.height
    spec = known_how(counted).to_dict()
    assert spec["encoding"]["color"]["scale"]["domain"] == list(definitions.STATUSES)


def test_the_glossary_is_sorted_whole_sentences_with_sources() -> None:
    found = definitions.glossary()
    names = [word.lower() for word in found["word"]]
    assert names == sorted(set(names))
    for word, means, source in found.iter_rows():
        assert means.endswith("."), word
        assert source, word
    assert {"CAD", "CHF", "ESME", "HAN", "Privacy PIN"} <= set(found["word"])
    assert len(definitions.XMR) == 4


def test_the_chart_of_marts_shows_the_largest() -> None:
    many = pl.DataFrame({"mart": [f"m{n:02d}" for n in range(40)], "rows": range(40)})
    (drawn,) = largest_marts(many.with_columns(bytes=1)).to_dict()["datasets"].values()
    assert [row["rows"] for row in drawn] == list(range(39, 39 - TOP, -1))


@pytest.mark.usefixtures("pages")
def test_the_page_of_marts_opens_one_by_its_address(published) -> None:
    app = opened_at("marts", mart="gate_rules")
    held = shelf.shelf(published)
    assert app.header[0].value == what_is_held(held, records=published.meta.records)
    assert app.selectbox[0].value == "gate_rules"
    assert "FROM gate_rules" in app.code[0].value
    assert app.dataframe[0].value["rows"].sum() == held["rows"].sum()
    charts = app.get("vega_lite_chart")
    assert [len(chart.proto.alt) > 30 for chart in charts] == [True]
    assert all(table.proto.alt for table in app.dataframe)
    bad = opened_at("marts", mart="no_such")
    assert "mart=no_such was left out of the address" in bad.warning[0].value


@pytest.mark.usefixtures("pages")
def test_the_page_of_definitions_says_what_is_simulated() -> None:
    app = opened("about", mart="bands")
    told = " ".join(m.value for m in app.markdown)
    assert definitions.HISTORY in told
    assert definitions.SIMULATED in told
    assert "Apache-2.0" in told
    assert set(app.dataframe[0].value["mart"]) == {"bands"}
    provenance = app.dataframe[1].value
    assert "premises.events" in provenance["topic"].tolist()
    assert app.header[0].value == what_is_assumed(
        definitions.assumptions(), figures=definitions.figure_table().height
    )
    assert all(len(c.proto.alt) > 30 for c in app.get("vega_lite_chart"))
    assert all(table.proto.alt for table in app.dataframe)
