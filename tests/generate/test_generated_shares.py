"""Shares of a generated fleet: asked side by side, and only whom an order can concern."""

import os
import signal
from datetime import UTC, date, datetime, timedelta
from multiprocessing import Pipe

import pytest
from msgspec.structs import replace

from infra.run.generating import held_back
from infra.run.sharing import ShareLost, asked
from tests.generate.test_generated_history import PLAN
from twin.campaign.dated import Activation
from twin.campaign.executions import CampaignOrder, Mode, Order
from twin.campaign.plan import Plan, read_plan
from twin.events.envelope import Event
from twin.events.firmware import DeviceExcluded, FirmwareUpdateTimedOut
from twin.events.requests import FieldRequest, RequestKind
from twin.fleet.field import Field
from twin.fleet.numbers.assumptions import shipped
from twin.generate.keeping import Keeping
from twin.generate.told import Partition
from twin.ingest.catalogue import shipped_catalogue
from twin.lake.told import NotAsTold
from twin.vocabulary import DeviceType

STARTS = datetime(2017, 5, 20, tzinfo=UTC)


def test_share_that_is_gone_is_told_in_a_sentence() -> None:
    ours, theirs = Pipe()
    theirs.close()
    with pytest.raises(ShareLost, match="ended early"):
        asked([ours], "write", ())


def test_what_a_share_raises_is_raised_where_it_was_asked() -> None:
    lines = [Pipe(), Pipe()]
    lines[0][1].send((["a file"], None))
    lines[1][1].send((None, NotAsTold("record 3 would be refused")))
    with pytest.raises(NotAsTold, match="record 3"):
        asked([ours for ours, _ in lines], "write", ())


def test_interrupt_waits_for_the_end_of_what_it_meets() -> None:
    done = []

    def interrupted() -> None:
        with held_back():
            os.kill(os.getpid(), signal.SIGINT)
            done.append(1)

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert done == [1]


class Counting(Keeping):
    """Counts whom it asks."""

    asked = 0

    def _concerned(self, order: Order) -> list[str]:
        found = self._whom(order)
        self.asked += len(found)
        return found

    def _whom(self, order: Order) -> list[str]:
        return super()._concerned(order)


class Plain(Counting):
    """The oracle: every premises is asked on every tick."""

    def _whom(self, _: Order) -> list[str]:
        return sorted(self.premises)


def test_whom_an_order_can_concern_is_all_who_have_something_to_do() -> None:
    """A month in which a campaign enrols, another releases after a while, and facts come in."""
    meters = replace(
        read_plan(PLAN),
        campaign_id="LCP-METERS",
        device_type=DeviceType.ESME,
        activation=Activation(at=STARTS + timedelta(days=45)),
    )
    hubs = replace(read_plan(PLAN), installed_before=date(2017, 6, 20))
    field = Field(
        assumptions=shipped(),
        catalogue=shipped_catalogue(),
        premises=80,
        seed=5,
        starts=STARTS,
        ends=STARTS + timedelta(days=60),
    )
    capable_version = shipped_catalogue().capable_version
    quick, plain = (of(share=0, capable_version=capable_version) for of in (Counting, Plain))
    partition = Partition(0, epoch=0, stands=0)
    requests: list[FieldRequest] = []
    said = late = kinds = 0
    for tick in range(34):
        now = STARTS + timedelta(days=tick + 1)
        told = field.advance(until=now, requests=requests)
        order = Order(tick=tick, now=now, campaigns=_campaigns(tick, hubs, meters))
        rows = [partition.tell(told, at=now)]
        for keeping in (quick, plain):
            keeping.fold(rows, tick=tick)
            keeping.learn(order)
        requests, words = quick.carry_out(order)
        assert (requests, words) == plain.carry_out(order)
        rows = [partition.tell(words, at=now)]
        for keeping in (quick, plain):
            keeping.fold(rows, tick=tick)
        said += len(requests) + len(words)
        late += len(words) if tick > 10 else 0
        kinds |= sum(1 << place for place, kind in enumerate(LATE) if _any(kind, requests, words))
    assert said > 60
    assert late > 0
    assert kinds == 2 ** len(LATE) - 1, "what comes of waiting alone has not come"
    assert quick.asked < plain.asked // 2
    assert dict(quick.premises) == dict(plain.premises)


LATE = (RequestKind.READ, RequestKind.CANCEL, FirmwareUpdateTimedOut, DeviceExcluded)
"""What falls due without a fact of the field: a silence, a recall, a time-out, an exclusion."""


def _campaigns(tick: int, hubs: Plan, meters: Plan) -> tuple[CampaignOrder, CampaignOrder]:
    """Meters are released after ten ticks, lose two models later, and are called back at last."""
    mode: Mode = "enrol" if tick < 10 else "release" if tick < 28 else "recall"
    models = shipped_catalogue().upgradable(DeviceType.ESME)[:2]
    return (
        CampaignOrder(plan=hubs, mode="enrol" if tick < 4 else "release", upto=(1.0,)),
        CampaignOrder(
            plan=meters,
            mode=mode,
            upto=(min(1.0, 0.3 + tick / 60),),
            excluded_models=tuple(models) if tick > 20 else (),
        ),
    )


def _any(kind: object, requests: list[FieldRequest], words: list[Event]) -> bool:
    if isinstance(kind, type):
        return any(isinstance(event.fact, kind) for event in words)
    return any(request.kind is kind for request in requests)
