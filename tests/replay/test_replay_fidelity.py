"""The plan of the log, decided again, gives the facts of the log byte for byte."""

from collections.abc import Mapping
from typing import Any, Final

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_samples import MIDNIGHT, OTHER, C, wave
from tests.campaign.campaign_toy import Run
from tests.replay.replay_toy import (
    HUBS,
    METERS,
    campaign_events,
    campaign_records,
    mended_run,
    pair_of,
    recorded_run,
)
from twin.campaign.ending import unsettled
from twin.campaign.pacing import Pace
from twin.campaign.plan import Plan
from twin.campaign.policy import OnFailure
from twin.campaign.ramps import Ramp
from twin.campaign.windows import Window
from twin.events.envelope import encode, new_event
from twin.events.firmware import FirmwareVersionRead
from twin.events.programme import AbortOrdered, CampaignHeld, CommandAnswered, StopOrdered
from twin.replay.pair import SAYS_IN_FLIGHT, Fidelity, fidelity, on_the_wire
from twin.replay.recorded import Recorded, UnreadableDecision, recorded
from twin.replay.ticks import Ticks
from twin.state.entry import Record
from twin.vocabulary import FailureCause

OFFICE: Final = (Window(days=("mon", "tue", "wed", "thu", "fri"), opens="09:00", closes="17:00"),)
CAUSES: Final = replace(
    HUBS.policy,
    attempts_max=3,
    delivery_days=2,
    transfer_days=2,
    activation_days=5,
    on_failure={
        FailureCause.ACTIVATION_FAILURE: OnFailure(retries=1, after_days=3),
        FailureCause.ACTIVATION_TIMED_OUT: OnFailure(then="quarantine"),
        FailureCause.FELL_BACK: OnFailure(then="never"),
    },
)
PLANS: Final[Mapping[str, Plan]] = {
    "by share": HUBS,
    "paced": replace(HUBS, pacing=Pace(per_day=40, per_region={"North": 6})),
    "windows": replace(HUBS, windows=OFFICE),
    "ramp": replace(
        HUBS,
        waves=(
            wave("canary", 0.3),
            wave("others", 0.7, ramp=Ramp(per_day=10, factor=2.0, after=8)),
        ),
    ),
    "aborts": replace(HUBS, on_reject="abort"),
    "retries": replace(HUBS, policy=replace(HUBS.policy, attempts_max=3)),
    "causes": replace(HUBS, policy=CAUSES),
}
_RUNS: dict[str, Run] = {}


def run_of(name: str) -> Run:
    if name not in _RUNS:
        _RUNS[name] = mended_run((PLANS[name], METERS), days=70)
    return _RUNS[name]


def test_the_run_of_this_test_is_eventful() -> None:
    kinds = {type(fact).__name__ for _, fact in run_of("by share").log}
    assert kinds >= {
        "CampaignSubmitted", "MembershipFrozen", "CampaignApproved", "TimerFired",
        "CampaignStarted", "WaveReleased", "GateEvaluated", "CampaignHeld", "ModelExcluded",
        "CampaignResumed", "WavePassed", "CampaignFinished", "OutcomeRevised", "CommandAnswered",
    }  # fmt: skip
    assert {fact.campaign_id for _, fact in run_of("by share").log} == {C, OTHER}


@pytest.mark.parametrize("name", PLANS)
def test_the_same_plan_gives_the_same_facts_byte_for_byte(name: str) -> None:
    log = campaign_events(run_of(name))
    pair = pair_of(recorded_run(run_of(name)), None)
    assert on_the_wire(pair.then.events) == [encode(event) for event in log]
    assert pair.fidelity == Fidelity(facts=len(log), differs_at=None)
    assert pair.then.unasked == 0


@pytest.mark.parametrize("name", PLANS)
def test_every_device_stands_as_it_stood(name: str) -> None:
    """Also by the twin's own words, which the replay says and numbers by itself."""
    run = run_of(name)
    premises = pair_of(recorded_run(run), None).then.premises
    words: dict[str, int] = {}
    for premises_id, held in run.field.premises.items():
        assert premises[premises_id].devices == held.devices, premises_id
        words |= premises[premises_id].sequences
    assert sum(words.values()) > 2 * len(run.field.premises)


@pytest.mark.parametrize("campaign_id", [C, OTHER])
@pytest.mark.parametrize("name", PLANS)
def test_answers_carried_over_to_the_same_plan_are_the_same_answers(
    name: str, campaign_id: str
) -> None:
    found = recorded_run(run_of(name))
    plan = {C: PLANS[name], OTHER: METERS}[campaign_id]
    pair = pair_of(found, plan, campaign_id=campaign_id)
    assert fidelity(found, pair.other).holds
    assert pair.other.modelled == frozenset()
    assert pair.other.unapplied == ()


def without(found: Recorded, nth: int) -> Recorded:
    """The run without the answers to one of its reads."""
    reads = [
        name
        for name, answers in found.answers.items()
        if any(isinstance(heard.event.fact, FirmwareVersionRead) for heard in answers)
    ]
    lost = reads[nth]
    return replace(found, answers={n: a for n, a in found.answers.items() if n != lost})


def test_one_lost_answer_is_found() -> None:
    pair = pair_of(without(recorded_run(run_of("by share")), 3), None)
    assert not pair.fidelity.holds


def test_one_altered_decision_is_found_where_it_stands() -> None:
    found = recorded_run(run_of("by share"))
    event = found.decisions[5]
    changed: Any = replace(event, recorded_at=event.recorded_at.replace(year=2018))
    decisions = (*found.decisions[:5], changed, *found.decisions[6:])
    pair = pair_of(replace(found, decisions=decisions), None)
    assert pair.fidelity.differs_at == 5


def test_a_log_that_ends_early_is_found() -> None:
    found = recorded_run(run_of("by share"))
    pair = pair_of(replace(found, decisions=found.decisions[:-1]), None)
    assert pair.fidelity.differs_at == len(found.decisions) - 1


def test_a_decision_that_cannot_be_read_is_refused_by_name() -> None:
    broken = [Record(b"LCP-HUBS", b"{broken", 0, 0, 0)]
    with pytest.raises(UnreadableDecision, match=r"campaign\.events cannot be read"):
        recorded(premises=(), campaigns=broken, ticks=Ticks((MIDNIGHT,)))


def test_answers_to_commands_that_name_no_campaign_are_no_decisions() -> None:
    run = run_of("by share")
    stray = new_event(
        fact=replace(run.of(CommandAnswered)[0], campaign_id="LCP-NOBODY"),
        source="urn:gb:operator:COMMANDS",
        sequence=1,
        key="LCP-NOBODY",
        occurred_at=MIDNIGHT,
        provenance="twin",
    )
    records = [*campaign_records(run), Record(b"LCP-NOBODY", encode(stray), 0, 0, 10**6)]
    found = recorded(premises=(), campaigns=records, ticks=Ticks((MIDNIGHT,)))
    assert list(found.decisions) == campaign_events(run)


@pytest.mark.parametrize("order", ["stop", "abort"])
def test_an_order_on_a_day_of_time_outs_counts_what_is_in_flight_after_them(order: str) -> None:
    """The twin's own words of the tick are told before any command that comes after it."""
    steady = replace(HUBS, gate=replace(HUBS.gate, errors_above=0.9, success_at_least=0.05))
    run = mended_run((steady,), days=8)
    before = run.total(C)
    while run.total(C).timed_out + run.total(C).retrying == before.timed_out + before.retrying:
        before = run.total(C)
        run.go_on()
        run._report()
    assert run.told(order, C).answer == "ACCEPTED"
    (ordered,) = run.of(StopOrdered if order == "stop" else AbortOrdered)
    assert ordered.in_flight == unsettled(run.total(C))
    run.go_on(30)
    pair = pair_of(recorded_run(run), None)
    assert pair.fidelity == Fidelity(facts=len(campaign_events(run)), differs_at=None)


def test_a_log_that_is_older_than_a_figure_is_decided_alike_without_it() -> None:
    """Holds and answers did not always say what they left in flight."""
    run = recorded_run(run_of("by share"))
    then = pair_of(run, None).then

    def saying(in_flight: int | None) -> Recorded:
        told = (
            replace(event, fact=replace(event.fact, in_flight=in_flight))
            if isinstance(event.fact, SAYS_IN_FLIGHT)
            else event
            for event in run.decisions
        )
        return replace(run, decisions=tuple(told))

    assert any(e.fact.in_flight for e in run.decisions if isinstance(e.fact, CampaignHeld))
    assert fidelity(saying(None), then).holds
    assert not fidelity(saying(7_000_000), then).holds, "a figure that is said must be the same"
