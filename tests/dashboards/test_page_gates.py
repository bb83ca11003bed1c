"""`/gates`: its sentences, its chart and the page itself over the sample lake."""

import json
from datetime import date

import polars as pl
import pytest

from dashboards.charts.gates import CUT, nearness
from dashboards.headlines.gates import peers_stop, when_it_stops
from dashboards.past_waves import CHOSEN, PATHS, PLANS_RULE, STOPS, Terms, chances, first_stops
from dashboards.queries import read_set
from tests.dashboards.opening import opened
from tests.gates.waves import SEQUENTIAL, THRESHOLD
from twin.campaign.gates.checks import is_usable
from twin.marts.publish import current_set

STOP = {
    "rule": CHOSEN,
    "wave": 2,
    "name": "north",
    "stopped_on": date(2017, 10, 15),
    "stratum": "model:FA84-A775020A",
    "n": 44,
    "k": 16,
    "statistic": 12.3,
    "bound": 7.9,
    "exposed": 965,
}
PLANNED = {**STOP, "rule": PLANS_RULE}


def said(chosen, planned) -> str:
    found = {CHOSEN: chosen, PLANS_RULE: planned}
    first = {name: row for name, row in found.items() if row is not None}
    return when_it_stops("LCP-METERS", first, ours=CHOSEN, plans=PLANS_RULE)


def test_the_headline_says_what_the_thresholds_do_beside_the_plan() -> None:
    place = "in wave 2 on 15 October 2017"
    assert said(STOP, PLANNED) == (
        f"These thresholds stop LCP-METERS {place} over model FA84-A775020A (16 of 44), with 965 "
        "devices exposed, the same day as the plan's rule"
    )
    later = {**STOP, "stopped_on": date(2017, 10, 17), "stratum": None}
    assert said(later, PLANNED).endswith("exposed, 2 days after the plan's rule")
    assert "over" not in said(later, PLANNED)
    assert said({**STOP, "stopped_on": date(2017, 10, 14)}, PLANNED).endswith(
        "1 day before the plan's rule"
    )
    assert said(STOP, None).endswith("; the plan's rule never did")
    assert said(None, PLANNED) == (
        f"These thresholds would never have stopped LCP-METERS; the plan's rule did {place}"
    )
    assert said(None, None) == "These thresholds would never have stopped LCP-METERS"


def test_published_rules_are_told_by_name() -> None:
    peers = ["hawkBit (model)", "AWS (model)"]
    assert peers_stop({}, peers=peers, tolerance=0.08) == (
        "None of the published rules of hawkBit and AWS fires at a tolerance of 8%."
    )
    assert peers_stop({"AWS (model)": STOP}, peers=peers, tolerance=0.025) == (
        "Of the published rules, at a tolerance of 2.5%: AWS's in wave 2 on 15 October 2017; "
        "hawkBit: never."
    )


def test_the_first_stop_of_a_rule_is_its_earliest() -> None:
    rows = [{**STOP, "wave": 3, "stopped_on": date(2017, 11, 1)}, STOP]
    rows.append({"rule": PLANS_RULE, "wave": 1, "name": "canary"})
    found = first_stops(pl.DataFrame(rows, schema=STOPS))
    assert {name: row["wave"] for name, row in found.items()} == {CHOSEN: 2}


def test_the_chart_draws_a_step_at_what_stops_and_cuts_what_lies_beyond() -> None:
    rows = [(rule, "1 canary", date(2017, 9, d), d / 3.0, 10, d) for rule in "AB" for d in (1, 9)]
    spec = nearness(pl.DataFrame(rows, schema=PATHS, orient="row"), rules=["A", "B"]).to_dict()
    lines, step = spec["layer"]
    assert lines["encoding"]["y"]["scale"]["domain"] == [0, CUT]
    assert lines["encoding"]["color"]["scale"]["domain"] == ["A", "B"]
    assert step["encoding"]["y"] == {"datum": 1.0}
    (drawn,) = spec["datasets"].values()
    assert max(row["drawn"] for row in drawn) == CUT


def test_thresholds_make_a_rule_that_a_plan_could_have() -> None:
    for tolerance in (0.001, 0.02, 0.6):
        terms = Terms(tolerance=tolerance, alpha=0.1, evidence=7)
        made = terms.of(SEQUENTIAL)
        assert is_usable(made), made
        assert (made.errors_above, made.alpha, made.evidence_at_least) == (tolerance, 0.1, 7)


def test_chances_of_the_rule_keep_its_promise_and_those_of_others_do_not() -> None:
    terms = Terms(tolerance=0.05, alpha=0.05, evidence=10)
    found = chances(SEQUENTIAL, terms=terms, members=400)
    by_rule = {row["rule"]: row for row in found.iter_rows(named=True)}
    assert by_rule[CHOSEN]["false_1"] <= 0.05
    assert by_rule["AWS (model)"]["false_1"] > 0.5
    assert by_rule[CHOSEN]["missed_2"] < by_rule[CHOSEN]["missed_1.5"]
    plain = chances(THRESHOLD, terms=terms, members=400)
    assert plain["false_1"][1] > 0.5


@pytest.mark.usefixtures("pages")
def test_the_page_looks_back_at_the_held_campaign(sample_home) -> None:
    app = opened("gates")
    outcomes = read_set(current_set(sample_home)).mart("gate_outcomes")
    assert app.selectbox[0].value == "LCP-METERS"
    assert app.header[0].value.startswith("These thresholds ")
    first = app.dataframe[0].value
    assert first["Rule"].tolist()[:2] == [PLANS_RULE, CHOSEN]
    waves = outcomes.filter(campaign_id="LCP-METERS")["wave"].n_unique()
    charts = app.get("vega_lite_chart")
    assert len(charts) == waves
    assert all(len(c.proto.alt) > 60 and json.loads(c.proto.spec) for c in charts)
    assert all(table.proto.alt for table in app.dataframe)
    assert app.number_input[0].value == 8.0
    app.number_input[0].set_value(1.0).run()
    assert not app.exception
    assert "at a tolerance of 1%" in " ".join(m.value for m in app.markdown)


@pytest.mark.usefixtures("pages")
def test_thresholds_and_campaign_come_by_the_address() -> None:
    app = opened("gates", campaign="LCP-HUBS", tolerance="12.5", alpha="1.0", evidence="40")
    assert app.selectbox[0].value == "LCP-HUBS"
    assert [one.value for one in app.number_input] == [12.5, 1.0, 40]
    bad = opened("gates", campaign="NO-SUCH", tolerance="much")
    assert bad.selectbox[0].value == "LCP-METERS"
    assert bad.number_input[0].value == 8.0
