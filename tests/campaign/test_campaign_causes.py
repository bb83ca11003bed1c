"""What follows from a failure, by its cause: another attempt, none ever, or the quarantine."""

from datetime import datetime
from typing import Any, get_args

import msgspec
import pytest
from msgspec.structs import astuple, replace

from tests.campaign.campaign_field import OLD, Step, ToyField, activated, all_confirm, updated
from tests.campaign.campaign_homes import HUB, RELEASING, enrolled, fresh, hub_with, read_as
from tests.campaign.campaign_samples import DAY, MIDNIGHT, PLAN, POLICY, RULE, C, S
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_executions import kinds
from twin.campaign.attempts import may_retry
from twin.campaign.fields import field_of
from twin.campaign.plan import Plan
from twin.campaign.policy import OnFailure, Policy
from twin.events import attempts, firmware
from twin.events.envelope import new_event
from twin.events.registry import PremisesFact
from twin.events.requests import FieldRequest, RequestKind
from twin.state.devices import Execution, Failure
from twin.state.endings import endings
from twin.state.evolve import evolve
from twin.state.premises import Outage, Premises, standing
from twin.state.quarantine import quarantine_of
from twin.vocabulary import (
    ActivationOutcome,
    DeviceType,
    ExecutionState,
    FailureCause,
    TransferOutcome,
    WarningList,
)

F, E = FailureCause, ExecutionState
NEVER_BY_DEFAULT = {
    F.HARDWARE_VERSION_MISMATCH,
    F.INVALID_DEVICE_ID,
    F.NOT_COMMISSIONED,
    F.NOT_APPLICABLE_FIRMWARE,
    F.INVALID_GBCS_VERSION,
    F.HASH_MISMATCH,
    F.OTHER_MODEL,
    F.CONFIRMATION_TIMED_OUT,
}
NAMED: dict[str, Any] = {
    "device_id": HUB,
    "device_type": DeviceType.CHF,
    "campaign_id": C,
    "wave": 1,
    "attempt": 1,
}
FACTS: dict[FailureCause, PremisesFact] = {
    **{F(w): firmware.FirmwareUpdateWarned(**NAMED, warning=w) for w in WarningList},
    **{
        F(t): firmware.FirmwareTransferred(**NAMED, transfer=t)
        for t in TransferOutcome
        if t is not TransferOutcome.SUCCESS
    },
    **{
        F(o): firmware.FirmwareActivationFailed(**NAMED, outcome=o, firmware_version=OLD)
        for o in ActivationOutcome
    },
    F.NOT_DELIVERED: firmware.FirmwareDeliveryFailed(**NAMED),
    F.VERIFICATION_FAILED: firmware.FirmwareVerificationFailed(**NAMED),
    F.ACTIVATION_CANCELLED: firmware.FirmwareActivationCancelled(**NAMED),
    F.THIRD_VERSION: attempts.FirmwareUpdateConflicted(**NAMED, cause="third_version"),
    F.OTHER_MODEL: attempts.FirmwareUpdateConflicted(**NAMED, cause="other_model"),
    **{
        F(cause): firmware.FirmwareUpdateTimedOut(**NAMED, cause=cause)
        for cause in get_args(firmware.TimeOutCause)
    },
    F.CONFIRMATION_TIMED_OUT: attempts.FirmwareConfirmationTimedOut(**NAMED),
}
"""The fact that tells each cause; that a device fell back is no fact of its own."""


def told(premises: Premises, *facts: PremisesFact, at: datetime = MIDNIGHT) -> Premises:
    for nth, fact in enumerate(facts, start=1):
        source = f"urn:gb:dsp:{premises.premises_id}"
        event = new_event(
            fact=fact, source=source, sequence=900 + nth, key=premises.premises_id, occurred_at=at
        )
        premises = evolve(premises, event, fact)
    return premises


def failed_of(cause: FailureCause) -> Premises:
    """A member whose first attempt has just failed so."""
    if cause is F.FELL_BACK:
        execution = Execution(C, 1, 1, E.ACTIVATED, MIDNIGHT, MIDNIGHT - DAY, "0000000B", MIDNIGHT)
        return read_as(hub_with(enrolled(), executions={C: execution}), OLD)
    return told(enrolled(), FACTS[cause])


def cause_in(premises: Premises) -> FailureCause | None:
    hub = premises.devices[HUB]
    execution = hub.executions[C]
    return endings(hub, execution, state=standing(hub, execution))[-1].cause


def with_policy(policy: Policy, plan: Plan = PLAN) -> Any:
    return replace(RELEASING, plan=replace(plan, policy=policy))


def on(cause: FailureCause, **after: Any) -> Policy:
    return replace(POLICY, attempts_max=5, on_failure={cause: OnFailure(**after)})


def test_every_cause_but_a_derived_one_is_told_by_a_fact():
    assert FACTS.keys() | {F.FELL_BACK} == set(FailureCause)


@pytest.mark.parametrize("cause", FailureCause)
def test_what_cannot_succeed_is_not_tried_again_unless_a_plan_says_so(cause: FailureCause):
    premises = failed_of(cause)
    assert cause_in(premises) is cause
    never = cause in NEVER_BY_DEFAULT
    assert kinds(premises, days=1) == ([] if never else ["11.1/2"])
    device = premises.devices[HUB]
    assert may_retry(plan=PLAN, premises=premises, device=device) is not never
    counted = "timed_out" if "timed_out" in cause else "failed"
    retrying = field_of(plan=PLAN, premises=premises, device=device)
    assert retrying == (counted if never else "retrying")
    again = with_policy(on(cause, then="retry"))
    assert kinds(premises, days=1, order=again) == (
        [] if cause is F.CONFIRMATION_TIMED_OUT else ["11.1/2"]
    )
    assert kinds(premises, days=1, order=with_policy(on(cause, then="never"))) == []


def test_an_attempt_waits_as_long_as_its_cause_asks_for():
    premises = failed_of(F.NOT_DELIVERED)
    order = with_policy(on(F.NOT_DELIVERED, after_days=7))
    assert kinds(premises, days=6.99, order=order) == []
    assert kinds(premises, days=7, order=order) == ["11.1/2"]
    assert kinds(failed_of(F.FELL_BACK), days=1, order=order) == ["11.1/2"]
    fallen = with_policy(on(F.FELL_BACK, after_days=2))
    assert kinds(failed_of(F.FELL_BACK), days=1.9, order=fallen) == [], "since it was read"
    assert kinds(failed_of(F.FELL_BACK), days=2, order=fallen) == ["11.1/2"]


def test_a_cause_has_so_many_retries_and_the_plan_so_many_attempts():
    busy = firmware.FirmwareUpdateWarned
    order = with_policy(on(F.OTHER_REQUEST_IN_PROGRESS, retries=2))
    premises = enrolled()
    for attempt in (1, 2, 3):
        named = {**NAMED, "attempt": attempt}
        fact = busy(**named, warning=WarningList.OTHER_REQUEST_IN_PROGRESS)
        premises = told(premises, fact, at=MIDNIGHT + attempt * DAY)
        wanted = [f"11.1/{attempt + 1}"] if attempt < 3 else []
        assert kinds(premises, days=attempt + 1, order=order) == wanted, attempt
    between = told(premises, firmware.FirmwareDeliveryFailed(**{**NAMED, "attempt": 4}))
    assert kinds(between, days=9, order=order) == ["11.1/5"], "it is another cause"


def test_a_cause_may_quarantine_at_once():
    order = with_policy(on(F.FILE_TRANSFER_FAILURE, then="quarantine"))
    premises = failed_of(F.FILE_TRANSFER_FAILURE)
    assert kinds(premises, days=29, order=order) == []
    assert kinds(premises, days=30, order=order) == ["11.1/2"]


def test_the_failures_of_an_execution_are_kept_in_any_order_one_for_each_attempt():
    second = {**NAMED, "attempt": 2}
    facts = [
        FACTS[F.NOT_DELIVERED],
        FACTS[F.DELIVERY_TIMED_OUT],
        firmware.FirmwareUpdateTimedOut(**second, cause="transfer_timed_out"),
    ]
    wanted = (Failure(1, F.NOT_DELIVERED, MIDNIGHT), Failure(2, F.TRANSFER_TIMED_OUT, MIDNIGHT))
    for turn in range(3):
        found = told(enrolled(), *facts[turn:], *facts[:turn])
        assert found.devices[HUB].executions[C].failures == wanted


def test_truth_after_a_time_out_takes_its_failure_away():
    premises = failed_of(F.ACTIVATION_TIMED_OUT)
    runs = firmware.FirmwareActivated(
        **NAMED, firmware_version="0000000B", pairing_capable=True, response_lost=False
    )
    hub = told(premises, runs).devices[HUB]
    assert endings(hub, hub.executions[C], state=standing(hub, hub.executions[C])) == ()


@pytest.mark.peer_fault("PF-nerveshub-12")
@pytest.mark.parametrize("cause", [c for c in FailureCause if c is not F.FELL_BACK])
def test_only_what_is_its_own_fault_counts_towards_a_quarantine(cause: FailureCause):
    premises = failed_of(cause)
    hub = premises.devices[HUB]
    found = quarantine_of(premises, hub, after=1, days=30)
    innocent = NEVER_BY_DEFAULT | {
        F.OTHER_REQUEST_IN_PROGRESS,
        F.NOT_DELIVERED,
        F.ACTIVATION_CANCELLED,
        F.DELIVERY_TIMED_OUT,
    }
    assert (found is None) is (cause in innocent)


@pytest.mark.peer_fault("PF-nerveshub-12")
@pytest.mark.parametrize(
    ("cause", "explained"),
    [
        (F.TRANSFER_TIMED_OUT, True),
        (F.ACTIVATION_TIMED_OUT, True),
        (F.FILE_TRANSFER_FAILURE, True),
        (F.VERIFICATION_FAILED, False),
        (F.ACTIVATION_FAILURE, False),
    ],
)
def test_a_power_outage_within_the_attempt_explains_silence(cause: FailureCause, explained: bool):
    premises = failed_of(cause)
    hub = premises.devices[HUB]
    for at, counts in ((MIDNIGHT, not explained), (MIDNIGHT - 9 * DAY, True)):
        dark = replace(premises, outages=(Outage(at, HUB, 90),))
        found = quarantine_of(dark, hub, after=1, days=30)
        assert (found is not None) is counts, at


def test_failures_that_are_nobodys_neither_count_nor_end_the_row():
    def old(name: str, cause: FailureCause, day: int) -> Execution:
        at = MIDNIGHT + day * DAY
        return Execution(name, 1, 1, E.FAILED, at, at, None, at, (Failure(1, cause, at),))

    causes = (F.ACTIVATION_FAILURE, F.NOT_DELIVERED, F.VERIFICATION_FAILED, F.INVALID_DEVICE_ID)
    executions = {f"OLD-{n}": old(f"OLD-{n}", cause, n) for n, cause in enumerate(causes)}
    premises = hub_with(fresh(), executions=executions)
    found = quarantine_of(premises, premises.devices[HUB], after=2, days=30)
    assert found is not None
    assert (found.failures, found.failed_at) == (2, MIDNIGHT + 2 * DAY)


def test_a_whole_campaign_asks_again_only_where_that_can_help():
    def behaviour(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        nth, first = int(request.premises_id[1:], 16) % 10, request.attempt == 1
        if request.kind is RequestKind.UPDATE and nth == 1:
            transfer = TransferOutcome.HARDWARE_VERSION_MISMATCH
            return [
                *updated(request, named)[:2],
                (2, firmware.FirmwareTransferred(**named, transfer=transfer)),
            ]
        if request.kind is RequestKind.UPDATE and nth == 2 and first:
            warning = WarningList.OTHER_REQUEST_IN_PROGRESS
            return [(1, firmware.FirmwareUpdateWarned(**named, warning=warning))]
        if request.kind is RequestKind.ACTIVATE and nth == 3 and first:
            return activated(request, named, fails=True)
        return all_confirm(request, named)

    loose = replace(
        PLAN,
        gate=replace(RULE, success_at_least=0.5, errors_above=0.5, settled_at_least=1.0),
        policy=replace(POLICY, on_failure={F.OTHER_REQUEST_IN_PROGRESS: OnFailure(after_days=3)}),
    )
    run = Run((loose,), ToyField(60, behaviour))
    run.until(S.FINISHED)
    total = run.total(C)
    assert (total.confirmed, total.failed, total.members) == (54, 6, 60)
    updates: dict[int, list[FieldRequest]] = {}
    for request in run.field.requests:
        if request.kind is RequestKind.UPDATE:
            updates.setdefault(int(request.premises_id[1:], 16), []).append(request)
    for nth, asked in updates.items():
        assert len(asked) == (2 if nth % 10 in (2, 3) else 1), nth
        if nth % 10 == 2:
            assert asked[1].asked_at - asked[0].asked_at >= 3 * DAY


def test_an_execution_that_was_kept_before_causes_were_known_is_read_as_it_was():
    held = Execution(C, 1, 2, E.FAILED, MIDNIGHT, MIDNIGHT, "0000000B", MIDNIGHT)
    older = msgspec.msgpack.encode(astuple(held)[:8])
    assert msgspec.msgpack.decode(older, type=Execution) == held
    premises = hub_with(enrolled(), executions={C: held})
    hub = premises.devices[HUB]
    unknown = [ending.cause for ending in endings(hub, held, state=E.FAILED)]
    assert unknown == [None, None]
    three = with_policy(replace(POLICY, attempts_max=3))
    assert kinds(premises, days=1, order=three) == ["11.1/3"], "tried again, as it was"
    found = quarantine_of(premises, hub, after=2, days=30)
    assert found is not None, "counted, as it was"
