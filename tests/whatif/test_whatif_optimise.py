"""A search keeps what no other beats, is the same for the same file, and refuses bad ranges."""

import re
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from statistics import fmean

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from infra.commands.whatif_optimise import lines
from tests.whatif.asked import PROGRAMME, a_question, kept
from twin.campaign.windows import Window
from twin.whatif import members, threads
from twin.whatif.compare import figures_of, sampled, waiting_by_region, with_seed
from twin.whatif.engine import run
from twin.whatif.search.asking import BadSearch, Limits, Search, read_search, settings_of
from twin.whatif.search.halving import EXACT_RUNGS, Candidate, best_of, pareto, search
from twin.whatif.search.plans import with_settings

RANGES = {"LCP-METERS": {"canary_share": (0.001, 0.2), "soak_days": (0.0, 10.0)}}


def a_candidate(number: int, days: float, exposed: float, *, keeps: bool = True) -> Candidate:
    return Candidate(
        number=number,
        settings={},
        days=days,
        exposed=exposed,
        lag_days=0.0,
        rung="",
        keeps=keeps,
    )


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_a_front_is_who_is_beaten_by_nobody(points) -> None:
    found = [a_candidate(n, *point) for n, point in enumerate(points)]
    front = pareto(found)
    assert front
    for one in found:
        better = [
            other
            for other in found
            if other.days <= one.days
            and other.exposed <= one.exposed
            and (other.days < one.days or other.exposed < one.exposed)
        ]
        assert (one in front) is (better == [])


def test_who_keeps_the_limits_goes_first_and_then_front_by_front() -> None:
    found = [
        a_candidate(0, 1, 1, keeps=False),
        a_candidate(1, 5, 5),
        a_candidate(2, 6, 6),
        a_candidate(3, 4, 9),
    ]
    assert [one.number for one in best_of(found, 3)] == [3, 1, 2]
    assert [one.number for one in best_of(found, 4)] == [3, 1, 2, 0]


def test_settings_change_the_plans_and_nothing_else() -> None:
    question = a_question()
    changed = with_settings(
        question, {"LCP-METERS": {"canary_share": 0.05, "soak_days": 7.0, "errors_above": 0.1}}
    )
    assert changed is not None
    hubs, meters = changed.plans
    assert hubs == question.plans[0]
    assert meters.waves[0].share == 0.05
    assert {wave.soak_days for wave in meters.waves} == {7}
    assert meters.gate.errors_above == 0.1
    assert with_settings(question, {"LCP-METERS": {"success_at_least": 7.0}}) is None


def test_settings_lie_within_their_ranges_and_the_first_changes_nothing() -> None:
    asked = Search(scenario="", ranges=RANGES)
    assert settings_of(asked, 0, {}) == {}
    for uniform in (0.0, 0.5, 0.999999):
        drawn = dict.fromkeys((("LCP-METERS", name) for name in RANGES["LCP-METERS"]), uniform)
        found = settings_of(asked, 1, drawn)["LCP-METERS"]
        for name, (low, high) in RANGES["LCP-METERS"].items():
            assert low <= found[name] <= high


@pytest.mark.faults
def test_a_search_ends_earlier_within_its_limits_and_is_the_same_again() -> None:
    asked = Search(scenario="", candidates=6, premises=3_000, seeds=2, ranges=RANGES)
    question = a_question(premises=3_000)
    found = search(asked, question, run=kept)
    assert found.looked_at["cohorts"] == 6
    assert found.best is not None
    assert found.best.days <= found.as_it_stands.days
    assert found.front == tuple(pareto(found.front))
    assert search(asked, question, run=kept) == found


@pytest.mark.faults
def test_a_search_has_the_same_bytes_on_one_thread_and_on_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (threads, members):
        monkeypatch.setattr(module, "SLICE", 200)
    asked = Search(scenario="", candidates=4, premises=1_000, seeds=1, ranges=RANGES)
    question = a_question(premises=1_000)
    one, two = (
        msgspec.json.encode(search(asked, question, run=partial(run, threads=n))) for n in (1, 2)
    )
    assert one == two


def test_plans_that_cohorts_do_not_carry_are_searched_by_exact_runs() -> None:
    question = a_question(premises=600)
    hubs, meters = question.plans
    windows = (Window(days=("mon", "wed"), opens="22:00", closes="06:00"),)
    night = replace(question, plans=(hubs, replace(meters, windows=windows)))
    asked = Search(
        scenario="",
        candidates=4,
        premises=300,
        seeds=2,
        limits=Limits(lag_days=1_000),
        ranges=RANGES,
    )
    found = search(asked, night, run=kept)
    assert found.beyond == ("the windows of LCP-METERS",)
    assert list(found.looked_at) == list(EXACT_RUNGS)
    assert found.best is not None
    assert found.as_it_stands.rung == "exact, all"
    small = sampled(night, premises=300)
    runs = [kept(with_seed(small, seed)) for seed in (1, 2)]
    assert found.as_it_stands.days == fmean(figures_of(one)["end"] for one in runs)
    waits = [waiting_by_region(one).values() for one in runs]
    assert found.as_it_stands.lag_days == fmean(max(w) - fmean(w) for w in waits)
    assert any("cohorts do not carry the windows of LCP-METERS" in said for said in lines(found))
    assert not search(replace(asked, limits=Limits(lag_days=0.0)), night, run=kept).front, (
        "no plan keeps a limit of no lag"
    )


def test_a_search_from_a_basis_is_refused(tmp_path: Path) -> None:
    (tmp_path / "scenario.toml").write_text(
        'name = "fork"\nbasis = "b"\n[horizon]\nfrom = 2017-04-01\nto = 2018-03-01\n'
    )
    file = tmp_path / "search.toml"
    file.write_text(FILE)
    with pytest.raises(BadSearch, match=r"line 1: scenario\.toml starts from a basis"):
        read_search(file)


FILE = """scenario = "scenario.toml"
candidates = 8
[limits]
lag_days = 10
[ranges.LCP-METERS]
soak_days = [1, 10]
"""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[1, 10]", "[10, 1]", "line 6: soak_days must be two rising numbers within 0 to 60"),
        ("[1, 10]", "[1, nan]", "line 6: soak_days must be two rising numbers"),
        ("soak_days", "soak", "line 6: no knob soak; there are canary_share"),
        ("LCP-METERS", "LCP-METRES", "line 5: no campaign LCP-METRES; there are LCP-HUBS"),
        ("lag_days = 10", "lag_days = -1", "line 4: lag_days is -1.0"),
        ("candidates = 8", "candidates = 1", "line 2: candidates must be 4 to 4,096"),
        ("[ranges.LCP-METERS]\nsoak_days = [1, 10]", "[ranges]", "nothing to search"),
        ("candidates = 8", "candidates = 'x'", "line 2: Expected `int`"),
        ("lag_days = 10", "lag = 10", "line 3: Object contains unknown field"),
    ],
)
def test_a_bad_search_is_refused_with_its_line(tmp_path: Path, old, new, said: str) -> None:
    (tmp_path / "scenario.toml").write_text(PROGRAMME.format(premises=1_000))
    file = tmp_path / "search.toml"
    file.write_text(FILE.replace(old, new, 1))
    with pytest.raises(BadSearch, match=re.escape(said)):
        read_search(file)


def test_the_search_that_comes_with_the_twin_is_sound() -> None:
    with as_file(files("twin.whatif").joinpath("questions")) as folder:
        asked, question = read_search(folder / "searches" / "early-and-safe.toml")
    assert question.scenario.sample == 1
    assert set(asked.ranges) == {plan.campaign_id for plan in question.plans}
