"""The other history beside the truth: the emulated field itself, run under the other plan."""

from functools import cache
from typing import Any

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_toy import Run
from tests.replay.replay_homes import CATALOGUE, EmulatedField, emulated_run, programme
from tests.replay.replay_toy import campaign_records, ticks_of
from twin.campaign.plan import Plan, plan_of_text, plan_text
from twin.events.envelope import encode
from twin.replay.pair import NotReplayed, Pair, replay
from twin.replay.recorded import recorded
from twin.state.entry import Record

HUBS, METERS = programme()
CANARY, REST = METERS.waves
OTHERS = {
    "faster": replace(METERS, waves=(CANARY, replace(REST, release_days=2))),
    "a large canary": replace(METERS, waves=(replace(CANARY, share=0.6), REST)),
    "beside the hubs": replace(METERS, after=None),
    "a third attempt": replace(METERS, policy=replace(METERS.policy, attempts_max=3)),
}


def run_of(plan: Plan) -> Run:
    return _run_of(plan_text(plan))


@cache
def _run_of(text: str) -> Run:
    return emulated_run((HUBS, plan_of_text(text)))


def pair(plan: Plan) -> Pair:
    return _pair(plan_text(plan))


@cache
def _pair(text: str) -> Pair:
    plan = plan_of_text(text)
    run = run_of(METERS)
    assert isinstance(run.field, EmulatedField)
    records = [Record(e.key.encode(), encode(e), 0, 0, n) for n, e in enumerate(run.field.log)]
    log = recorded(premises=records, campaigns=campaign_records(run), ticks=ticks_of(run))
    capable = CATALOGUE.capable_version
    found = replay(log, campaign_id=plan.campaign_id, plan=plan, capable_version=capable, seed=1)
    assert not isinstance(found, NotReplayed), found
    return found


def executions(premises: Any) -> dict[str, object]:
    """How far each meter has come in the campaign."""
    return {
        name: device.executions.get(METERS.campaign_id)
        for found in premises.values()
        for name, device in found.devices.items()
        if METERS.campaign_id in device.enrolments
    }


@pytest.mark.parametrize("name", OTHERS)
def test_what_was_observed_then_is_what_the_other_plan_would_have_met(name: str) -> None:
    plan = OTHERS[name]
    found = pair(plan)
    assert found.fidelity.holds
    truth, told = executions(run_of(plan).field.premises), executions(found.other.premises)
    modelled = {device for of, device in found.other.modelled if of == plan.campaign_id}
    assert truth.keys() == told.keys()
    assert len(truth) > 100
    differ = [n for n in truth if n not in modelled and truth[n] != told[n]]
    assert len(modelled) < len(truth) / 10
    assert differ == []


def test_an_attempt_that_nobody_ever_made_is_a_model() -> None:
    assert pair(OTHERS["a third attempt"]).other.modelled


@pytest.mark.parametrize("name", [name for name in OTHERS if name != "a third attempt"])
def test_where_all_was_observed_the_decisions_are_the_true_ones(name: str) -> None:
    plan = OTHERS[name]
    told = pair(plan).other
    assert told.modelled == frozenset()
    assert [(e.occurred_at, e.fact) for e in told.events] == run_of(plan).log
    assert told.events != pair(plan).then.events
