"""The target of a campaign leaves the Central Products List while it runs: HELD, reason `cpl`."""

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from streams import clock, topics, withdrawing
from streams.desk import Desk
from streams.overhearing import Removed, removal_in
from tests.campaign.campaign_field import NEW, OLD, ToyField, all_confirm
from tests.campaign.campaign_samples import BAD_MODEL, DAY, MODEL, OTHER, PLAN, C, S, command, wave
from tests.campaign.campaign_toy import Run
from tests.replay.replay_toy import (
    HUBS,
    LoggedField,
    WorkerRun,
    campaign_events,
    campaign_records,
    mixed,
    pair_of,
    premises_records,
    ticks_of,
    toy_model,
)
from tests.streams.test_streams_desk import METERS, PARTITIONS, START, Stage, facts_of, remembered
from tests.streams.test_streams_desk import STRATUM as DESK_STRATUM
from twin.campaign.product import Product
from twin.campaign.withdrawals import withdrawn_targets
from twin.events.envelope import encode, new_event
from twin.events.oversight import PROGRAMME_ID, CplEntryRemoved
from twin.events.programme import CampaignFinished, CampaignHeld, CampaignResumed, TargetWithdrawn
from twin.ingest.catalogue import shipped_catalogue
from twin.replay.recorded import Recorded, recorded
from twin.state.entry import Record
from twin.vocabulary import DeviceType, HoldReason

GONE = Product(MODEL, NEW)
SLOW = replace(PLAN, waves=(wave("canary", 0.2), wave("rest", 0.8, release_days=12)))


def in_the_middle(plan: Any = SLOW, size: int = 120, **field: Any) -> Run:
    run = Run((plan,), ToyField(size, all_confirm, **field))
    while run.campaigns.get(C) is None or run.campaigns[C].waves[1].upto < 0.2:
        run.go_on()
    return run


@pytest.mark.peer_fault("PF-ours-25", "PF-goosebit-01")
def test_a_target_that_leaves_the_list_holds_until_an_operator_resumes():
    run = in_the_middle()
    asked = run.field.asked["11.1"]
    run.withdrawn = (GONE,)
    run.go_on()
    assert run.campaigns[C].state is S.HELD
    assert run.campaigns[C].holds == (HoldReason.CPL,)
    (said,) = run.of(TargetWithdrawn)
    total = run.total(C)
    assert (said.model, said.firmware_version) == GONE
    assert said.waiting == total.members - total.settled > 0
    run.go_on(9)
    assert run.field.asked["11.1"] == asked, "nothing new"
    assert run.total(C).confirmed == asked, "what was in flight finished"
    run.told("resume", C, reason=HoldReason.CPL)
    assert run.of(CampaignResumed)[-1].overridden == (HoldReason.CPL,)
    run.until(S.FINISHED)
    assert len(run.of(CampaignHeld)) == 1, "what an operator overrode does not hold again"
    assert run.of(CampaignFinished)[0].outcome == "COMPLETE"


@pytest.mark.peer_fault("PF-ours-25")
def test_it_holds_for_the_models_that_still_wait_and_for_no_other():
    run = in_the_middle(model=lambda n: BAD_MODEL if n % 6 == 0 else MODEL)
    run.withdrawn = (Product("1234-000000EE", NEW),)
    run.go_on()
    assert run.campaigns[C].state is S.RUNNING, "no member is of that model"
    run.told("exclude", C, model=BAD_MODEL)
    run.withdrawn = (Product(BAD_MODEL, NEW),)
    run.go_on()
    assert run.campaigns[C].state is S.RUNNING, "the operator took that model out"
    run.withdrawn = (Product(BAD_MODEL, NEW), GONE)
    run.go_on()
    assert run.campaigns[C].holds == (HoldReason.CPL,)
    over = in_the_middle()
    over.until(S.FINISHED)
    over.withdrawn = (GONE,)
    over.go_on()
    assert over.campaigns[C].state is S.FINISHED
    assert over.of(TargetWithdrawn) == []


@pytest.mark.peer_fault("PF-ours-25")
def test_a_second_target_that_goes_while_it_is_held_is_told_and_held_for_again():
    run = in_the_middle(model=lambda n: BAD_MODEL if n % 6 == 0 else MODEL)
    run.withdrawn = (GONE,)
    run.go_on()
    run.withdrawn = (Product(BAD_MODEL, NEW), GONE)
    run.go_on()
    assert [fact.model for fact in run.of(TargetWithdrawn)] == [MODEL, BAD_MODEL]
    run.told("resume", C)
    run.go_on(2)
    assert run.campaigns[C].state is S.RUNNING


@pytest.mark.peer_fault("PF-ours-25")
def test_only_the_removal_of_a_target_concerns_a_campaign():
    removed = [Product(MODEL, OLD), GONE, Product("1234-000000EE", NEW), GONE]
    capable = {MODEL: NEW}
    assert withdrawn_targets(removed, plan=PLAN, capable_version=capable.get) == (GONE,)
    back = replace(PLAN, rolls_back=OTHER, targets={MODEL: OLD})
    assert withdrawn_targets(removed, plan=back, capable_version=capable.get) == (
        Product(MODEL, OLD),
    ), "a way back brings what it names"


MODEL_HERE = DESK_STRATUM.split("|")[2]


def removal(at: Any, model: str = MODEL_HERE, nth: int = 1) -> bytes:
    fact = CplEntryRemoved(DeviceType.CHF, model, NEW)
    source = f"urn:gb:programme:{PROGRAMME_ID}"
    return encode(
        new_event(fact=fact, source=source, sequence=nth, key=PROGRAMME_ID, occurred_at=at)
    )


class ListedStage(Stage):
    """Two campaigns; the target is removed within the day of tick 6, and told before its end."""

    told_at = START + timedelta(days=5.5)

    def _new_desk(self) -> Desk:
        heard = removal_in(PROGRAMME_ID.encode(), removal(self.told_at))
        assert heard is not None
        return Desk(
            self.log,  # type: ignore[arg-type]
            plans=(
                replace(PLAN, approval_required=False),
                replace(PLAN, approval_required=False, campaign_id=METERS, after=C),
            ),
            read=self.log.read,
            last=self.log.last,
            partitions=PARTITIONS,
            removed=lambda end: (heard,) if end else (),
            capable_version=lambda _: NEW,
        )

    async def run(self) -> None:
        for partition in range(PARTITIONS):
            await self._stand(partition, offset=0)
        for tick in range(10):
            end = (tick + 1) * 10
            closed = clock.Tick(
                tick=tick,
                phase="closed",
                now=START + timedelta(days=tick),
                basis=dict.fromkeys(range(PARTITIONS), end),
                programme=1,
            )
            await self.tell(topics.CLOCK_TICKS, b"clock", clock.encode(closed))
            for partition in range(PARTITIONS):
                await self._report(partition, 0, offset=end)
            await self._answer(end)
            if tick == 7:
                asked = msgspec.json.encode(command("resume"))
                await self._survive(lambda: self.desk.take_command(asked))  # noqa: B023


def listed(dies_at: int | None = None) -> ListedStage:
    stage = ListedStage(dies_at=dies_at)
    asyncio.run(stage.run())
    return stage


LISTED = listed()


@pytest.mark.peer_fault("PF-ours-25", "PF-goosebit-01")
def test_the_desk_holds_on_the_first_tick_that_can_know():
    """The record is on the log from the first tick on; what counts is the time that it names."""
    campaign = remembered(LISTED.log).campaigns[C]
    assert campaign.withdrawn == (Product(MODEL_HERE, NEW),)
    assert campaign.state is S.RUNNING, "resumed"
    held = [v for v in facts_of(LISTED.log) if b"programme.campaign-held.v1" in v]
    assert len(held) == 1
    said = {"campaign_id": C, "reason": "cpl", "tick": 6, "in_flight": 0}
    assert msgspec.json.decode(held[0])["data"] == said


@pytest.mark.peer_fault("PF-ours-25")
@pytest.mark.parametrize("nth", range(0, LISTED.log.steps, 7))
def test_a_desk_that_dies_meanwhile_holds_for_the_same_on_the_same_tick(nth: int):
    assert facts_of(listed(dies_at=nth).log) == facts_of(LISTED.log)


def test_only_a_removal_is_heard_among_the_programmes_facts():
    at = START
    assert removal_in(PROGRAMME_ID.encode(), removal(at)) == Removed(at, Product(MODEL_HERE, NEW))
    assert removal_in(b"GB-SMART", b"{}") is None


@pytest.mark.peer_fault("PF-ours-25")
def test_a_newer_list_tells_what_it_has_no_more_and_tells_it_once():
    held = shipped_catalogue().entries
    model = shipped_catalogue().upgradable(DeviceType.ESME)[0]
    target = shipped_catalogue().capable_version(model)
    newer = [
        replace(e, status="Removed") if (e.model, e.firmware_version) == (model, target) else e
        for e in held
    ]
    gone = list(withdrawing.missing(held, newer))
    assert gone == [(DeviceType.ESME, Product(model, target))]
    assert list(withdrawing.missing(held, held)) == []
    (event,) = withdrawing.words(gone, [], now=START)
    heard = removal_in(event.key.encode(), encode(event))
    assert heard == Removed(START, Product(model, target))
    assert list(withdrawing.words(gone, [event], now=START)) == []
    (next_one,) = withdrawing.words([(DeviceType.ESME, GONE)], [event], now=START)
    assert (event.sequence, next_one.sequence) == (1, 2)


def withdrawn_run() -> tuple[Run, Recorded]:
    """A run whose targets leave the list on its twelfth day; an operator resumes three later."""
    run = WorkerRun((HUBS,), LoggedField(240, mixed, model=toy_model))
    run.go_on(12)
    told_at = run.now + DAY / 2
    run.withdrawn = (GONE,)
    for _ in range(50):
        run.go_on()
        if run.campaigns[C].state is S.HELD and run.tick % 3 == 0:
            if HoldReason.ERROR_GATE in run.campaigns[C].holds:
                run.told("exclude", C, model=BAD_MODEL)
            run.told("resume", C)
    value = removal(told_at, MODEL)
    found = recorded(
        premises=premises_records(run),
        campaigns=campaign_records(run),
        ticks=ticks_of(run),
        programme=[Record(PROGRAMME_ID.encode(), value, 0, 0, 0)],
    )
    return run, found


@pytest.mark.peer_fault("PF-ours-25")
def test_a_replay_holds_on_the_same_tick_byte_for_byte_and_a_slower_plan_is_held_too():
    run, found = withdrawn_run()
    assert run.of(CampaignHeld)[0].reason is HoldReason.CPL
    pair = pair_of(found, None)
    assert pair.fidelity.holds, pair.fidelity
    assert len(pair.then.events) == len(campaign_events(run))
    slower = replace(HUBS, waves=(wave("canary", 0.1), wave("others", 0.9, release_days=20)))
    other = pair_of(found, slower).other
    (first,) = [e for e in other.events if isinstance(e.fact, TargetWithdrawn)]
    assert first.occurred_at == next(at for at, f in run.log if isinstance(f, TargetWithdrawn))
    without = pair_of(replace(found, removals=()), None)
    assert not without.fidelity.holds, "a replay that does not know of it decides otherwise"
