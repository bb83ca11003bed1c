"""Headlines say what the data says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from dashboards.headlines.operations import HOLDS, WHY, gate
from dashboards.headlines.progress import on_plan
from dashboards.headlines.provenance import LAG_TOLERATED, freshness, provenance_line
from dashboards.queries import Meta
from dashboards.suppression import OPERATIONS
from twin.events.programme import GateEvaluated
from twin.vocabulary import HoldReason

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
    assert on_plan(row) == text


@given(st.integers(0, 10**6), st.floats(0, 10**6))
def test_ahead_is_said_only_when_ahead(capable, planned):
    text = on_plan(latest(capable, 10**6, planned), role=OPERATIONS)
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
    assert freshness(META, now=NOW + behind, lag=0).level == level


def test_a_fresh_set_with_a_great_lag_is_late():
    found = freshness(META, now=NOW, lag=LAG_TOLERATED + 1)
    assert (found.level, found.text) == ("late", "Behind: 10,000 records wait to be read")


def test_provenance_names_basis_scenario_and_kind():
    assert provenance_line(META) == (
        "As at 30 September 2017, 06:00 UTC · basis s1: 12,345 records in 4 partitions · "
        "scenario baseline, seed 42 · code 0.1.0 · simulated data"
    )


def test_every_word_of_the_contract_has_words_for_readers():
    assert set(HOLDS) == {reason.value for reason in HoldReason}
    whys = inspect.type_info(GateEvaluated).fields
    (words_of_why,) = [field.type.values for field in whys if field.name == "why"]
    assert set(WHY) == set(words_of_why)


def test_a_gate_says_state_decision_and_counts():
    row = {
        "wave_state": "SOAKING",
        "decision": "REJECT",
        "why": "errors_above",
        "stratum": None,
        "n": 41,
        "k": 8,
        "gate_settled": 41,
        "gate_confirmed": 33,
    }
    said = "soaking: reject (errors above the limit), 33 of 41 settled confirmed"
    assert gate(row) == said
    assert gate({**row, "decision": None, "wave_state": "PLANNED"}) == "planned"
    found = gate({**row, "stratum": "model:1062-000000BD", "n": 9, "k": 6})
    assert found == "soaking: reject (errors above the limit in model 1062-000000BD), 6 of 9"
