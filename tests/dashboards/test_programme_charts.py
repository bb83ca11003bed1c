"""Charts of the programme pages as specifications: fixed domains, colours, rules, rows."""

from datetime import date, timedelta

import polars as pl
import pytest

from dashboards.areas import AREAS, REGIONS, placed
from dashboards.charts import curves, gantt, han, pin, progress, suppliers, tiles, weeks
from dashboards.charts.style import BLUE, ORANGE, PALE
from dashboards.headlines import han as han_finding
from dashboards.headlines import pin as pin_finding
from dashboards.headlines import regions, waves
from dashboards.headlines import suppliers as supplier_finding
from dashboards.headlines.progress import weekly
from dashboards.queries import read_set
from dashboards.rounding import told_by_day
from dashboards.suppression import OPERATIONS, PROGRAMME
from dashboards.told import level_told
from twin.marts.publish import current_set
from twin.vocabulary import CspRegion, GspGroup


@pytest.fixture(scope="module")
def published(sample_home):
    return read_set(current_set(sample_home))


def layers(spec: dict, mark: str) -> list[dict]:
    """The layers of a specification with a kind of mark."""
    found = [spec, *spec.get("layer", [])]
    return [one for one in found if one.get("mark", {}).get("type") == mark]


def rows_of(spec: dict) -> list[list[dict]]:
    return list(spec["datasets"].values())


def check_size(spec: dict) -> None:
    assert all(len(rows) <= 5000 for rows in rows_of(spec))


def test_every_gsp_group_has_one_place_and_a_communications_region():
    assert {area.letter for area in AREAS} == {group.value for group in GspGroup}
    assert len({(area.row, area.column) for area in AREAS}) == len(AREAS) == 14
    assert {area.region for area in AREAS} == set(REGIONS) == {one.value for one in CspRegion}
    assert placed(pl.DataFrame({"gsp_group": ["C", "unknown"]}))["area"].to_list() == ["London"]


def standing(points: list[float | None]) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            "gsp_group": [area.letter for area in AREAS][: len(points)],
            "points": pl.Series(points, dtype=pl.Float64),
            "capable_premises": [9] * len(points),
            "installed_premises": [10] * len(points),
        }
    )
    return placed(frame)


def test_the_tile_map_keeps_its_domain_whatever_the_figures_are():
    for points in ([0.01, -0.02], [30.0, -30.0], [None, None]):
        spec = tiles.tile_map(standing(points)).to_dict()
        scale = layers(spec, "rect")[0]["encoding"]["color"]["scale"]
        assert scale["domain"] == [-5, 5]
        assert scale["type"] == "quantize"
        assert len(scale["range"]) == 10
        check_size(spec)


def test_a_chosen_tile_has_a_dark_stroke_and_keeps_its_colour():
    spec = tiles.tile_map(standing([1.0, -1.0]), chosen="N").to_dict()
    stroke = layers(spec, "rect")[0]["encoding"]["stroke"]
    assert "datum.marked" in str(stroke["condition"])
    (rows,) = rows_of(spec)
    assert [row["gsp_group"] for row in rows if row["marked"]] == ["N"]
    assert "opacity" not in layers(spec, "rect")[0]["encoding"]


def test_text_on_every_colour_of_a_tile_can_be_read():
    points = [low + 0.5 for low in range(-5, 5)]
    assert [tiles.colour_of(one) for one in points] == list(range(10))
    (rows,) = rows_of(tiles.tile_map(standing(points)).to_dict())
    for row in rows:
        assert contrast(tiles.DIVERGING[tiles.colour_of(row["points"])], row["ink"]) >= 4.3


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(
    ("points", "place"), [(-9, 0), (-5, 0), (-4.01, 0), (-0.5, 4), (0, 5), (4.5, 9), (5, 9)]
)
def test_a_colour_stands_for_a_percentage_point(points, place):
    assert tiles.colour_of(points) == place


def test_curves_of_all_groups_share_one_scale(published):
    every = published.mart("regions_daily")
    daily = told_by_day(every, groups=["csp_region"], role=PROGRAMME)
    top = curves.top_of(daily)
    for region in REGIONS:
        own = daily.filter(pl.col("csp_region") == region)
        spec = curves.group_curve(own, top=top, as_at=date(2017, 9, 30)).to_dict()
        scale = layers(spec, "line")[0]["encoding"]["y"]["scale"]
        assert scale["domain"] == [0, top]
        check_size(spec)


def test_the_funnel_has_both_limits_and_colours_by_side(published):
    rows = regions.on_day(published.mart("suppliers_daily"), None)
    nation = regions.national(rows)
    held = supplier_finding.judged(rows, nation=nation)
    spec = suppliers.funnel(held, whole=nation[0] / nation[1], chosen="S03").to_dict()
    lines = layers(spec, "line")[0]
    assert lines["encoding"]["strokeDash"]["scale"]["domain"] == ["95% limit", "99.8% limit"]
    colours = layers(spec, "circle")[0]["encoding"]["color"]["scale"]
    assert dict(zip(colours["domain"], colours["range"], strict=True))["below"] == ORANGE
    marked = [r["supplier"] for rows in rows_of(spec) for r in rows if r.get("marked")]
    assert marked == ["S03"]
    above, below = layers(spec, "text")
    assert above["mark"]["dy"] < 0 < below["mark"]["dy"]
    check_size(spec)


def test_a_name_stands_away_from_whoever_is_next_to_it_in_size():
    rows = [
        ("S10", 411, 92.0),  # alone: under whoever is nearest
        ("S11", 201, 93.5),
        ("S12", 216, 94.0),
        ("S05", 957, 92.9),
        ("S06", 936, 92.9),  # by name, where both are the same
        ("S01", 1912, 93.3),
    ]
    told = pl.DataFrame(rows, ["supplier", "installed_premises", "share"], orient="row")
    above = dict(zip(told["supplier"], suppliers.named_above(told), strict=True))
    assert above == {
        "S10": False,
        "S11": False,
        "S12": True,
        "S05": False,
        "S06": True,
        "S01": True,
    }
    assert suppliers.named_above(told[:1]).to_list() == [True]
    assert suppliers.named_above(told[:0]).to_list() == []


def test_small_multiples_are_four_in_a_row_from_nothing_to_all():
    rows = [(date(2017, 9, 3), f"S{n}", "Supplier", 50.0) for n in range(12)]
    frame = pl.DataFrame(rows, schema=["day", "supplier", "series", "share"], orient="row")
    spec = suppliers.small_multiples(frame).to_dict()
    assert spec["columns"] == 4
    assert spec["spec"]["encoding"]["y"]["scale"]["domain"] == [0, 100]
    assert 4 * spec["spec"]["width"] < 1000
    colours = spec["spec"]["encoding"]["color"]["scale"]
    assert dict(zip(colours["domain"], colours["range"], strict=True)) == {
        "Nation": PALE,
        "Supplier": BLUE,
    }


def test_the_gantt_ends_what_goes_on_at_the_as_at_rule(published):
    day = date(2017, 9, 10)
    rows = waves.stood(published.mart("waves"), published.mart("waves_daily"), on=day)
    spec = gantt.gantt(rows, as_at=day).to_dict()
    planned, done = layers(spec, "bar")
    assert planned["mark"]["color"] == PALE
    assert done["encoding"]["color"]["scale"]["range"] == [BLUE, ORANGE]
    told = max(rows_of(spec), key=len)
    (going,) = [row for row in told if row["state"] == "running"]
    assert going["done_to"].startswith("2017-09-10")
    assert planned["encoding"]["y"]["sort"] == [row["label"] for row in told]
    texts = [row["label"] for rows in rows_of(spec) for row in rows if "day" in row]
    assert texts == ["As at 10 Sep 2017"]
    check_size(spec)


def test_bands_are_of_a_hundred_with_rules_at_what_is_expected(published):
    bands = published.mart("bands_monthly")
    months = han_finding.by_month(
        level_told(bands, "bands_monthly", "month", "band", role=OPERATIONS)
    )
    spec = han.band_months(months).to_dict()
    assert layers(spec, "bar")[0]["encoding"]["y"]["scale"]["domain"] == [0, 100]
    rules = sorted(row["at"] for rows in rows_of(spec) for row in rows if "at" in row)
    assert set(rules) == {70, 96.5}
    for month in months["month"].unique():
        own = months.filter(pl.col("month") == month)
        assert own["share"].sum() == pytest.approx(100)
        assert own["ends"].max() == pytest.approx(100)


def test_the_histogram_of_links_has_its_rule_at_four(published):
    links = published.mart("links").with_columns(told=pl.lit("x"), height=pl.col("hubs"))
    spec = han.links_histogram(links).to_dict()
    marked = [r for rows in rows_of(spec) for r in rows if r.get("label") == "A hub has four"]
    assert {row["links_open"] for row in marked} == {4}
    assert layers(spec, "bar")[0]["encoding"]["y"]["scale"]["zero"] is True
    assert layers(spec, "rule")


def test_pins_have_fixed_scales_and_texts_for_what_is_kept_back(published):
    pins = published.mart("pins_by_area")
    by = ("gsp_group", "csp_region")
    areas = level_told(pins, "pins_by_area", *by, role=PROGRAMME)
    spec = pin.weak_heat(pin_finding.weak_by_area(areas)).to_dict()
    scale = layers(spec, "rect")[0]["encoding"]["color"]["scale"]
    assert scale["domain"] == [0, 50]
    assert scale["clamp"] is True
    (rows,) = rows_of(spec)
    assert {row["text"] for row in rows if row["share"] is None} == {"too few"}
    by = ("shared_meter_space", "paired")
    spaces = level_told(pins, "pins_by_area", *by, role=OPERATIONS)
    around = pin.around_pairing(pin_finding.around_pairing(spaces)).to_dict()
    assert layers(around, "line")[0]["encoding"]["y"]["scale"]["domain"][0] == 0


def test_intruders_at_meters_that_cannot_pair_tell_nothing_of_the_pin(published):
    rows = pin_finding.intrusions(published.mart("intruders"))
    assert "not_capable" not in set(rows["outcome"])
    spec = pin.intruder_bars(rows).to_dict()
    names = spec["encoding"]["color"]["scale"]["domain"]
    assert set(rows["ended"]) <= set(names)


def test_weeks_have_the_plan_beside_them_and_orange_below_nothing(published):
    frame = weekly(published.mart("progress_daily"), role=OPERATIONS)
    assert layers(weeks.weekly_bars(frame).to_dict(), "tick")[0]["mark"]["color"] == ORANGE
    colour = weeks.variance_bars(frame).to_dict()["encoding"]["color"]
    assert colour["condition"]["value"] == ORANGE
    assert colour["condition"]["test"] == "datum.variance < 0"


def test_the_forecast_end_is_a_band_about_its_middle_behind_the_curves(published):
    daily, at = published.mart("progress_daily"), date(2017, 9, 30)
    end = progress.End(at, at + timedelta(days=9), at + timedelta(days=20))
    spec = progress.s_curve(daily, as_at=at, milestones=(), end=end).to_dict()
    first = spec["layer"][0]
    assert first["mark"]["type"] == "rect"
    labels = [row["label"] for rows in rows_of(spec) for row in rows if "label" in row]
    assert labels == ["Forecast end 9 Oct 2017", "As at 30 Sep 2017"]
    unknown = progress.s_curve(daily, as_at=at, milestones=(), end=progress.End(at, None, None))
    assert layers(unknown.to_dict(), "rect") == []
    check_size(spec)
