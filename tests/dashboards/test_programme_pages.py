"""Each page of the programme in one run: naive counts, texts beside charts, bad slugs, states."""

import json
from collections import Counter
from datetime import UTC, date, datetime

import polars as pl
import pytest

from dashboards import words
from dashboards.headlines import han as han_finding
from dashboards.queries import read_set
from dashboards.settings import CLOCK, HOME
from dashboards.suppression import BESIDE, FEWER, OPERATIONS
from tests.dashboards.opening import PROGRAMME, opened
from tests.marts import naive_groups as naive
from tests.marts import naive_network, sample
from tests.marts.sample_decisions import campaign_facts
from twin.lake.basis import Bases, Stand, basis_of
from twin.lake.slices import Slice
from twin.marts.build import MARTS
from twin.marts.figures.registry import figures, registry
from twin.marts.publish import current_set, publish

DAY = "2017-09-10"
PREMISES = 120


@pytest.fixture(scope="module")
def events():
    return sample.sample_events(PREMISES)


def texts(app) -> str:
    shown = (app.title, app.header, app.markdown, app.info, app.warning, app.error)
    return "\n".join(one.value for group in shown for one in group)


def metrics(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def told(number: int) -> str:
    return FEWER if 1 <= number <= 4 else words.count(number)


def check_rounded(said: object, number: int) -> bool:
    """Whether a count by the day is told, to the nearest five, and not kept back beside others."""
    if 1 <= number <= 4:
        assert said == FEWER
        return False
    assert str(said) in (BESIDE, words.count(5 * round(number / 5)))
    return said != BESIDE


def cell(value: object) -> str | None:
    """A count in a table as words: pandas has a number beside nothing as a float."""
    if value is None or value != value:
        return None
    return words.count(int(value)) if isinstance(value, float) else str(value)


def check_texts(app, *, charts: int) -> None:
    """Every chart and table has its text, and no chart carries a count that is kept back."""
    drawn = app.get("vega_lite_chart")
    assert len(drawn) == charts
    for chart in drawn:
        assert len(chart.proto.alt) > 20
        assert json.loads(chart.proto.spec)
    assert [table for table in app.dataframe if len(table.proto.alt) < 20] == []
    assert len(app.dataframe) > 0


def table_with(app, *columns: str):
    (found,) = [t.value for t in app.dataframe if set(columns) <= set(t.value.columns)]
    return found


@pytest.mark.usefixtures("pages")
def test_regions_on_a_day_are_the_naive_counts_of_that_day(events):
    app = opened("regions", asat=DAY, csp="nowhere", area="C")
    counts = {k[1]: v for k, v in naive.by_day(events, "gsp_group").items() if str(k[0]) == DAY}
    capable, installed = (sum(v[n] for v in counts.values()) for n in (1, 0))
    assert metrics(app)["Capable of installed premises, nation"] == words.share(capable, installed)
    table = table_with(app, "gsp_group", "capable_premises").set_index("gsp_group")
    seen = [
        check_rounded(table.loc[letter, name], number)
        for letter, (fitted, ready, _) in counts.items()
        for name, number in (("installed_premises", fitted), ("capable_premises", ready))
    ]
    assert sum(seen) > len(seen) / 2
    assert FEWER in set(table["capable_premises"])
    said = texts(app)
    assert "As it was on 10 September 2017, by what is known now" in said
    assert (
        "csp=nowhere was left out of the address: it is none of all, north, central, south" in said
    )
    check_texts(app, charts=4)
    assert "10 September 2017" in app.get("vega_lite_chart")[0].proto.alt


@pytest.mark.usefixtures("pages")
def test_a_region_narrows_the_map_and_a_day_beyond_the_marts_is_left_out():
    app = opened("regions", csp="south", asat="2031-01-01")
    assert "2031-01-01 was left out of the address" in texts(app)
    assert "As it was on" not in "".join(m.value for m in app.markdown if "basis" in m.value)
    table = table_with(app, "gsp_group", "area", "region")
    assert set(table["region"]) == {"South"}


@pytest.mark.usefixtures("pages")
def test_suppliers_are_the_naive_counts_and_a_supplier_narrows_the_table(events):
    app = opened("suppliers", supplier="s03", csp="south")
    last = max(events, key=lambda e: e.occurred_at).occurred_at.date()
    counts = naive.by_day(events, "csp_region", "supplier")
    own = {k[2]: v for k, v in counts.items() if k[:2] == (last, "South")}
    capable, installed = (sum(v[n] for v in own.values()) for n in (1, 0))
    share = words.share(5 * round(capable / 5), 5 * round(installed / 5))
    assert metrics(app)["Capable of installed premises, South"] == share
    assert "supplier=s03" not in texts(app)
    table = table_with(app, "supplier", "side")
    assert set(own) == {"S03", "S06"}
    assert table["supplier"].tolist() == ["S03"]
    check_texts(app, charts=2)
    app.selectbox(key="supplier").select("all").run()
    assert not app.exception
    table = table_with(app, "supplier", "side").set_index("supplier")
    for supplier, (fitted, ready, _) in own.items():
        check_rounded(table.loc[supplier, "installed_premises"], fitted)
        check_rounded(table.loc[supplier, "capable_premises"], ready)


@pytest.mark.usefixtures("pages")
def test_waves_on_a_day_know_nothing_of_later_facts():
    app = opened("waves", asat=DAY)
    facts = [f for f in campaign_facts(until=sample.AS_AT) if str(f.occurred_at.date()) <= DAY]
    days, gates = naive.wave_days(facts), naive.gate_days(facts)
    over = [row for row in days.values() if row[5] is not None]
    assert metrics(app)["Waves over"] == str(len(over))
    table = table_with(app, "gate_said")
    table.index = [tuple(label.split(" ")[:2]) for label in table["label"]]
    for key, row in days.items():
        shown = table.loc[[(key[0], str(key[1]))]].iloc[0]
        assert shown["planned"].endswith(f" – {words.short_day(row[2])}")
        assert shown["done"].endswith("–" if row[5] is None else words.short_day(row[5]))
        asked = [said for (day, *place), said in sorted(gates.items()) if tuple(place) == key]
        said = (told(asked[-1][3]), BESIDE) if asked else (None,)
        assert cell(shown["confirmed"]) in said
    # two in error: with the confirmed ones and the settled ones they would be known
    assert list(table.loc[[("LCP-METERS", "2")], ["errors", "confirmed"]].iloc[0]) == [
        FEWER,
        BESIDE,
    ]
    assert app.header[0].value.startswith("No open wave is behind its plan; next is LCP-METERS")
    check_texts(app, charts=1)


@pytest.mark.usefixtures("pages")
def test_han_is_the_naive_count_of_premises(events):
    app = opened("han", supplier="s02")
    months = naive.band_months(events)
    whole, near = sum(months.values()), sum(n for k, n in months.items() if k[2] == "ghz_2_4")
    figures_shown = metrics(app)
    assert figures_shown["Premises on 2.4 GHz alone"] == words.share(near, whole)
    full = naive_network.link_counts(events)[4][0]
    assert figures_shown["Hubs with all four links in use"] in (told(full), BESIDE)
    table = table_with(app, "condition", "failed")
    assert set(table["supplier"]) == {"S02"}
    numbers = table_with(app, "month", "band", "premises")
    by_month = Counter()
    for (month, _, band), n in months.items():
        by_month[month, han_finding.BANDS[band]] += n
    assert len(numbers) == len(by_month)
    for row in numbers.itertuples():
        assert str(row.premises) in (told(by_month[row.month.date(), row.band]), BESIDE)
    check_texts(app, charts=2)


@pytest.mark.usefixtures("pages")
def test_pins_are_the_naive_counts_and_small_ones_are_kept_back(events):
    app = opened("pin")
    areas = naive.pin_areas(events)
    premises, _, now, _, weak = (sum(column) for column in zip(*areas.values(), strict=True))
    figures_shown = metrics(app)
    assert figures_shown["PIN set, all premises"] == words.share(now, premises)
    assert figures_shown["Weak PINs"] == words.share(weak, now)
    table = table_with(app, "shared_meter_space", "set_now")
    assert len(table) == len(areas)
    numbers = Counter(str(cell) for cell in table["premises"])
    few = Counter(told(row[0]) for row in areas.values())[FEWER]
    assert 0 < few <= numbers[FEWER] + numbers[BESIDE]
    assert set(numbers) - {FEWER, BESIDE} <= {told(row[0]) for row in areas.values()}
    assert app.get("vega_lite_chart")
    assert all(len(c.proto.alt) > 20 for c in app.get("vega_lite_chart"))
    assert all(len(t.proto.alt) > 20 for t in app.dataframe)


@pytest.mark.usefixtures("pages")
def test_operations_see_every_count_of_the_same_page(events, monkeypatch):
    monkeypatch.setattr("dashboards.access.viewer_role", lambda: OPERATIONS)
    table = table_with(opened("pin"), "shared_meter_space", "set_now")
    counted = Counter(int(number) for number in table["premises"])
    assert counted == Counter(row[0] for row in naive.pin_areas(events).values())
    assert min(counted) < 5


@pytest.mark.usefixtures("pages")
def test_progress_goes_back_to_a_day_and_shows_weeks(events):
    app = opened("progress", asat=DAY, by="weekly")
    counts = naive.by_day(events, "csp_region")
    capable = sum(v[1] for k, v in counts.items() if str(k[0]) == DAY)
    installed = sum(v[0] for k, v in counts.items() if str(k[0]) == DAY)
    assert metrics(app)["Capable premises (device truth)"] == told(capable)
    assert app.header[0].value.startswith(f"{capable} of {installed} installed premises")
    assert "No basis is named beside this lake" in texts(app)
    assert "by week" in app.get("vega_lite_chart")[0].proto.alt
    check_texts(app, charts=3)
    obligations = table_with(app, "obligation", "of_what")
    assert len(obligations) == 6
    newest = table_with(app, "capable_premises", "planned_premises")["day"].max()
    assert newest.date() == date.fromisoformat(DAY)


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize("page", ["progress", *PROGRAMME])
def test_every_column_that_a_page_reads_has_its_figure_and_every_figure_shown_its_entry(
    page, monkeypatch, sample_home
):
    """What a page asks of its set is described: a mart as a whole, or it is no figure of its."""
    asked: set[str] = set()
    held = read_set(current_set(sample_home))
    mart = type(held).mart

    def noted(self, name):
        asked.add(name)
        return mart(self, name)

    monkeypatch.setattr("dashboards.queries.PublishedSet.mart", noted)
    app = opened(page)
    behind_every_page = {"meta", "partitions"}
    assert asked - behind_every_page <= set(registry())
    assert asked <= set(MARTS)
    queries = [code.value for code in app.code]
    assert len(queries) >= 4
    said = "\n".join(m.value for m in app.markdown)
    explained = [one for one in figures().values() if f"**{one.name}.** {one.definition}" in said]
    assert {one.mart for one in explained} == asked - behind_every_page - (
        {"summary"} if page != "progress" else set()
    )
    assert "Status: simulated: counted from events of a simulated fleet" in said
    assert "Source: ¶" in said
    assert "Coverage:" in said


def with_marts(home, tmp_path, **changed: pl.DataFrame) -> None:
    """A home with the sample's set but for some marts."""
    frames = dict(read_set(current_set(home)).frames) | changed
    publish(frames, home=tmp_path, set_id="changed", now=sample.PUBLISHED_AT)


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(("known", "charts"), [(0.8, 4), (0.5, 0)])
def test_a_partial_mart_says_so_and_below_its_limit_shows_nothing(
    sample_home, monkeypatch, tmp_path, known, charts
):
    areas = read_set(current_set(sample_home)).mart("areas_daily")
    letters = areas["gsp_group"].unique().sort().to_list()
    unknown = letters[: round((1 - known) * len(letters))]
    lost = areas.with_columns(
        pl.when(pl.col("gsp_group").is_in(unknown))
        .then(pl.lit("unknown"))
        .otherwise("gsp_group")
        .alias("gsp_group")
    )
    with_marts(sample_home, tmp_path, areas_daily=lost)
    monkeypatch.setenv(HOME, str(tmp_path))
    app = opened("regions")
    assert len(app.get("vega_lite_chart")) == charts
    said = texts(app)
    assert ("Partial:" in said) == (charts > 0)
    assert ("too few to show their figures" in said) == (charts == 0)


@pytest.mark.usefixtures("pages")
def test_a_stale_page_keeps_its_figures_and_says_so(monkeypatch):
    monkeypatch.setenv(CLOCK, "2026-11-24T15:00:00+00:00")
    app = opened("pin")
    assert app.metric
    assert any("Stale: newest event 3 hours ago" in m.value for m in app.markdown)


@pytest.mark.usefixtures("pages")
def test_a_named_basis_is_held_against_today(sample_home, monkeypatch, tmp_path):
    with_marts(sample_home, tmp_path)
    bases = Bases(tmp_path / "lake" / "bases")
    at = datetime(2017, 9, 10, 23, tzinfo=UTC)
    daily = read_set(current_set(tmp_path)).mart("progress_daily")
    now = daily.filter(day=at.date())["capable_premises"].item()
    for name, number in (("issue 1", now - 7), ("no figures", None)):
        basis = basis_of(
            {Slice("premises.events", 0, 0): 40},
            starts={},
            code_version="0",
            reference="r",
            resolved="all",
        )
        given = {} if number is None else {"capable": number, "paired": 9}
        stand = (Stand("premises.events", 0, 0, 40 + len(given)),)
        kept = type(basis)(
            stands=stand,
            code_version="0",
            reference="r",
            resolved="all it held",
            figures=given,
            figures_at=at if given else None,
        )
        bases.name(kept, name, now=at)
    monkeypatch.setenv(HOME, str(tmp_path))
    app = opened("progress", known="issue 1")
    table = table_with(app, "measure", "as_known_then").set_index("measure")
    row = table.loc["premises capable of local pairing, by device truth"]
    assert [row["as_known_then"], row["same_day_as_known_now"], row["restated_by"]] == [
        now - 7,
        now,
        7,
    ]
    app.selectbox(key="known").select("no figures").run()
    assert "was named without figures" in texts(app)
    gone = opened("progress", known="issue 9")
    assert "No basis is named 'issue 9' (any more)" in texts(gone)
    (tmp_path / "lake" / "bases" / "broken.json").write_text("{")
    assert "cannot be read as a basis" in opened("progress").error[0].value


@pytest.mark.usefixtures("pages")
def test_a_set_of_an_older_version_is_named_and_other_pages_work(
    sample_home, monkeypatch, tmp_path
):
    frames = dict(read_set(current_set(sample_home)).frames)
    del frames["areas_daily"]
    publish(frames, home=tmp_path, set_id="older", now=sample.PUBLISHED_AT)
    monkeypatch.setenv(HOME, str(tmp_path))
    app = opened("regions")
    assert "it does not hold what is shown here (`areas_daily`)" in app.warning[0].value
    assert opened("suppliers").metric
