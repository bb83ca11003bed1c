"""`/briefing`: each sentence by itself, the ranking of risks, the page, and the paper."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from dashboards.board import Board, Risk, board, ends, holds, risks
from dashboards.headlines import briefing
from dashboards.headlines.regions import area_standings
from dashboards.paper import paper, printed
from dashboards.queries import read_set
from dashboards.settings import HOME
from dashboards.suppression import OPERATIONS, PROGRAMME
from tests.dashboards.addressed import opened_at
from tests.dashboards.opening import opened
from tests.marts import sample
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.marts.publish import current_set, publish

ENDED = {
    "campaign_id": "LCP-HUBS",
    "planned": date(2017, 9, 16),
    "actual": date(2017, 9, 12),
}
HOLD = {
    "campaign_id": "LCP-METERS",
    "what": "error_gate",
    "occurred_at": datetime(2017, 10, 15, tzinfo=UTC),
    "gate_stratum": "model:FA84-A775020A",
    "gate_n": 44,
    "gate_k": 16,
    "resumed_at": datetime(2017, 10, 16, tzinfo=UTC),
}


@pytest.fixture(scope="module")
def told(sample_home) -> Board:
    return board(read_set(current_set(sample_home)))


def test_the_first_sentence_says_where_the_programme_stands() -> None:
    latest = {"capable_premises": 95, "installed_premises": 100, "planned_premises": 97.0}
    assert briefing.standing(latest, on=date(2017, 12, 31)) == (
        "As at 31 December 2017, 95 of 100 installed premises can pair locally (95.0%), 2 behind "
        "plan."
    )
    assert briefing.standing(None, on=None) == (
        "No premises has a hub and an electricity meter yet."
    )


def test_the_second_sentence_says_when_campaigns_end() -> None:
    assert briefing.ends([ENDED]) == (
        "LCP-HUBS ended on 12 September 2017, 4 days before the plan's last day."
    )
    assert briefing.ends([ENDED, ENDED]).count(";") == 1
    assert briefing.ends([]) == "No campaign has a membership yet, so no end is forecast."


def test_the_third_sentence_says_what_gates_stopped() -> None:
    one = (
        "LCP-METERS by its error gate on 15 October 2017 over model FA84-A775020A (16 of 44 "
        "devices), resumed after 1 day."
    )
    assert briefing.stops([HOLD]) == f"A gate has held a campaign once: {one}"
    few = {**HOLD, "gate_k": 4}
    assert "(fewer than 5 of 44 devices)" in briefing.stops([few], role=PROGRAMME)
    assert "(4 of 44 devices)" in briefing.stops([few], role=OPERATIONS)
    assert briefing.stops([HOLD, HOLD]) == f"Gates have held campaigns 2 times, last: {one}"
    stands = {**HOLD, "resumed_at": None, "gate_stratum": None, "gate_n": None}
    assert briefing.stops([stands]).endswith(
        "LCP-METERS by its error gate on 15 October 2017; it is not resumed."
    )
    assert briefing.stops([]) == "No gate has held a campaign."


def test_the_fourth_sentence_names_the_true_extremes() -> None:
    daily = pl.DataFrame(
        {
            "gsp_group": ["A", "B", "C"],
            "installed_premises": [100, 100, 200],
            "capable_premises": [50, 40, 110],
        }
    )
    nation = (200, 400)
    found = area_standings(daily, nation=nation)
    assert briefing.places(found) == (
        "Of 3 GSP groups East Midlands (B) is furthest behind, 10.0 percentage points below the "
        "country, and London (C) is furthest ahead, 5.0 percentage points above it."
    )
    assert briefing.places(found.head(1)).startswith("No two GSP groups")
    alike = daily.with_columns(capable_premises=pl.col("installed_premises"))
    alike = area_standings(alike, nation=(400, 400))
    assert briefing.places(alike) == "All 3 GSP groups stand alike."
    few = daily.with_columns(capable_premises=pl.Series([50, None, 110]))
    few = area_standings(few, nation=nation)
    assert "East Midlands" not in briefing.places(few)


def test_the_fifth_sentence_counts_consumers_by_route() -> None:
    rows = [("local", "completed", 1), ("local", "failed", 1), ("remote", "completed", 3)]
    pairing = pl.DataFrame(rows, schema=["route", "outcome", "attempts"], orient="row")
    assert briefing.consumers(pairing, role=OPERATIONS) == (
        "Consumers completed 4 of 5 pairing attempts (80.0%): local 50.0% and remote 100.0%."
    )
    assert briefing.consumers(pairing) == (
        "Consumers completed fewer than 5 of 5 pairing attempts."
    )
    many = pairing.with_columns(attempts=pl.Series([7, 9, 30]))
    assert briefing.consumers(many).endswith("(80.4%): local 43.8% and remote 100.0%.")
    # one route's share would follow from the other's and the whole
    one_few = pairing.with_columns(attempts=pl.Series([7, 3, 30]))
    assert (
        briefing.consumers(one_few)
        == "Consumers completed all but fewer than 5 of 40 pairing attempts."
    )
    assert briefing.consumers(pairing.clear()) == "No consumer has tried to pair a device yet."


def test_risks_are_ranked_by_their_share_and_counted_from_the_marts(sample_home) -> None:
    published = read_set(current_set(sample_home))
    found = risks(published)
    shares = [one.count / one.of for one in found]
    assert shares == sorted(shares, reverse=True)
    assert len(found) >= 3
    totals = published.summary
    by_what = {one.what: one for one in found}
    behind = by_what["are capable unknown to the inventory"]
    assert behind.count == totals["belief_behind_premises"]
    assert by_what["cannot pair locally yet"].count == (
        totals["installed_premises"] - totals["capable_premises"]
    )
    assert briefing.risk(Risk("are a common one", "Privacy PINs", 388, 1579, "/pin")) == (
        "388 of 1,579 Privacy PINs (24.6%) are a common one"
    )


@pytest.mark.parametrize(
    ("counted", "of", "gives_away", "text"),
    [
        (3, 90, False, "Fewer than 5 of 90 devices fail"),
        (88, 90, False, "All but fewer than 5 of 90 devices fail"),
        (2, 4, False, "Some of fewer than 5 devices fail"),
        (20, 90, True, "Some of 90 devices fail (how many is not told)"),
    ],
)
def test_a_risk_to_few_is_told_to_operations_alone(counted, of, gives_away, text):
    one = Risk("fail", "devices", counted, of, "/", gives_away)
    assert briefing.risk(one, role=PROGRAMME) == text
    assert briefing.risk(one, role=OPERATIONS).startswith(f"{counted} of {of} devices (")


def test_holds_and_ends_are_those_of_the_sample(told: Board, sample_home) -> None:
    published = read_set(current_set(sample_home))
    assert [row["campaign_id"] for row in told.holds] == ["LCP-METERS", "LCP-METERS"]
    assert [row["resumed_at"] is None for row in told.holds] == [False, True]
    assert [row["campaign_id"] for row in told.ends] == ["LCP-HUBS", "LCP-METERS"]
    assert ends(published.mart("campaign_forecasts").clear()) == ()
    assert holds(published.mart("campaign_journal").clear()) == ()


def test_a_milestone_says_what_is_expected_and_what_came() -> None:
    row = {
        "milestone": "dcc_live",
        "planned": date(2016, 8, 31),
        "expected": date(2016, 10, 31),
        "actual": None,
        "state": "slipped",
    }
    assert briefing.milestone(row) == ("DCC live", "31 Aug 2016", "expected 31 Oct 2016", "slipped")
    came = {**row, "actual": date(2016, 11, 8), "state": "late"}
    assert briefing.milestone(came) == ("DCC live", "31 Aug 2016", "8 Nov 2016", "late")
    assert briefing.milestone({**row, "expected": None})[2] == ""


def test_the_paper_is_made_of_the_same_sentences_and_is_the_same_bytes_again(
    told: Board, sample_home
) -> None:
    published = read_set(current_set(sample_home))
    document = paper(published, told)
    latest = told.latest
    assert latest is not None
    assert document.sections[0].parts == briefing.five(told, on=latest["day"])
    assert "simulated data" in document.foot
    first = printed(published, told)
    assert first[:5] == b"%PDF-"
    assert printed(published, board(published)) == first
    assert b"D:20261124120000" in first


@pytest.mark.usefixtures("pages")
def test_the_page_shows_the_five_sentences_of_its_set(told: Board) -> None:
    app = opened("briefing")
    latest = told.latest
    assert latest is not None
    sentences = briefing.five(told, on=latest["day"])
    assert app.header[0].value == sentences[0]
    text = " ".join(m.value for m in app.markdown)
    assert [one for one in sentences if one not in text] == []
    assert app.dataframe[0].value["risk"].tolist() == [briefing.risk(r) for r in told.risks[:3]]
    charts = app.get("vega_lite_chart")
    assert [len(chart.proto.alt) > 50 for chart in charts] == [True, True]
    assert all(table.proto.alt for table in app.dataframe)


@pytest.mark.usefixtures("pages")
@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("briefing", "nothing to draw"),
        ("gates", "no gate had anything to look at"),
        ("marts", "It holds no row in this set"),
        ("about", "No record has been read yet."),
    ],
)
def test_a_set_without_events_is_told_in_sentences(page, said, monkeypatch, tmp_path) -> None:
    meta = SetMeta(
        set_id="empty", code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=0
    )
    frames = MartBuilder().build(meta=meta, health={})
    publish(frames, home=tmp_path, set_id="empty", now=sample.PUBLISHED_AT)
    monkeypatch.setenv(HOME, str(tmp_path))
    app = opened_at(page)
    assert said in " ".join(m.value for m in app.markdown)
    assert printed(read_set(current_set(tmp_path)), board(read_set(current_set(tmp_path))))


@pytest.mark.usefixtures("pages")
def test_a_set_of_an_older_version_is_told_in_a_sentence(monkeypatch, tmp_path) -> None:
    meta = SetMeta(
        set_id="older", code_version="0.0.1", published_at=sample.PUBLISHED_AT, premises=0
    )
    frames = MartBuilder().build(meta=meta, health={})
    del frames["gate_outcomes"], frames["areas_daily"]
    publish(frames, home=tmp_path, set_id="older", now=sample.PUBLISHED_AT)
    monkeypatch.setenv(HOME, str(tmp_path))
    for page in ("gates", "briefing"):
        assert "published by version 0.0.1" in opened(page).warning[0].value
    assert not opened_at("marts").warning
