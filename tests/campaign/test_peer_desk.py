"""The desk dies at any step while a campaign starts, releases and aborts; and who asks first."""

import asyncio
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from streams import topics
from streams.desk import Desk, decode_order
from tests.campaign.campaign_samples import PLAN, C, S, command
from tests.streams.paper_log import PaperLog
from tests.streams.test_streams_desk import (
    METERS,
    PARTITIONS,
    Stage,
    facts_of,
    orders_of,
    remembered,
    settled_of,
)
from twin.campaign.plan import Plan

TICKS = 7
FIRST = replace(PLAN, approval_required=False, priority=1)
SECOND = replace(FIRST, campaign_id=METERS, title="the other", priority=-1)


class AbortedStage(Stage):
    """Two campaigns that start and release; the first is aborted on the last tick but two."""

    plans: tuple[Plan, ...] = (SECOND, FIRST)

    def _new_desk(self) -> Desk:
        return Desk(
            self.log,  # type: ignore[arg-type]
            plans=self.plans,
            read=self.log.read,
            last=self.log.last,
            partitions=PARTITIONS,
        )

    async def run(self) -> None:
        for partition in range(PARTITIONS):
            await self._stand(partition, offset=0)
        for tick in range(TICKS):
            await self._close(tick)
            if tick == TICKS - 3:
                asked = msgspec.json.encode(command("abort"))
                await self._survive(lambda: self.desk.take_command(asked))  # noqa: B023


def played(*, dies_at: int | None = None, plans: Any = AbortedStage.plans) -> PaperLog:
    stage = AbortedStage(dies_at=dies_at)
    stage.plans = plans
    stage.desk = stage._new_desk()
    asyncio.run(stage.run())
    return stage.log


UNDISTURBED = played()


def test_the_script_starts_releases_and_aborts() -> None:
    """Else the deaths below would prove nothing of these states."""
    facts = b"\n".join(facts_of(UNDISTURBED))
    for name in ("campaign-started", "wave-released", "abort-ordered", "campaign-aborted"):
        assert f"programme.{name}.v1".encode() in facts
    modes = {
        order.mode
        for sent in UNDISTURBED.topics[topics.PREMISES_ORDERS]
        for order in decode_order(sent.value).campaigns
        if order.plan.campaign_id == C
    }
    assert modes >= {"enrol", "release", "recall"}
    assert remembered(UNDISTURBED).campaigns[C].state is S.ABORTED
    assert remembered(UNDISTURBED).campaigns[METERS].state is S.RUNNING


@pytest.mark.peer_fault("PF-ours-18", "PF-ours-19", "PF-ours-20", "PF-hawkbit-51")
@pytest.mark.parametrize("dies_at", range(UNDISTURBED.steps))
def test_a_desk_that_dies_at_any_step_aborts_what_it_would_have_aborted(dies_at: int) -> None:
    log = played(dies_at=dies_at)
    assert facts_of(log) == facts_of(UNDISTURBED)
    assert orders_of(log) == orders_of(UNDISTURBED)
    assert settled_of(log) == settled_of(UNDISTURBED)


@pytest.mark.peer_fault("PF-goosebit-03")
@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [(1, -1, [C, METERS]), (-1, 1, [METERS, C]), (0, 0, [C, METERS])],
    ids=["first", "second", "by_name"],
)
def test_the_priority_says_who_asks_first_whoever_came_first(
    first: int, second: int, wanted: list[str]
) -> None:
    plans = (replace(FIRST, priority=first), replace(SECOND, priority=second))
    for handed_in in (plans, plans[::-1]):
        log = played(plans=handed_in)
        for sent in log.topics[topics.PREMISES_ORDERS]:
            campaigns = [order.plan.campaign_id for order in decode_order(sent.value).campaigns]
            assert campaigns in ([], wanted)
        assert campaigns == wanted
