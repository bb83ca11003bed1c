"""Where each device stands, in all the words of the specification; now, and at any past moment."""

import random
from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace

from streams import topics
from tests.campaign.campaign_field import BEGIN, Step, ToyField, activated, all_confirm, updated
from tests.campaign.campaign_homes import (
    HUB,
    all_states,
    enrolled,
    exchanged,
    excluded,
    hub_with,
    in_state,
    read_as,
)
from tests.campaign.campaign_samples import DAY, MIDNIGHT, OTHER, PLAN, C, S
from tests.campaign.campaign_toy import Run
from tests.campaign.spec import in_state as campaign_in
from tests.streams.paper_twin import PaperTwin
from twin.campaign import device_standing
from twin.campaign.device_standing import standings_of, step_of
from twin.campaign.looking_back import premises_at
from twin.campaign.state import Campaign
from twin.campaign.tallies import WaveCount
from twin.events import firmware
from twin.events.requests import FieldRequest, RequestKind
from twin.state.devices import Execution, Failure
from twin.state.entry import Record
from twin.state.premises import Premises
from twin.vocabulary import (
    CampaignState,
    DeviceType,
    Exclusion,
    ExecutionStanding,
    ExecutionState,
    FailureCause,
    TransferOutcome,
)

E, W = ExecutionState, ExecutionStanding
RUNNING = campaign_in(S.RUNNING).campaign


def stood(
    premises: Premises, *steps: device_standing.Step, campaign: Campaign = RUNNING
) -> device_standing.DeviceStanding:
    (found,) = standings_of(
        campaign=campaign, premises=premises, steps={HUB: steps}, now=MIDNIGHT + DAY
    )
    return found


def failed_of(cause: FailureCause, *, attempt: int = 2, state: ExecutionState = E.FAILED):
    failure = Failure(attempt, cause, MIDNIGHT)
    execution = Execution(C, 1, attempt, state, MIDNIGHT, MIDNIGHT, "B", MIDNIGHT, (failure,))
    return hub_with(enrolled(), executions={C: execution})


@pytest.mark.parametrize("state", [s for s in E if s is not E.CONFIRMATION_TIMED_OUT])
def test_a_state_of_an_execution_keeps_its_name(state: ExecutionState) -> None:
    assert stood(in_state(state, attempt=2)).state.value == state.value


@pytest.mark.parametrize("state", [E.FAILED, E.TIMED_OUT])
def test_who_has_an_attempt_left_waits_for_it_while_the_campaign_runs(state: ExecutionState):
    home = in_state(state, attempt=1)
    assert stood(home).state is W.RETRY_WAIT
    over = campaign_in(S.STOPPED).campaign
    assert stood(home, campaign=over).state.value == state.value


def test_a_transfer_and_an_accepted_activation_are_steps_of_their_own() -> None:
    named = {"device_id": HUB, "device_type": DeviceType.CHF, "campaign_id": C, "wave": 1}
    good = firmware.FirmwareTransferred(**named, attempt=2, transfer=TransferOutcome.SUCCESS)
    bad = replace(good, transfer=TransferOutcome.IMAGE_DISCARDED)
    taken = firmware.FirmwareActivationAccepted(**named, attempt=2, execute_at=MIDNIGHT)
    steps = [step_of(fact) for fact in (good, taken)]
    assert step_of(bad) is None
    assert [found and found[0] for found in steps] == [HUB, HUB]
    transferred, accepted = (found[1] for found in steps if found is not None)
    for state, step, word in (
        (E.AT_HUB, transferred, W.TRANSFERRED),
        (E.ACTIVATION_REQUESTED, accepted, W.ACTIVATION_ACCEPTED),
    ):
        assert stood(in_state(state, attempt=2), step).state is word
        assert stood(in_state(state, attempt=1), step).state.value == state.value, "another attempt"
    assert stood(in_state(E.VERIFIED, attempt=2), transferred).state is W.VERIFIED


def test_the_list_of_the_dcc_is_a_rejection_and_a_device_that_fails_is_none() -> None:
    rejected = stood(failed_of(FailureCause.NOT_APPLICABLE_FIRMWARE))
    assert (rejected.state, rejected.cause) == (W.REJECTED, FailureCause.NOT_APPLICABLE_FIRMWARE)
    assert stood(failed_of(FailureCause.ACTIVATION_FAILURE)).state is W.FAILED
    late = failed_of(FailureCause.CONFIRMATION_TIMED_OUT, state=E.CONFIRMATION_TIMED_OUT)
    assert stood(late).state is W.TIMED_OUT


def test_truth_after_the_time_out_is_confirmed_and_marked_late() -> None:
    late = read_as(failed_of(FailureCause.DELIVERY_TIMED_OUT, state=E.TIMED_OUT), "B")
    assert (stood(late).state, stood(late).late) == (W.CONFIRMED, True)
    assert not stood(read_as(in_state(E.ACTIVATED))).late


@pytest.mark.parametrize("reason", list(Exclusion))
def test_who_has_no_seat_is_not_applicable_or_there_already(reason: Exclusion) -> None:
    found = stood(excluded(reason))
    there = reason in (Exclusion.ALREADY_CAPABLE, Exclusion.ALREADY_AT_TARGET)
    assert found.state is (W.ALREADY_AT_TARGET if there else W.NOT_APPLICABLE)
    assert (found.wave, found.reason) == (0, reason)


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (S.READY, W.PLANNED),
        (S.RUNNING, W.QUEUED),
        (S.STOPPING, W.CANCELLED),
        (S.STOPPED, W.CANCELLED),
        (S.ABORTED, W.CANCELLED),
        (S.CANCELLED, W.CANCELLED),
        (S.SUPERSEDED, W.SUPERSEDED),
    ],
)
def test_of_whom_nothing_was_asked(state: CampaignState, word: ExecutionStanding) -> None:
    campaign = campaign_in(state).campaign
    if state is S.RUNNING:  # the pointer of its wave is behind its place, and one is before it
        behind = replace(campaign, waves=tuple(replace(w, upto=0.0) for w in campaign.waves))
        assert stood(enrolled(), campaign=behind).state is W.PLANNED
        campaign = replace(campaign, waves=tuple(replace(w, upto=1.0) for w in campaign.waves))
    assert stood(enrolled(), campaign=campaign).state is word


def test_who_was_exchanged_is_decommissioned_and_who_is_there_needs_nothing() -> None:
    gone = exchanged(enrolled(), at=MIDNIGHT)
    assert stood(gone).state is W.DECOMMISSIONED
    assert stood(read_as(enrolled())).state is W.ALREADY_AT_TARGET


def test_the_other_campaign_that_has_a_device_is_named() -> None:
    busy = Execution(OTHER, 1, 1, E.AT_HUB, MIDNIGHT, MIDNIGHT, "X", MIDNIGHT)
    home = enrolled()
    home = hub_with(home, executions={OTHER: busy})
    released = replace(RUNNING, waves=tuple(replace(w, upto=1.0) for w in RUNNING.waves))
    assert stood(home, campaign=released).waits_for == OTHER
    assert stood(home, campaign=released).state is W.QUEUED
    idle = hub_with(home, executions={OTHER: replace(busy, state=E.FAILED)})
    assert stood(idle, campaign=released).waits_for is None


def test_every_word_can_come_up() -> None:
    """A word that no device ever stands in would be an ornament."""
    ended = [campaign_in(state).campaign for state in (S.RUNNING, S.STOPPED, S.SUPERSEDED)]
    released = replace(RUNNING, waves=tuple(replace(w, upto=1.0) for w in RUNNING.waves))
    steps = [device_standing.Step(n, w) for n in (1, 2) for w in device_standing._FINER.values()]
    seen = {
        one.state
        for campaign in (*ended, released)
        for premises in (*all_states(), failed_of(FailureCause.NOT_COMMISSIONED))
        for known in ((), steps)
        for one in standings_of(
            campaign=campaign, premises=premises, steps={HUB: known}, now=MIDNIGHT
        )
    }
    assert seen == set(W)


def mixed(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """Homes that confirm, fail, stay silent or are slow, each by its own luck."""
    luck = random.Random(f"{request.device_id}{request.attempt}").random()
    if request.kind is RequestKind.UPDATE:
        return updated(request, named, hours=90 if luck < 0.2 else 1) if luck < 0.8 else []
    if request.kind is RequestKind.ACTIVATE:
        return activated(request, named, fails=luck < 0.3, lost=luck > 0.6)
    return all_confirm(request, named)


FIELDS = {
    **{word: word.name.lower() for word in W},
    W.TRANSFERRED: "at_hub",
    W.ACTIVATION_ACCEPTED: "activation_requested",
    W.REJECTED: "failed",
    W.RETRY_WAIT: "retrying",
}


def agrees(told: Counter[ExecutionStanding], counted: WaveCount) -> bool:
    """Whether standings come to the counts, in which what waits is members less all others."""
    waiting = (W.PLANNED, W.QUEUED, W.SUPERSEDED, W.CANCELLED)
    found = Counter[str]()
    for word, number in told.items():
        found["awaiting" if word in waiting else FIELDS[word]] += number
    if found["awaiting"] != counted.awaiting:
        return False
    del found["awaiting"]
    return all(getattr(counted, name) == number for name, number in found.items())


@pytest.mark.parametrize("ending", ["none", "stop", "abort", "supersede"])
def test_standings_come_to_the_counts_on_every_day(ending: str) -> None:
    """Of two campaigns that want the same hubs; while attempts are left no end changes a field."""
    plan = replace(PLAN, policy=replace(PLAN.policy, attempts_max=2, follow_up_days=5))
    second = replace(plan, campaign_id=OTHER, title="other", priority=-1)
    run = Run((plan, second), ToyField(60, mixed))
    seen: set[ExecutionStanding] = set()
    for day in range(24):
        run.go_on()
        run._report()
        if day == 6 and ending != "none":
            run.told(ending, C, **({"by": OTHER} if ending == "supersede" else {}))
        for name, campaign in run.campaigns.items():
            over = campaign.state not in (S.VALIDATING, S.READY, S.STARTING, S.RUNNING, S.HELD)
            for wave in (1, 2):
                told = Counter(
                    one.state
                    for premises in run.field.premises.values()
                    for one in standings_of(
                        campaign=campaign, premises=premises, steps={}, now=run.now
                    )
                    if one.wave == wave
                )
                seen |= set(told)
                counted = run.counts(name).of_wave(wave)
                assert told.total() == counted.members
                assert over or agrees(told, counted), (day, name, wave, told, counted)
    assert {W.QUEUED, W.RETRY_WAIT, W.CONFIRMED, W.REQUESTED} <= seen


def test_the_past_is_told_as_it_stood_then() -> None:
    twin = PaperTwin((replace(PLAN, approval_required=False),), homes=24, behaviour=mixed)
    then: dict[int, list[device_standing.DeviceStanding]] = {}

    def told(valid: datetime | None = None) -> list[device_standing.DeviceStanding]:
        sent = twin.log.topics[topics.PREMISES_EVENTS]
        records = [Record(s.key, s.value, 0, s.partition, n) for n, s in enumerate(sent)]
        past = premises_at(records, campaign_id=C, valid=valid)
        return [s for one in past for s in one.standings(RUNNING, now=MIDNIGHT)]

    for tick in range(12):
        twin.run_one(tick)
        then[tick] = told()
    assert len({str(found) for found in then.values()}) > 5, "else nothing happened"
    for tick, found in then.items():
        assert told(valid=BEGIN + tick * DAY) == found, tick
