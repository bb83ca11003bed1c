"""Future-dated activation by a plan: the time of it, the patience with it, and its recall."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.campaign.campaign_field import BEGIN, Step, ToyField, activated, all_confirm
from tests.campaign.campaign_homes import HUB, RELEASING, hub_with, in_state
from tests.campaign.campaign_samples import DAY, MIDNIGHT, OTHER, PLAN, C, S, wave
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_plan import GOOD, good_with, line_in_good
from tests.fleet.desk import obedient
from tests.replay.replay_homes import SETTLED, EmulatedField, emulated_run
from twin.campaign.dated import LEAD, Activation, execute_at, longest_wait, silent_since
from twin.campaign.executions import CampaignOrder, due, is_open_elsewhere
from twin.campaign.plan import Plan, plan_of_text, plan_text, read_plan, shipped_plans
from twin.campaign.preflight import preflight
from twin.campaign.waving import NEVER, of_age_after
from twin.campaign.windows import UK, Window, next_opening
from twin.events import firmware
from twin.events.programme import CampaignAborted, CampaignFinished
from twin.events.requests import FieldRequest, RequestKind, decode_request, encode_request
from twin.state.devices import PendingActivation, Stamp
from twin.vocabulary import ExecutionState as E

AT_TWO = Activation(time="02:00")
LATE = MIDNIGHT + 40 * DAY
AT_ONCE = Activation(at=LATE)
EVERY_DAY: Any = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NIGHTS = (Window(days=("mon", "thu"), opens="01:00", closes="05:00"),)


@given(st.integers(0, 400 * 24 * 60), st.booleans())
def test_a_time_of_day_is_the_next_one_half_a_day_ahead_within_a_window(minutes: int, within: bool):
    asked_at = datetime(2017, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    windows = NIGHTS if within else ()
    found = execute_at(activation=AT_TWO, windows=windows, asked_at=asked_at)
    assert found is not None
    assert (found.astimezone(UK).hour, found.astimezone(UK).minute) == (2, 0)
    assert LEAD <= found - asked_at <= longest_wait(AT_TWO, windows)
    assert next_opening(windows=windows, at=found) == found
    latest = silent_since(activation=AT_TWO, windows=windows, requested_at=asked_at)
    assert latest >= found, "nobody is given up before the time that was said"


def test_an_hour_that_is_missing_in_march_is_no_time_and_one_that_comes_twice_comes_once():
    in_march = Activation(time="01:30")
    at = execute_at(activation=in_march, windows=(), asked_at=datetime(2017, 3, 25, 9, tzinfo=UTC))
    assert at == datetime(2017, 3, 27, 0, 30, tzinfo=UTC), "the 26th has no half past one"
    at = execute_at(activation=in_march, windows=(), asked_at=datetime(2017, 10, 28, 9, tzinfo=UTC))
    assert at == datetime(2017, 10, 29, 0, 30, tzinfo=UTC)


@pytest.mark.rule("BR33")
def test_one_moment_is_for_all_and_who_comes_too_late_acts_at_once():
    ask = {"activation": AT_ONCE, "windows": ()}
    assert execute_at(**ask, asked_at=MIDNIGHT) == LATE
    assert execute_at(**ask, asked_at=LATE - LEAD) == LATE
    assert execute_at(**ask, asked_at=LATE - LEAD + timedelta(seconds=1)) is None
    assert execute_at(activation=None, windows=(), asked_at=MIDNIGHT) is None
    assert silent_since(**ask, requested_at=MIDNIGHT) == LATE
    assert silent_since(**ask, requested_at=LATE + DAY) == LATE + DAY


DATED = replace(PLAN, activation=AT_ONCE, waves=(wave("all", 1.0, release_days=3),))
ORDER = replace(RELEASING, plan=replace(PLAN, activation=AT_ONCE))


def asked(premises: Any, days: float, order: CampaignOrder = ORDER) -> tuple[Any, ...]:
    ask = {"premises": premises, "capable_version": lambda _: "0000000B"}
    return due(order=order, now=MIDNIGHT + timedelta(days=days), **ask)


@pytest.mark.rule("BR33")
def test_the_command_goes_out_at_once_with_its_time_and_is_on_the_wire():
    closed = replace(ORDER, plan=replace(ORDER.plan, windows=NIGHTS))
    (request,) = asked(in_state(E.VERIFIED), 1, closed)
    assert (request.kind, request.asked_at) == (RequestKind.ACTIVATE, MIDNIGHT + DAY)
    assert request.execute_at == LATE
    assert decode_request(encode_request(request)) == request
    (plain,) = asked(in_state(E.VERIFIED), 1, RELEASING)
    assert plain.execute_at is None
    assert b"execute_at" not in encode_request(plain), "other requests are what they were"


@pytest.mark.rule("BR35")
@pytest.mark.parametrize("state", [E.ACTIVATION_REQUESTED, E.ACTIVATED_UNCONFIRMED])
def test_who_waits_for_the_time_is_neither_read_nor_given_up(state: E):
    """Whether the device has acted nobody knows, so both states are treated alike."""
    home = in_state(state)
    follow_up, read_after = DATED.policy.follow_up_days, DATED.policy.read_after_days
    assert asked(home, 39) == ()
    assert asked(home, 40 + read_after - 1) == ()
    assert [one.kind for one in asked(home, 40 + read_after)] == [RequestKind.READ]
    (late,) = asked(home, 40 + follow_up)
    assert isinstance(late, firmware.FirmwareUpdateTimedOut)
    (stuck,) = asked(in_state(E.AT_HUB), follow_up)
    assert isinstance(stuck, firmware.FirmwareUpdateTimedOut), "no image, so nothing to wait for"


def pending(at: datetime | None) -> Any:
    held = PendingActivation(Stamp(MIDNIGHT, 1, "x"), at)
    return hub_with(in_state(E.ACTIVATION_REQUESTED), activation=held)


@pytest.mark.rule("BR33")
def test_a_recall_cancels_what_is_still_to_come_and_nothing_else():
    recall = replace(ORDER, mode="recall")
    (request,) = asked(pending(LATE), 5, recall)
    assert (request.kind, request.execute_at) == (RequestKind.CANCEL, None)
    (again,) = asked(pending(LATE), 6, recall)
    assert again.request_id == request.request_id, "one attempt is cancelled once"
    assert asked(pending(LATE), 5) == (), "only an abort recalls"
    assert asked(pending(None), 5, recall) == ()
    assert asked(pending(LATE), 41, recall) == (), "its time has come"
    assert asked(in_state(E.CANCELLED), 41, recall) == ()


def test_a_device_that_waits_for_its_time_is_taken_by_no_other_campaign():
    other = replace(PLAN, campaign_id=OTHER)
    for at, taken in ((LATE, True), (None, False)):
        hub = pending(at).devices[HUB]
        assert is_open_elsewhere(plan=other, device=hub, now=MIDNIGHT + 30 * DAY) is taken


def dated_field(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """Devices take the date, act at it, or give it up when they are told to."""
    if request.kind is RequestKind.CANCEL:
        return [(1, firmware.FirmwareActivationCancelled(**named, recalled_by=request.request_id))]
    if request.kind is not RequestKind.ACTIVATE or request.execute_at is None:
        return all_confirm(request, named)
    asked_for = firmware.FirmwareActivationRequested(
        **named, request_id=request.request_id, execute_at=request.execute_at
    )
    accepted = firmware.FirmwareActivationAccepted(**named, execute_at=request.execute_at)
    wait = (request.execute_at - request.asked_at) / timedelta(hours=1)
    steps: list[Step] = [(0.1, asked_for), (1, accepted)]
    if wait < 24 * 30:
        steps += [(wait, fact) for _, fact in activated(request, named)[1:]]
    return steps


@pytest.mark.rule("BR33")
def test_a_campaign_by_night_comes_to_its_end():
    plan = replace(DATED, activation=AT_TWO)
    run = Run((plan,), ToyField(60, dated_field))
    run.until(S.FINISHED)
    (end,) = run.of(CampaignFinished)
    assert (end.outcome, end.members) == ("COMPLETE", 60)
    found = [r for r in run.field.requests if r.kind is RequestKind.ACTIVATE]
    assert {r.execute_at.astimezone(UK).hour for r in found if r.execute_at} == {2}
    assert run.field.asked[RequestKind.UPDATE] == 60, "no attempt is given up for the wait"


@pytest.mark.rule("BR33")
def test_an_abort_recalls_what_is_pending_and_counts_it():
    """All images are verified, and most activations wait for a moment far ahead."""
    run = Run((DATED,), ToyField(60, dated_field))
    while C not in run.campaigns or run.total(C).activation_requested < 30:
        run.go_on()
    run.told("abort", C)
    run.until(S.ABORTED)
    (ended,) = run.of(CampaignAborted)
    assert run.total(C).cancelled == run.field.asked[RequestKind.CANCEL] >= 30
    assert ended.recalled == run.total(C).cancelled + run.total(C).verified
    assert (ended.exposed, ended.unsettled) == (0, 0)
    assert ended.recalled + ended.exposed + ended.cancelled == 60
    run.go_on(60)
    assert all(p.devices[d].truth.version == "0000000A" for p in run.field.premises.values()
               for d in p.devices)  # fmt: skip
    assert run.total(C).members == 60


def test_before_its_moment_nobody_is_an_error():
    """Forty days wait for the moment, and two attempts of ten days would long be over."""
    run = Run((DATED,), ToyField(60, dated_field))
    run.go_on(39)
    assert run.campaigns[C].state is S.RUNNING
    assert run.total(C).activation_requested == 60
    assert run.total(C).errors == run.total(C).retrying == 0


def test_a_cohort_is_of_age_when_all_attempts_had_their_wait():
    def days(activation: Activation | None, after: int) -> int:
        plan = replace(PLAN, activation=activation)
        return of_age_after(plan=plan, now=MIDNIGHT + after * DAY)

    assert days(None, 100) == 20
    assert days(AT_TWO, 100) == 20 + 2 * 2, "a day and a half of waiting, twice"
    assert days(AT_ONCE, 59) == NEVER
    assert days(AT_ONCE, 60) == 20, "two attempts of ten days after the moment"


def night_hubs() -> Plan:
    hubs, _ = shipped_plans()
    late = replace(hubs, waves=(replace(hubs.waves[0], share=1.0),), activation=AT_TWO)
    return replace(late, starts_on=late.starts_on + timedelta(days=SETTLED - 2), submitted_on=None)


@pytest.mark.rule("BR33")
def test_the_emulated_field_acts_at_the_time_of_the_plan():
    run = emulated_run((night_hubs(),), premises=40, days=40, assumptions=obedient())
    assert isinstance(run.field, EmulatedField)
    facts = [e for e in run.field.log if isinstance(e.fact, firmware.FirmwareActivated)]
    assert len(facts) > 10
    assert {e.occurred_at.astimezone(UK).strftime("%H:%M") for e in facts} == {"02:00"}
    accepted = [e for e in run.field.log if isinstance(e.fact, firmware.FirmwareActivationAccepted)]
    assert len(accepted) == len(facts)


@pytest.mark.rule("BR33")
def test_the_emulated_field_gives_up_what_is_recalled():
    ahead = Activation(at=BEGIN + (SETTLED + 60) * DAY)
    plan = replace(night_hubs(), activation=ahead)
    run = emulated_run((plan,), premises=40, days=12, assumptions=obedient())
    waiting = run.total(plan.campaign_id).activation_requested
    assert waiting > 10
    run.told("abort", plan.campaign_id)
    run.go_on(60)
    assert isinstance(run.field, EmulatedField)
    (ended,) = run.of(CampaignAborted)
    total = run.total(plan.campaign_id)
    assert total.cancelled >= waiting
    assert (ended.exposed, ended.recalled) == (0, total.cancelled + total.verified)
    assert not [e for e in run.field.log if isinstance(e.fact, firmware.FirmwareActivated)]


def test_a_pre_flight_knows_that_nothing_ends_before_the_moment():
    fleet = ToyField(30, all_confirm).premises.values()
    found = preflight(plan=DATED, fleet=fleet, capable_version=lambda _: "0000000B")
    assert found.earliest is not None
    assert found.latest is not None
    assert found.earliest >= LATE.date()
    assert found.latest >= LATE.date() + timedelta(days=20)


def test_a_dated_plan_is_read_and_comes_back_from_the_log():
    for line in ("at = 2017-08-31T21:30:00Z", "at = 2017-08-31T22:30:00+01:00", 'time = "22:30"'):
        plan = read_plan(GOOD.replace("[gate]", f"[activation]\n{line}\n\n[gate]", 1))
        assert isinstance(plan, Plan), plan
        assert plan_of_text(plan_text(plan)) == plan
        assert plan_text(plan_of_text(plan_text(plan))) == plan_text(plan)
        run = Run((), ToyField(3, all_confirm))
        answered = run.told("submit", plan.campaign_id, plan=msgspec.structs.replace(plan))
        assert answered.answer == "ACCEPTED", answered


@pytest.mark.parametrize(
    ("lines", "nth", "said"),
    [
        ("", 0, "an activation has a moment (at), or a time of day (time)."),
        ('at = 2017-08-31T22:30:00Z\ntime = "02:00"', 0, "an activation has a moment (at), or"),
        ("at = 2017-08-31T22:30:00", 1, "at must be a moment with its offset"),
        ("at = 2017-08-31", 1, "at must be a moment with its offset"),
        ("at = 2017-06-30T23:00:00Z", 1, "an activation must not be before starts_on."),
        ("at = 2017-08-31T12:00:00Z", 1, "no window is open at the moment of the activation."),
        ('time = "2am"', 1, "time must be a UK local time in quotes"),
        ('time = "12:00"', 1, "no window is ever open at the time of the activation."),
        ('when = "now"', 1, "'when' is not a key of [activation]."),
    ],
)
def test_a_mistake_of_an_activation_is_told_on_its_line(lines: str, nth: int, said: str):
    mistake, *_ = good_with("[gate]", f"[activation]\n{lines}\n\n[gate]")
    assert mistake.line == line_in_good("[gate]") + nth
    assert mistake.sentence.startswith(said)
