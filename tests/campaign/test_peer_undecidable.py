"""One campaign that cannot be decided is held, and blocks no other: nothing of the worker dies."""

import asyncio
from typing import Any

import pytest
from msgspec.structs import replace

from streams import topics
from tests.campaign.campaign_samples import MIDNIGHT, PLAN, C, S, command
from tests.campaign.spec import in_state
from tests.campaign.test_peer_desk import AbortedStage
from tests.replay.replay_toy import (
    HUBS,
    LoggedField,
    WorkerRun,
    mixed,
    pair_of,
    recorded_run,
    toy_model,
)
from tests.streams.test_streams_desk import (
    METERS,
    PARTITIONS,
    facts_of,
    remembered,
    settled_of,
)
from twin.campaign import guarded
from twin.campaign.commands import Standing
from twin.campaign.decide import decide_tick
from twin.campaign.state import Campaign, evolve
from twin.campaign.tallies import CampaignCounts
from twin.events.envelope import Event
from twin.events.programme import CampaignHeld, CommandAnswered, DecisionFailed, WaveReleased
from twin.vocabulary import CampaignState, HoldReason

FAILS_FROM = 5
TICKS = 10


def breaks(campaign: Campaign, **asked: Any) -> Any:
    """The decider with a bug that only one campaign meets, from some tick on."""
    if campaign.plan.campaign_id == C and asked["tick"] >= FAILS_FROM:
        raise KeyError("a bug")
    return decide_tick(campaign=campaign, **asked)


class BrokenStage(AbortedStage):
    """The same two campaigns for longer, and nobody aborts one."""

    async def run(self) -> None:
        for partition in range(PARTITIONS):
            await self._stand(partition, offset=0)
        for tick in range(TICKS):
            await self._close(tick, counted_at=0)


def played(dies_at: int | None = None) -> BrokenStage:
    stage = BrokenStage(dies_at=dies_at)
    asyncio.run(stage.run())
    return stage


def of_campaign(stage: BrokenStage, name: str) -> list[bytes]:
    return [
        sent.value for sent in stage.log.topics[topics.CAMPAIGN_EVENTS] if sent.key == name.encode()
    ]


@pytest.mark.peer_fault("PF-hawkbit-57")
def test_it_is_held_after_three_ticks_and_the_other_goes_on(monkeypatch: pytest.MonkeyPatch):
    undisturbed = played()
    monkeypatch.setattr(guarded, "decide_tick", breaks)
    stage = played()
    campaign = remembered(stage.log).campaigns[C]
    assert campaign.failures == guarded.FAILURES_MAX == 3
    journal = b"\n".join(of_campaign(stage, C))
    assert journal.count(b"programme.decision-failed.v1") == 3
    assert b'"error":"KeyError"' in journal
    assert b"a bug" not in journal, "the kind of the error, never its text"
    assert b'"reason":"internal_error"' in journal
    assert of_campaign(stage, METERS) == of_campaign(undisturbed, METERS), (
        "the other is decided as ever"
    )
    assert settled_of(stage.log) == settled_of(undisturbed.log) == list(range(TICKS)), (
        "and every tick is settled"
    )


@pytest.mark.peer_fault("PF-hawkbit-57")
@pytest.mark.parametrize("dies_at", range(60, 200, 12))
def test_a_desk_that_dies_meanwhile_counts_the_failures_once(
    dies_at: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(guarded, "decide_tick", breaks)
    assert facts_of(played(dies_at).log) == facts_of(played().log)


@pytest.mark.peer_fault("PF-hawkbit-57")
def test_a_fact_that_cannot_be_folded_holds_its_campaign_only(monkeypatch: pytest.MonkeyPatch):
    def unfoldable(campaign: Campaign, fact: Any, *, at: Any) -> Campaign:
        if isinstance(fact, WaveReleased) and fact.campaign_id == C:
            raise ZeroDivisionError
        return evolve(campaign, fact, at=at)

    monkeypatch.setattr(guarded, "evolve", unfoldable)
    stage = played()
    campaign = remembered(stage.log).campaigns[C]
    assert campaign.broken == "ZeroDivisionError"
    assert campaign.version == len(of_campaign(stage, C)), "its numbers go on"
    assert b'"reason":"internal_error"' in b"\n".join(of_campaign(stage, C))
    assert remembered(stage.log).campaigns[METERS].state is S.RUNNING


def decided(campaign: Campaign, tick: int, **changes: Any) -> tuple[Any, ...]:
    ask: dict[str, Any] = {"others": {}, "counts": CampaignCounts({}), "now": MIDNIGHT}
    return guarded.decided(campaign=campaign, tick=tick, failed="KeyError", **{**ask, **changes})


@pytest.mark.peer_fault("PF-hawkbit-57")
def test_failures_count_in_a_row_and_once_a_tick():
    campaign = in_state(S.RUNNING).campaign
    for tick, wanted in ((5, 1), (6, 2), (9, 1), (10, 2), (11, 3)):
        facts = decided(campaign, tick)
        assert facts[0] == DecisionFailed(C, "KeyError", wanted, tick)
        assert (len(facts) == 2) is (wanted == 3)
        for fact in facts:
            campaign = evolve(campaign, fact, at=MIDNIGHT)
        assert decided(campaign, tick) == (), "asked again on the same tick"
    assert campaign.state is S.HELD
    assert campaign.holds == (HoldReason.INTERNAL_ERROR,)
    assert decided(campaign, 12) == (), "held, it says no more"
    assert decided(campaign, 2) == (), "an older tick"


@pytest.mark.peer_fault("PF-hawkbit-57")
def test_where_nothing_can_be_held_the_journal_says_so_three_times():
    campaign = in_state(S.VALIDATING).campaign
    said = []
    for tick in range(5, 12):
        for fact in decided(campaign, tick):
            said.append(fact)
            campaign = evolve(campaign, fact, at=MIDNIGHT)
    assert [type(fact) for fact in said] == [DecisionFailed] * 3
    assert campaign.state is S.VALIDATING


@pytest.mark.peer_fault("PF-hawkbit-57")
def test_a_resumption_starts_to_count_anew_and_stands_once_the_cause_is_mended():
    spec = in_state(S.RUNNING)
    for tick in (5, 6, 7):
        spec.given(*decided(spec.campaign, tick))
    spec.command(command("resume", reason=HoldReason.INTERNAL_ERROR), tick=7)
    assert spec.campaign.state is S.RUNNING
    assert spec.campaign.failures == 0
    (fact,) = decided(spec.campaign, 8)
    assert fact == DecisionFailed(C, "KeyError", 1, 8)


@pytest.mark.peer_fault("PF-hawkbit-57")
def test_a_command_that_raises_is_refused_and_changes_nothing(monkeypatch: pytest.MonkeyPatch):
    def raises(**_: Any) -> Any:
        raise ValueError

    monkeypatch.setattr(guarded, "decide_command", raises)
    campaign = in_state(S.RUNNING).campaign
    standing = Standing({}, CampaignCounts({}), 2)
    (answer,) = guarded.answered(campaign=campaign, command=command("hold"), standing=standing)
    assert isinstance(answer, CommandAnswered)
    assert (answer.answer, answer.why) == ("REFUSED", "internal_error")
    assert answer.version == campaign.version + 1
    assert evolve(campaign, answer, at=MIDNIGHT).state is CampaignState.RUNNING


class BrokenRun(WorkerRun):
    """A toy run whose decider fails on some ticks."""

    broken = (12, 13, 14)

    def _decide(self, campaign_id: str) -> None:
        if self.tick not in self.broken:
            super()._decide(campaign_id)
            return
        facts = guarded.decided(
            campaign=self.campaigns[campaign_id],
            others={},
            counts=self.counts(campaign_id),
            tick=self.tick,
            now=self.now,
            failed="KeyError",
        )
        self._record(campaign_id, facts)


@pytest.mark.peer_fault("PF-hawkbit-57")
def test_a_replay_by_mended_code_fails_on_the_same_ticks_byte_for_byte():
    calm = replace(HUBS, gate=replace(PLAN.gate, errors_above=0.9, success_at_least=0.1))
    run = BrokenRun((calm,), LoggedField(120, mixed, model=toy_model))
    run.go_on(17)
    assert run.campaigns[C].holds == (HoldReason.INTERNAL_ERROR,)
    run.told("resume", C)
    run.go_on(50)
    assert [fact.reason for fact in run.of(CampaignHeld)] == [HoldReason.INTERNAL_ERROR]
    found = recorded_run(run)
    assert set(found.failures) == {(C, tick) for tick in BrokenRun.broken}
    pair = pair_of(found, None)
    assert pair.fidelity.holds, pair.fidelity
    other = pair_of(found, replace(calm, title="another plan")).other
    kinds = {type(event.fact) for event in other.events if isinstance(event, Event)}
    assert DecisionFailed not in kinds, "what broke belonged to the plan of that time"
