"""The soak counts from the k-th confirmation where a plan says k, else from the last release."""

from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import ToyField
from tests.campaign.campaign_samples import (
    PLAN,
    RULE,
    C,
    S,
    approved,
    count,
    frozen,
    gate,
    held,
    passed,
    released,
    submitted_as,
    wave,
)
from tests.campaign.campaign_toy import Run
from tests.campaign.spec import Spec, valid_on_the_wire
from tests.campaign.test_campaign_recalls import SIZE, SLOW, slow
from twin.campaign.fair_shares import Cell
from twin.campaign.outlook import outlook
from twin.campaign.pacing import Pace
from twin.campaign.plan import Plan, plan_text, read_plan
from twin.events.programme import WavePassed, WaveReleased, WaveSoakBegan
from twin.vocabulary import CampaignState, GateDecision, HoldReason
from twin.whatif.sampled import sampled

ADVANCE, REJECT = GateDecision.ADVANCE, GateDecision.REJECT
KEY = "soak_days = 3\nsoak_after = 25"
LOOSE = replace(RULE, settled_at_least=0.5)
BY_COUNT = replace(
    PLAN,
    gate=LOOSE,
    waves=(wave("canary", 0.1, soak_days=3, soak_after=40), wave("rest", 0.9)),
)
BY_RELEASE = replace(BY_COUNT, waves=(wave("canary", 0.1, soak_days=3), wave("rest", 0.9)))
OUT = released(1, 1.0, complete=True, tick=2)


def out(plan: Any) -> Spec:
    known = (submitted_as(plan), frozen(plan=plan), approved(plan=plan))
    started = Spec(plan).given(*known).tick(2, {1: count(100), 2: count(900)})
    assert OUT in started.facts
    return started


def confirmed(number: int, **others: int) -> dict[int, Any]:
    return {1: count(100, confirmed=number, **others), 2: count(900)}


def soak_began(number: int, tick: int) -> WaveSoakBegan:
    return WaveSoakBegan(C, 1, number, tick)


def test_late_confirmations_are_soaked_as_long_as_early_ones():
    """The last release is eight days ago when the 40th is confirmed; it gets its three days."""
    spec = out(BY_COUNT).tick(9, confirmed(39, requested=61)).then()
    spec.tick(10, confirmed(60, requested=40)).then(soak_began(60, 10))
    valid_on_the_wire(spec.facts)
    for tick in (11, 12):
        spec.tick(tick, confirmed(95, requested=5)).then()
    good = count(100, confirmed=95, requested=5)
    spec.tick(13, confirmed(95, requested=5)).then(
        gate(1, ADVANCE, "success_reached", good, 13, LOOSE), passed(1, 13)
    )
    # by the last release the same wave is let through three days sooner, on the same counts
    other = out(BY_RELEASE).tick(9, confirmed(39, requested=61))
    assert passed(1, 10) in other.tick(10, confirmed(60, requested=40)).facts


def test_the_soak_begins_once_and_stands_whatever_is_counted_then():
    spec = out(BY_COUNT).tick(4, confirmed(40, requested=60)).then(soak_began(40, 4))
    spec.tick(5, confirmed(38, requested=62)).then()
    assert spec.campaign.waves[0].soaks_since == spec.now(4)
    assert passed(1, 7) in spec.tick(7, confirmed(96, requested=4)).facts


def test_where_so_many_never_are_it_begins_when_nobody_is_open():
    rule = replace(LOOSE, success_at_least=0.2, errors_above=0.9)
    spec = out(replace(BY_COUNT, gate=rule))
    spec.tick(5, confirmed(30, failed=69, requested=1)).then()
    spec.tick(6, confirmed(30, failed=70)).then(soak_began(30, 6))
    assert passed(1, 9) in spec.tick(9, confirmed(30, failed=70)).facts


def test_it_begins_while_held_and_errors_do_not_wait_for_it():
    spec = out(BY_COUNT).given(held(HoldReason.OPERATOR, 3))
    spec.tick(4, confirmed(40)).then(soak_began(40, 4))
    bad = count(100, confirmed=40, failed=20)
    spec.tick(5, {1: bad, 2: count(900)})
    assert spec.facts == (
        gate(1, REJECT, "errors_above", bad, 5, LOOSE),
        held(HoldReason.ERROR_GATE, 5, in_flight=0),
    )


@pytest.mark.parametrize("broken", [count(100, confirmed=120), count(30, confirmed=40), count(0)])
def test_counts_that_do_not_add_up_begin_no_soak(broken: Any):
    spec = out(BY_COUNT).tick(4, {1: broken, 2: count(900)})
    assert not any(isinstance(fact, WaveSoakBegan) for fact in spec.facts)


@pytest.mark.parametrize("state", [S.STOPPING, S.ABORTING])
def test_a_campaign_that_ends_begins_no_soak(state: CampaignState):
    spec = out(BY_COUNT).given()
    spec.known = replace(spec.campaign, state=state, ending_since=spec.now(3))
    spec.tick(4, confirmed(50, requested=50))
    assert not any(isinstance(fact, WaveSoakBegan) for fact in spec.facts)


def test_over_a_field_every_device_of_the_k_has_its_days_before_the_next_wave():
    waves = (wave("first", 0.5, release_days=4, soak_days=5, soak_after=100), wave("then", 0.5))
    run = Run((replace(SLOW, gate=LOOSE, waves=waves),), ToyField(SIZE, slow))
    run.until(S.FINISHED)
    (began,) = run.of(WaveSoakBegan)
    at = {
        (type(fact), fact.wave): when
        for when, fact in reversed(run.log)
        if isinstance(fact, (WaveSoakBegan, WavePassed, WaveReleased))
    }
    assert began.confirmed >= 100
    assert (at[WavePassed, 1] - at[WaveSoakBegan, 1]).days == 5
    assert at[WaveReleased, 2] > at[WavePassed, 1]
    assert at[WaveSoakBegan, 1] > at[WaveReleased, 1]


def test_the_outlook_counts_the_same_soak():
    def end(after: int | None, *, waiting: int) -> date | None:
        waves = (wave("all", 1.0, release_days=4, soak_days=6, soak_after=after),)
        plan = replace(PLAN, pacing=Pace(), waves=waves)
        return outlook(plan=plan, members=[{Cell("*", "*", "*"): 100}], waiting_days=waiting).end

    # out on 1 to 4 July; with 25 a day 50 are out on the 2nd and all on the 4th
    assert end(None, waiting=0) == date(2017, 7, 11)
    assert end(50, waiting=0) == date(2017, 7, 10)
    assert end(100, waiting=0) == end(1000, waiting=0) == date(2017, 7, 12)
    assert end(None, waiting=20) == date(2017, 7, 25)
    assert end(50, waiting=20) == date(2017, 7, 29)


SAID: str = (files("twin.campaign") / "plans" / "lcp-hubs.toml").read_text(encoding="utf-8")


def test_a_plan_says_it_as_a_count():
    """A wave that leaves it out keeps the hash that it had before there was such a key."""
    plain, told = read_plan(SAID), read_plan(SAID.replace("soak_days = 3", KEY, 1))
    assert isinstance(plain, Plan)
    assert isinstance(told, Plan)
    assert "soak_after" not in plan_text(plain)
    assert [one.soak_after for one in told.waves] == [25, None, None, None]
    assert [one.soak_after for one in sampled(told, share=0.2).waves] == [5, None, None, None]


@pytest.mark.parametrize("value", ["0", "2.5", "true", "10_000_001", '"many"'])
def test_what_is_no_count_is_refused_with_its_line(value: str):
    (mistake,) = read_plan(SAID.replace("soak_days = 3", f"soak_days = 3\nsoak_after = {value}", 1))
    assert "soak_after must be a whole number from 1 to 10,000,000" in mistake.sentence
    assert SAID.splitlines()[mistake.line - 2] == "soak_days = 3"
