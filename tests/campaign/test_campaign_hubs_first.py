"""A meter waits for the hub of its home while a campaign of hubs is not done with that."""

from datetime import timedelta
from importlib.resources import files
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from tests.campaign.campaign_field import ToyField, capable_version
from tests.campaign.campaign_samples import OTHER, PLAN, RULE, C, S, wave
from tests.campaign.campaign_toy import Run
from tests.campaign.test_campaign_recalls import slow
from twin.campaign.device_standing import DeviceStanding, standings_of
from twin.campaign.executions import Order
from twin.campaign.orders import order_at, under_way
from twin.campaign.plan import Plan, plan_text, read_plan
from twin.campaign.preflight import Count
from twin.events.requests import FieldRequest, RequestKind
from twin.vocabulary import DeviceType, ExecutionStanding

SIZE = 45
LOOSE = replace(RULE, errors_above=0.9, success_at_least=0.1)
HUBS = replace(PLAN, gate=LOOSE, waves=(wave("all", 1.0, release_days=6),))
METERS = replace(
    HUBS, campaign_id=OTHER, title="meters", device_type=DeviceType.ESME, hubs_first=True,
    waves=(wave("all", 1.0),),
)  # fmt: skip


def first_requests(run: Run) -> dict[str, dict[DeviceType, Any]]:
    """When hub and meter of each home were first asked."""
    found: dict[str, dict[DeviceType, Any]] = {}
    for one in run.field.requests:
        if one.kind is RequestKind.UPDATE:
            found.setdefault(one.premises_id, {}).setdefault(one.device_type, one.asked_at)
    return found


def waiting(run: Run) -> list[DeviceStanding]:
    beside = under_way(run.campaigns.values())
    return [
        one
        for premises in run.field.premises.values()
        for one in standings_of(
            campaign=run.campaigns[OTHER], premises=premises, steps={}, now=run.now,
            under_way=beside,
        )
        if one.waits_for == C
    ]  # fmt: skip


def half_way(meters: Plan = METERS, behaviour: Any = slow) -> Run:
    run = Run((meters, HUBS), ToyField(SIZE, behaviour))
    while C not in run.campaigns or run.campaigns[C].waves[0].upto < 0.5:
        run.go_on()
    run.go_on(2)
    return run


@pytest.mark.rule("BR04")
def test_each_meter_goes_when_the_hub_of_its_home_is_done_and_not_before():
    run = half_way()
    assert len(waiting(run)) == SIZE
    while len(waits := waiting(run)) == SIZE:
        run.go_on()
    assert 0 < len(waits) < SIZE, "those whose hub is confirmed have gone"
    assert {one.state for one in waits} == {ExecutionStanding.QUEUED}
    gone = [home for home, times in first_requests(run).items() if DeviceType.ESME in times]
    assert len(gone) + len(waits) == SIZE
    assert not {one.premises_id for one in waits} & set(gone)
    assert run.total(OTHER).awaiting >= len(waits), "who waits is counted as awaiting"
    run.until(S.FINISHED)
    asked = first_requests(run)
    assert len(asked) == SIZE
    gaps = [times[DeviceType.ESME] - times[DeviceType.CHF] for times in asked.values()]
    assert min(gaps) > timedelta(hours=36 + 30), "the hub had its image and was activated"
    assert run.total(OTHER).confirmed == run.total(C).confirmed == SIZE


def test_without_the_word_in_the_plan_no_meter_waits():
    run = half_way(replace(METERS, hubs_first=False))
    assert waiting(run) == []
    asked = first_requests(run)
    assert all(DeviceType.ESME in times for times in asked.values())


def test_a_hub_that_is_given_up_keeps_no_meter_waiting():
    def silent_hubs(request: FieldRequest, named: dict[str, Any]) -> list[Any]:
        return [] if request.device_type is DeviceType.CHF else slow(request, named)

    run = half_way(behaviour=silent_hubs)
    assert len(waiting(run)) == SIZE
    run.until(S.FINISHED, S.HELD, days=120)
    assert run.total(C).timed_out == SIZE
    assert run.total(OTHER).confirmed == SIZE


@pytest.mark.parametrize(("command", "left"), [("stop", 0), ("hold", SIZE)])
def test_a_campaign_of_hubs_that_is_stopped_lets_them_go_and_one_that_is_held_does_not(
    command: str, left: int
):
    run = half_way(behaviour=lambda request, named: [] if is_hub(request) else slow(request, named))
    run.told(command, C)
    run.go_on(2)
    assert len(waiting(run)) == run.total(OTHER).awaiting == left


def is_hub(request: FieldRequest) -> bool:
    return request.device_type is DeviceType.CHF


def test_a_campaign_of_hubs_that_has_not_started_keeps_nobody_waiting():
    """So that no campaign waits for one that waits for it."""
    run = Run((METERS, replace(HUBS, after=OTHER)), ToyField(SIZE, slow))
    run.until(S.FINISHED)
    assert run.total(OTHER).confirmed == run.total(C).confirmed == SIZE


def test_the_order_says_what_is_under_way_and_an_older_one_says_nothing():
    run = half_way()
    given = order_at(run.campaigns.values(), tick=run.tick, now=run.now)
    assert {one.plan.campaign_id: one.under_way for one in given.campaigns} == {
        C: True,
        OTHER: True,
    }
    sent = msgspec.to_builtins(given)
    for one in sent["campaigns"]:
        del one["under_way"]
    older = msgspec.convert(sent, Order)
    assert not any(one.under_way for one in older.campaigns)


def test_the_pre_flight_counts_whose_hub_is_still_under_way():
    run = half_way()
    beside = under_way(run.campaigns.values())
    count = Count(replace(METERS, campaign_id="LCP-LATER"), capable_version, under_way=beside)
    for _ in count.words(run.field.premises.values()):
        pass
    assert count.result().hubs_under_way == len(waiting(run)) > 0
    hubs = Count(replace(HUBS, campaign_id="LCP-LATER"), capable_version, under_way=beside)
    for _ in hubs.words(run.field.premises.values()):
        pass
    assert hubs.result().hubs_under_way == 0


def test_hubs_wait_for_no_hub():
    text = (files("twin.campaign") / "plans" / "lcp-hubs.toml").read_text(encoding="utf-8")
    said = text.replace('device_type = "CHF"', 'hubs_first = true\ndevice_type = "CHF"')
    (mistake,) = read_plan(said)
    assert mistake.sentence == "hubs wait for no hub: leave hubs_first out."
    assert said.splitlines()[mistake.line - 1] == "hubs_first = true"
    assert plan_text(METERS) != plan_text(replace(METERS, hubs_first=False))
    assert "hubs_first" not in plan_text(HUBS), "what a plan leaves out changes no hash"
