"""Headlines say what the data says."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import headlines
from dashboards.queries import Meta

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
META = Meta(
    set_id="s1",
    basis="premises.events epoch 0: 0@10",
    partitions=4,
    as_at=datetime(2017, 9, 30, 6, tzinfo=UTC),
    newest_logged_at=NOW,
    records=12_345,
    facts=12_000,
    code_version="0.1.0",
    seed=42,
    premises=300,
    scenario="baseline",
    simulated=True,
    published_at=NOW,
)
WAVES = pl.Schema(
    {
        "campaign_id": pl.String,
        "wave": pl.Int32,
        "campaign_state": pl.String,
        "wave_state": pl.String,
        "decision": pl.String,
        "why": pl.String,
    }
)


def latest(capable: int, installed: int, planned: float | None) -> dict:
    return {
        "capable_premises": capable,
        "installed_premises": installed,
        "planned_premises": planned,
    }


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (None, "No premises has a hub and an electricity meter yet"),
        (latest(0, 0, 5.0), "No premises has a hub and an electricity meter yet"),
        (latest(5, 10, None), "5 of 10 installed premises can pair locally (50.0%)"),
        (
            latest(5, 10, 5.2),
            "5 of 10 installed premises can pair locally (50.0%), on plan",
        ),
        (
            latest(5, 10, 8.0),
            "5 of 10 installed premises can pair locally (50.0%), 3 behind plan",
        ),
    ],
)
def test_progress_states_the_finding(row, text):
    assert headlines.progress(row) == text


@given(st.integers(0, 10**6), st.floats(0, 10**6))
def test_ahead_is_said_only_when_ahead(capable, planned):
    text = headlines.progress(latest(capable, 10**6, planned))
    assert ("ahead" in text) == (round(capable - planned) > 0)
    assert ("behind" in text) == (round(capable - planned) < 0)


@pytest.mark.parametrize(
    ("behind", "level"),
    [
        (timedelta(0), "fresh"),
        (timedelta(minutes=5), "fresh"),
        (timedelta(minutes=5, seconds=1), "late"),
        (timedelta(minutes=60), "late"),
        (timedelta(minutes=61), "stale"),
    ],
)
def test_freshness_grows_old(behind, level):
    assert headlines.freshness(META, now=NOW + behind, lag=0).level == level


def test_a_fresh_set_with_a_great_lag_is_late():
    found = headlines.freshness(META, now=NOW, lag=headlines.LAG_TOLERATED + 1)
    assert (found.level, found.text) == ("late", "Behind: 10,000 records wait to be read")


def test_provenance_names_basis_scenario_and_kind():
    assert headlines.provenance(META) == (
        "As at 30 September 2017, 06:00 UTC · basis s1: 12,300 records in 4 partitions · "
        "scenario baseline, seed 42 · code 0.1.0 · simulated data"
    )


def waves(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=WAVES, orient="row")


def incidents(frame: pl.DataFrame, **given) -> str:
    fresh = headlines.Freshness(given.pop("level", "fresh"), "Stale: newest event 2 hours ago")
    named = {"lag": 0, "letters": 0, "unreadable": 0, **given}
    return headlines.operations(headlines.incidents(fresh=fresh, waves=frame, **named))


def test_nothing_to_do_says_so():
    running = waves(("C", 1, "RUNNING", "SOAKING", "CONTINUE", "soak"))
    assert incidents(running).startswith("Nothing wants attention")


def test_a_held_campaign_names_the_wave_and_the_reason():
    held = waves(
        ("C", 1, "HELD", "PASSED", "ADVANCE", "success_reached"),
        ("C", 2, "HELD", "SOAKING", "REJECT", "errors_above"),
        ("C", 2, "HELD", "SOAKING", "REJECT", "errors_above"),
    )
    assert incidents(held) == "Campaign C is held at wave 2 (errors above the limit)"


def test_a_campaign_held_by_an_operator_blames_no_wave():
    held = waves(("C", 1, "HELD", "SOAKING", "CONTINUE", "soak"))
    assert incidents(held) == "Campaign C is held"


def test_incidents_are_told_gravest_first():
    held = waves(("C", 1, "HELD", "SOAKING", "CONTINUE", "soak"))
    found = incidents(held, level="stale", letters=1, lag=20_000)
    assert found == (
        "Stale: newest event 2 hours ago, campaign C is held, 1 refused record waits for an "
        "operator and a stage lies 20,000 records behind the log"
    )


def test_a_gate_says_state_decision_and_counts():
    row = {
        "wave_state": "SOAKING",
        "decision": "REJECT",
        "why": "errors_above",
        "gate_settled": 41,
        "gate_confirmed": 33,
    }
    said = "soaking: reject (errors above the limit), 33 of 41 settled confirmed"
    assert headlines.gate(row) == said
    assert headlines.gate({**row, "decision": None, "wave_state": "PLANNED"}) == "planned"
