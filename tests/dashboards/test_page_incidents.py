"""Is anything on fire? Incidents by what they touch, control limits, why a campaign is held."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import fmean

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.campaign_counts import IN_FLIGHT
from dashboards.control import BASELINE, RULES, RUN, TREND, Limits, limits, signals
from dashboards.definitions import XMR
from dashboards.failures import FEW, Course, course, told_points
from dashboards.headlines.incidents import attention, incidents
from dashboards.headlines.operations import held_by, why_held
from dashboards.headlines.provenance import LAG_TOLERATED, Freshness
from dashboards.queries import PublishedSet
from dashboards.suppression import OPERATIONS, PROGRAMME

FRESH = Freshness("fresh", "Fresh: newest event now")
WAVES = pl.Schema(
    {
        "campaign_id": pl.String,
        "wave": pl.Int32,
        "campaign_state": pl.String,
        "wave_state": pl.String,
        "decision": pl.String,
        "why": pl.String,
        "holds": pl.String,
        "stratum": pl.String,
        "execution_state": pl.String,
        "devices": pl.Int64,
    }
)
PASSED = ("C", 1, "HELD", "PASSED", "ADVANCE", "success_reached", "error_gate", None)
SOAKS = ("C", 1, "HELD", "SOAKING", "CONTINUE", "soak", "operator", None)


def waves(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame([(*row, None, None) for row in rows], schema=WAVES, orient="row")


@pytest.mark.parametrize(
    ("stratum", "text"),
    [
        (None, "errors above the limit"),
        ("model:1062-000000BD", "errors above the limit in model 1062-000000BD"),
        ("region:unknown", "errors above the limit in an unknown region"),
    ],
)
def test_a_held_campaign_names_the_wave_the_reason_and_the_stratum(stratum, text):
    row = ("C", 2, "HELD", "SOAKING", "REJECT", "errors_above", "error_gate", stratum)
    assert why_held(waves(PASSED, row, row), "C") == f" at wave 2 ({text})"


def test_a_campaign_held_by_an_operator_blames_no_wave():
    assert why_held(waves(SOAKS), "C") == " (by an operator)"
    failed = ("C", 1, "HELD", "FAILED", "CONTINUE", "success_missed", "operator", None)
    assert why_held(waves(failed), "C") == " (by an operator)", "passed over before"


def test_every_standing_reason_is_told():
    both = "error_gate, operator"
    row = ("C", 2, "HELD", "SOAKING", "REJECT", "errors_above", both, None)
    assert why_held(waves(row), "C") == " at wave 2 (errors above the limit; by an operator)"
    assert held_by(both) == " (by its error gate; by an operator)"
    assert held_by(None) == ""


def a_set(
    *, letters: int = 0, unreadable: int = 0, held: int = 0, equal: bool = True, differing: int = 12
):
    summary = {
        "open_dead_letters": letters,
        "dead_letters": letters,
        "unreadable_records": letters + unreadable,
    }
    campaign = {
        "campaign_id": "C",
        "state": "HELD" if held else "RUNNING",
        "members": held + 10,
        "confirmed": 10,
        "errors": 0,
        "awaiting": held,
        **dict.fromkeys(IN_FLIGHT, 0),
    }
    proof = {
        "made_by": "twin rebuild, bulk",
        "equal": equal,
        "differing": 0 if equal else differing,
    }
    frames = {
        "summary": pl.DataFrame([summary]),
        "campaigns": pl.DataFrame([campaign]),
        "campaign_waves": waves(SOAKS),
        "proofs": pl.DataFrame([proof]),
    }
    return PublishedSet(Path("nowhere"), frames)


def found(
    published: PublishedSet,
    *,
    fresh: Freshness = FRESH,
    lag: int = 0,
    courses=None,
    role: str = PROGRAMME,
):
    return incidents(published, fresh=fresh, lag=lag, courses=courses or {}, role=role)


def test_nothing_to_do_says_so():
    assert found(a_set()) == []
    assert attention([]).startswith("Nothing wants attention")


def test_what_touches_most_comes_first_and_leads_to_its_page():
    published = a_set(letters=3, unreadable=50, held=200, equal=False)
    stale = Freshness("stale", "Stale: newest event 2 hours ago")
    told = found(published, fresh=stale, lag=LAG_TOLERATED + 1)
    assert [(one.text, one.impact, one.page, dict(one.query)) for one in told][1:] == [
        ("a stage lies 10,000 records behind the log", 10_001, "streams", {}),
        (
            "campaign C is held (by an operator), 200 devices not asked yet",
            200,
            "campaign",
            {"id": "C"},
        ),
        ("50 records of the log cannot be read", 50, "streams", {}),
        (
            "the live tables differ from what the lake folds to in 12 premises",
            12,
            "rebuild",
            {},
        ),
        ("3 refused records wait for an operator", 3, "streams", {}),
    ]
    assert told[0].page == "streams"
    assert attention(told) == "6 things want attention, first: stale: newest event 2 hours ago"
    assert attention(told[1:2]) == "A stage lies 10,000 records behind the log"


@pytest.mark.parametrize(
    ("role", "waits", "differs", "fails"),
    [
        (PROGRAMME, "not asked yet: fewer than 5", "fewer than 5 premises", "themselves up to"),
        (OPERATIONS, "3 devices not asked yet", "in 2 premises", "themselves: 98.0% up to"),
    ],
)
def test_few_premises_and_devices_are_told_to_operations_alone(role, waits, differs, fails):
    rows = [(10 + nth % 2, 100) for nth in range(24)] + [(98, 100)]
    told = found(
        a_set(held=3, equal=False, differing=2),
        courses={"activations": a_course(rows)},
        role=role,
    )
    said = " ".join(one.text for one in told)
    assert waits in said
    assert differs in said
    assert fails in said


@pytest.mark.parametrize(("last", "burns"), [(30, True), (11, False)])
def test_a_measure_beyond_its_limit_burns_and_one_within_does_not(last, burns):
    rows = [(10 + nth % 2, 100) for nth in range(24)] + [(last, 100)]
    told = found(a_set(), courses={"activations": a_course(rows)})
    assert [one.text for one in told] == (
        ["activations of firmware fail more than they do by themselves: 30.0% up to 25 Jan 2017"]
        if burns
        else []
    )


def test_points_of_few_failures_or_few_others_are_drawn_for_operations_alone():
    points = a_course([(3, 100), (5, 100), (0, 30), (97, 100)]).points
    assert told_points(points, role=PROGRAMME)["failures"].to_list() == [5, 0]
    assert told_points(points, role=OPERATIONS).equals(points)


def a_course(rows: list[tuple[int, int]]) -> Course:
    days = [date(2017, 1, 1) + timedelta(days=nth) for nth in range(len(rows))]
    return course(
        pl.DataFrame(
            {
                "day": days,
                "outcomes": [whole for _, whole in rows],
                "failures": [part for part, _ in rows],
            },
            schema={"day": pl.Date, "outcomes": pl.Int64, "failures": pl.Int64},
        )
    )


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(9, 60)), max_size=60))
def test_points_hold_enough_outcomes_and_lose_none_but_the_unfinished_end(rows):
    points = a_course(rows).points
    assert all(whole >= FEW for whole in points["outcomes"])
    ended = points["day"][-1] if points.height else None
    days = [date(2017, 1, 1) + timedelta(days=nth) for nth in range(len(rows))]
    held = [row for day, row in zip(days, rows, strict=True) if ended and day <= ended]
    assert points["outcomes"].sum() == sum(whole for _, whole in held)
    assert points["failures"].sum() == sum(part for part, _ in held)
    assert sum(whole for _, whole in rows[len(held) :]) < FEW


def test_limits_are_those_of_the_book_and_of_the_baseline_only():
    values = [0.1, 0.2] * 10
    band = limits([*values, 5.0, 9.0])
    assert band is not None
    assert band.mean == pytest.approx(fmean(values))
    assert band.upper == pytest.approx(0.15 + 2.66 * 0.1)
    assert band.lower == 0.0
    assert limits(values[:9]) is None
    assert len(values) == BASELINE


BAND = Limits(0.0, 0.15, 0.45)
"""A third is 0.1: near a limit is above 0.35, and below the mean nothing can be."""


@pytest.mark.parametrize(
    ("rule", "values", "marked"),
    [
        ("Beyond a limit", [0.5, 0.15, 0.1, 0.45], [0]),
        ("Run", [0.16, 0.17] * (RUN // 2) + [0.15, 0.16], [RUN - 1]),
        ("Run", [0.14, 0.13] * (RUN // 2) + [0.12, 0.16], [RUN - 1, RUN]),
        ("Trend", [0.1, 0.11, 0.12, 0.13, 0.14, 0.2, 0.2], [TREND - 1]),
        ("Trend", [0.2, 0.14, 0.13, 0.12, 0.11, 0.1, 0.09], [TREND - 1, TREND]),
        ("Near a limit", [0.36, 0.1, 0.36, 0.1, 0.1, 0.36], [2]),
        ("Near a limit", [0.36, 0.37, 0.1], [1]),
    ],
)
def test_each_rule_marks_its_points_and_no_others(rule, values, marked):
    found = signals(values, BAND)
    assert [nth for nth, names in enumerate(found) if rule in names] == marked


def test_near_a_limit_counts_one_side_alone():
    band = Limits(-0.3, 0.0, 0.3)
    assert signals([0.25, -0.25, 0.25], band)[1] == ()
    assert signals([-0.25, 0.0, -0.25], band)[2] == ("Near a limit",)


@given(st.lists(st.floats(0, 1), max_size=40))
def test_signals_are_those_of_the_rules_said_plainly(values):
    """Each rule as `/about` prints it, looked for in every window of the points."""
    outer = 2 * (BAND.upper - BAND.mean) / 3
    for nth, names in enumerate(signals(values, BAND)):
        last = values[: nth + 1]
        run, trend, three = last[-RUN:], last[-TREND:], last[-3:]
        plain = {
            "Beyond a limit": not BAND.lower <= last[-1] <= BAND.upper,
            "Run": len(run) == RUN
            and (all(v > BAND.mean for v in run) or all(v < BAND.mean for v in run)),
            "Trend": len(trend) == TREND
            and (all(a < b for a, b in pairwise(trend)) or all(a > b for a, b in pairwise(trend))),
            "Near a limit": last[-1] - BAND.mean > outer
            and sum(v - BAND.mean > outer for v in three) >= 2,
        }
        assert set(names) == {rule for rule, holds in plain.items() if holds}


def test_the_rules_that_mark_are_those_that_are_printed():
    assert tuple(name for name, _ in XMR) == RULES
