"""Devices that keep failing are left alone, by name, and an operator may let them out again."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from streams import letting_out
from tests.campaign.campaign_field import (
    BEGIN,
    NEW,
    Step,
    ToyField,
    activated,
    all_confirm,
    capable_version,
)
from tests.campaign.campaign_homes import HUB, RELEASING, enrolled, fresh, hub_with, in_state
from tests.campaign.campaign_samples import DAY, MIDNIGHT, OTHER, PLAN, POLICY, RULE, C, S
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_executions import asked, kinds
from twin.campaign.membership import Seat, placement
from twin.campaign.plan import Plan, plan_text, read_plan
from twin.campaign.preflight import preflight
from twin.events.attempts import QuarantineLifted
from twin.events.envelope import encode, new_event
from twin.events.firmware import DeviceExcluded
from twin.events.requests import FieldRequest, RequestKind
from twin.state.devices import Execution
from twin.state.digest import premises_digest
from twin.state.entry import Entry, Record
from twin.state.evolve import evolve
from twin.state.premises import Premises
from twin.state.quarantine import Quarantine, quarantine_of
from twin.state.step import step
from twin.state.verdicts import Applied, Duplicate
from twin.vocabulary import DeviceType, Exclusion, ExecutionState

E = ExecutionState
FAILED_AT = MIDNIGHT - 20 * DAY


def before(*ends: tuple[ExecutionState, int], premises: Premises | None = None) -> Premises:
    """A home whose hub had these campaigns before, a day apart, with so many attempts each."""
    premises = premises or fresh()
    executions = dict(premises.devices[HUB].executions)
    for nth, (state, attempt) in enumerate(ends):
        at = FAILED_AT - (len(ends) - 1 - nth) * DAY
        name = f"OLD-{nth}"
        executions[name] = Execution(name, 1, attempt, state, at, at, "0000000C", at)
    return hub_with(premises, executions=executions)


def found(premises: Premises, *, after: int = 3, days: int = 30) -> Quarantine | None:
    return quarantine_of(premises, premises.devices[HUB], after=after, days=days)


def lifted(premises: Premises, at: datetime) -> Premises:
    fact = QuarantineLifted(HUB, DeviceType.CHF, "dcc-operations")
    event = new_event(
        fact=fact, source="urn:gb:operator:x", sequence=1, key=premises.premises_id, occurred_at=at
    )
    return evolve(premises, event, fact)


def place_of(premises: Premises, plan: Plan = PLAN) -> Seat | Exclusion:
    return placement(
        plan=plan,
        premises=premises,
        device=premises.devices[HUB],
        capable_version=capable_version,
    )


@pytest.mark.peer_fault("PF-nerveshub-12")
def test_failures_are_counted_in_a_row_over_all_campaigns():
    three = before((E.FAILED, 1), (E.TIMED_OUT, 2))
    assert found(three) == Quarantine(3, FAILED_AT, FAILED_AT + 30 * DAY)
    assert found(before((E.FAILED, 2))) is None
    assert found(before((E.FAILED, 2)), after=2, days=5) == Quarantine(
        2, FAILED_AT, FAILED_AT + 5 * DAY
    )
    assert found(before((E.CONFIRMATION_TIMED_OUT, 3))) is not None
    assert found(before((E.FAILED, 5), (E.ACTIVATED, 1))) is None, "it came to its end since"
    assert found(before((E.FAILED, 2), (E.VERIFIED, 2))) is not None, "its first attempt failed"
    assert found(before((E.FAILED, 2), (E.VERIFIED, 1))) is None
    assert found(before((E.FAILED, 3), (E.CANCELLED, 1))) is not None, "a recall proves nothing"
    assert found(fresh()) is None


@pytest.mark.peer_fault("PF-nerveshub-12")
def test_a_plan_excludes_by_name_who_is_quarantined_when_it_starts():
    premises = before((E.FAILED, 3))
    assert place_of(premises) is Exclusion.QUARANTINED
    patient = replace(PLAN, policy=replace(POLICY, quarantine_after=4))
    assert isinstance(place_of(premises, patient), Seat)
    short = replace(PLAN, policy=replace(POLICY, quarantine_days=19))
    assert isinstance(place_of(premises, short), Seat), "it is over by then"
    assert place_of(premises, replace(short, policy=replace(POLICY, quarantine_days=21))) is (
        Exclusion.QUARANTINED
    )
    result = preflight(plan=PLAN, fleet=[premises], capable_version=capable_version)
    assert result.excluded == {Exclusion.QUARANTINED: 1}
    (word,) = asked(premises, order=replace(RELEASING, mode="enrol"))
    assert word == DeviceExcluded(HUB, DeviceType.CHF, C, Exclusion.QUARANTINED)


@pytest.mark.peer_fault("PF-nerveshub-12")
def test_an_operator_lets_a_device_out_and_its_failures_count_anew():
    premises = before((E.FAILED, 3))
    assert isinstance(place_of(lifted(premises, FAILED_AT + DAY)), Seat)
    assert place_of(lifted(premises, FAILED_AT - DAY)) is Exclusion.QUARANTINED, "it failed since"
    twice = lifted(lifted(premises, FAILED_AT + DAY), FAILED_AT - DAY)
    assert twice.lifted == lifted(premises, FAILED_AT + DAY).lifted, "in any order"


@pytest.mark.peer_fault("PF-nerveshub-12")
def test_the_operators_word_goes_through_the_log_and_counts_once():
    """Two words of operators have two numbers, and the same record twice is one."""
    entry = Entry(replace(before((E.FAILED, 3)), premises_id="P0000000000000000"))
    for offset, at in enumerate((FAILED_AT + DAY, FAILED_AT + 2 * DAY)):
        event = letting_out.word(entry.premises, HUB, actor="dcc-operations", now=at)
        record = Record(event.key.encode(), encode(event), 0, 0, offset)
        entry, verdict = step(entry, record)
        assert isinstance(verdict, Applied)
        assert step(entry, replace(record, offset=offset + 10))[1] == Duplicate(event)
    assert entry.premises.lifted[HUB].at == FAILED_AT + 2 * DAY
    assert isinstance(place_of(entry.premises), Seat)


@pytest.mark.peer_fault("PF-nerveshub-12")
def test_a_member_that_other_campaigns_quarantined_since_leaves_its_seat_by_name():
    premises = before((E.FAILED, 3), premises=enrolled())
    assert asked(premises) == (DeviceExcluded(HUB, DeviceType.CHF, C, Exclusion.QUARANTINED),)
    nobody = replace(RELEASING, upto=(0.0, 0.0))
    assert asked(premises, order=nobody) == (), "not before its turn comes"
    assert kinds(premises, days=10) == ["11.1/1"], "thirty days after the last failure"


@pytest.mark.peer_fault("PF-nerveshub-12")
def test_a_further_attempt_is_put_off_until_the_quarantine_ends():
    many = replace(RELEASING, plan=replace(PLAN, policy=replace(POLICY, attempts_max=9)))
    third = in_state(E.FAILED, attempt=3)
    assert kinds(in_state(E.FAILED, attempt=2), days=1, order=many) == ["11.1/3"]
    assert kinds(third, days=29, order=many) == []
    assert kinds(third, days=30, order=many) == ["11.1/4"]
    assert kinds(lifted(third, MIDNIGHT + DAY), days=2, order=many) == ["11.1/4"]


def test_a_premises_that_was_never_let_out_has_the_digest_it_always_had():
    premises = before((E.FAILED, 3))
    assert premises_digest(lifted(premises, MIDNIGHT)) != premises_digest(premises)
    assert premises_digest(lifted(premises, MIDNIGHT)) != premises_digest(
        lifted(premises, MIDNIGHT + DAY)
    )


def test_a_plan_that_leaves_the_quarantine_to_its_default_has_the_hash_it_always_had():
    assert "quarantine" not in plan_text(PLAN)
    assert "confirm" not in plan_text(PLAN)
    assert POLICY.quarantine_after == 3
    assert read_plan("[policy]\nquarantine_after = 0\nconfirm_days = 0\n")


@pytest.mark.peer_fault("PF-nerveshub-12")
def test_homes_that_keep_failing_are_asked_no_more_by_the_next_campaign():
    def hopeless(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
        fails = request.premises_id.endswith("7") and request.kind is RequestKind.ACTIVATE
        return activated(request, named, fails=True) if fails else all_confirm(request, named)

    loose = replace(
        PLAN,
        gate=replace(RULE, success_at_least=0.5, errors_above=0.5, settled_at_least=1.0),
        policy=replace(POLICY, attempts_max=3),
    )
    field = ToyField(60, hopeless)
    run = Run((loose,), field)
    run.until(S.FINISHED)
    assert run.total(C).failed == 4
    next_one = replace(
        loose, campaign_id=OTHER, starts_on=(run.now + DAY).date(), installed_before=BEGIN.date()
    )
    run.plans.append(next_one)
    run.go_on(4)
    excluded = run.counts(OTHER).excluded()
    assert excluded[Exclusion.QUARANTINED] == 4
    assert excluded[Exclusion.ALREADY_CAPABLE] == 56
    assert capable_version("1234-00000001") == NEW
    assert run.now - timedelta(days=60) < MIDNIGHT
