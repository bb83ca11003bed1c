"""The requests of a wave for somebody who sends them by another way than the twin."""

from collections import Counter
from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import ToyField, all_confirm
from tests.campaign.campaign_samples import PLAN, C, S
from tests.campaign.campaign_toy import Run
from twin.campaign.plan import Plan
from twin.campaign.wave_requests import wave_requests
from twin.campaign.windows import Window
from twin.events.requests import FieldRequest, RequestKind


def asked_of(run: Run, plan: Plan, wave: int) -> list[FieldRequest]:
    return [
        request
        for premises in run.field.premises.values()
        for request in wave_requests(plan=plan, wave=wave, premises=premises, now=run.now)
    ]


ASKED = (RequestKind.UPDATE, RequestKind.READ, RequestKind.ACTIVATE)
"""What a wave asks: to cancel is for an abort only."""


def test_a_wave_asks_each_member_for_image_activation_and_read() -> None:
    run = Run((PLAN,), ToyField(60, all_confirm), approver=False)
    run.go_on(3)
    members = [run.counts(C).of_wave(n).members for n in (1, 2)]
    for nth, count in enumerate(members, start=1):
        kinds = Counter(request.kind for request in asked_of(run, PLAN, nth))
        assert kinds == dict.fromkeys(ASKED, count)
    assert asked_of(run, PLAN, 3) == []


def test_what_the_twin_asks_has_the_same_ids() -> None:
    """So that answers to files that were sent by hand belong to the campaign's own requests."""
    run = Run((PLAN,), ToyField(60, all_confirm), approver=False)
    run.go_on(3)
    by_hand = {(r.device_id, r.kind): r.request_id for n in (1, 2) for r in asked_of(run, PLAN, n)}
    run.told("approve", C, plan_hash=run.campaigns[C].plan_hash)
    run.until(S.FINISHED)
    asked = [r for r in run.field.requests if r.kind is not RequestKind.READ]
    assert len(asked) == 120
    assert all(by_hand[r.device_id, r.kind] == r.request_id for r in asked)


def test_nothing_is_asked_of_those_that_are_confirmed() -> None:
    run = Run((PLAN,), ToyField(30, all_confirm))
    run.until(S.FINISHED)
    assert asked_of(run, PLAN, 1) == asked_of(run, PLAN, 2) == []


@pytest.mark.parametrize("kind", ASKED)
def test_what_disturbs_waits_for_the_window(kind: RequestKind) -> None:
    plan = replace(PLAN, windows=(Window(days=("wed",), opens="09:00", closes="17:00"),))
    run = Run((plan,), ToyField(9, all_confirm), approver=False)
    run.go_on(3)
    (at,) = {request.asked_at for request in asked_of(run, plan, 2) if request.kind is kind}
    if kind is RequestKind.READ:
        assert at == run.now
    else:
        assert (at.weekday(), at.hour) == (2, 8), "09:00 in British Summer Time"
        assert at - run.now < timedelta(days=7)
