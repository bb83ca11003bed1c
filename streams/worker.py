"""A worker: the Faust app with its agents. The whole wiring stands on this one screen."""

import asyncio
import logging
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sized
from functools import partial, wraps
from typing import Any, TypeAlias, cast

import faust
import uvloop
from faust.streams import Stream
from faust.types import TP, EventT

from streams import log, topics
from streams.app import make_app
from streams.consumer import POSITIONS, Consumer
from streams.desk import Desk, decode_order
from streams.epochs import NEVER_LOST, Epochs
from streams.intake import Intake
from streams.keeper import CapableVersion, Keeper
from streams.laggard import Laggard
from streams.memory import DecisionsLost
from streams.overhearing import ProductsReader
from streams.settings import Settings
from streams.stored import PREMISES_TABLE
from streams.tables import DEVICES_TABLE, WriteBack, keep_furthest, make_table
from streams.view import position_of
from twin.campaign.plan import Plan
from twin.state.entry import Record

BATCH = 4000
"""Records taken together at most."""
MOMENT = 0.004
"""Seconds without a new record after which a batch is worked on."""
WAITS = 40
"""Such moments at most, before a batch is worked on although more records come."""
CLOCK_PLACE = TP(topics.CLOCK_TICKS, 0)
Taking: TypeAlias = Callable[[dict[int, list[Record]]], Awaitable[None]]
FOLLOWED = (
    topics.PREMISES_EVENTS,
    topics.PREMISES_ORDERS,
    topics.CLOCK_TICKS,
    topics.CAMPAIGN_TALLIES,
    topics.CAMPAIGN_COMMANDS,
    topics.DCC_MESSAGES,
    topics.DEVICE_REGISTER,
)
"""What the agents take; nothing may be lost on its way to them."""


def build(
    *,
    settings: Settings,
    broker: str,
    plans: Iterable[Plan],
    capable_version: CapableVersion,
    epochs: Epochs = NEVER_LOST,
    table: str = PREMISES_TABLE,
) -> faust.App:
    """The app with its agents, ready for `run`; its states stand in the table of this name."""
    uvloop.install()  # before the app exists: it keeps the event loop that it finds
    app = make_app(settings, broker=broker)
    states = make_table(app, table)
    keep_furthest(states, position=position_of)
    store = WriteBack(app, states)
    keeper = Keeper(app, store, epoch=epochs.newest, capable_version=capable_version)
    states.on_recover(keeper.recovered)
    setattr(app, POSITIONS, keeper.positions)
    read = partial(log.read_topic, broker, security=settings.client_security)
    last = partial(log.last_records, broker, security=settings.client_security)
    desk = Desk(
        app,
        plans=plans,
        read=read,
        last=last,
        removed=ProductsReader(broker, settings.client_security).upto,
        capable_version=capable_version,
        epochs=epochs,
    )
    devices = WriteBack(app, make_table(app, DEVICES_TABLE))
    intake = Intake(app, devices, capable_version=capable_version, roles=settings.parties)
    laggard = Laggard()

    agents = {
        topics.PREMISES_EVENTS: _folding(app, keeper, laggard, epochs=epochs),
        topics.PREMISES_ORDERS: _carrying_out(keeper),
        topics.CLOCK_TICKS: _taking(desk, topics.CLOCK_TICKS),
        topics.CAMPAIGN_TALLIES: _taking(desk, topics.CAMPAIGN_TALLIES),
        topics.CAMPAIGN_COMMANDS: _answering(desk),
        topics.DCC_MESSAGES: _taking_in(intake.take_messages, epochs=epochs),
        topics.DEVICE_REGISTER: _taking_in(intake.take_rows, epochs=epochs),
    }
    for topic, agent in agents.items():
        source = app.topic(topic, key_serializer="raw", value_serializer="raw")
        app.agent(source, name=f"{topic}-agent")(or_die(agent))
    app.timer(1.0, name="desk-timer")(or_die(_going_on(app, desk)))
    app.timer(1.0, name="laggard-timer")(or_die(_following(app, keeper, laggard)))
    forget = _forgetting(keeper, desk, intake, laggard)
    app.on_partitions_revoked.connect(forget, weak=False)
    app.on_partitions_assigned.connect(forget, weak=False)
    return app


def _consumer(app: faust.App) -> Consumer:
    return cast(Consumer, app.consumer)


def _folding(app: faust.App, keeper: Keeper, laggard: Laggard, *, epochs: Epochs) -> Any:
    async def premises_agent(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            holes = await keeper.fold(by_partition(events, epochs=epochs))
            found = {TP(topics.PREMISES_EVENTS, p): at for p, at in holes.items()}
            _consumer(app).go_back(laggard.holes(now=time.monotonic(), found=found))

    return premises_agent


def _following(app: faust.App, keeper: Keeper, laggard: Laggard) -> Any:
    async def laggard_timer() -> None:
        consumer = _consumer(app)
        places = [tp for tp in consumer.assignment() if tp.topic in FOLLOWED]
        positions = await keeper.positions(places)
        if not positions or app.rebalancing:
            return  # tables are not whole, and what comes next is sought anyway
        # Only a partition of premises has a state that says how far it is.
        stands = consumer.acknowledged(places) | positions
        ends = {tp: consumer.highwater(tp) or 0 for tp in places}
        consumer.go_back(laggard.behind(now=time.monotonic(), stands=stands, ends=ends))

    return laggard_timer


def _carrying_out(keeper: Keeper) -> Any:
    async def orders_agent(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            # An order is only given when the one before it is carried out: the last one counts.
            messages = (event.message for event in events)
            await keeper.carry_out({m.partition: decode_order(m.value or b"") for m in messages})

    return orders_agent


def _taking(desk: Desk, topic: str) -> Any:
    async def desk_agent(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await desk.take(topic, [(event.message.key, event.message.value) for event in events])

    return desk_agent


def _answering(desk: Desk) -> Any:
    async def commands_agent(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            for event in events:
                await desk.take_command(event.message.value or b"")

    return commands_agent


def _going_on(app: faust.App, desk: Desk) -> Any:
    async def desk_timer() -> None:
        if CLOCK_PLACE in app.consumer.assignment() and not app.rebalancing:
            await desk.go_on()

    return desk_timer


def _taking_in(take: Taking, *, epochs: Epochs) -> Any:
    async def intake_agent(stream: Stream[bytes]) -> None:
        async for events in batches(stream):
            await take(by_partition(events, epochs=epochs))

    return intake_agent


def _forgetting(keeper: Keeper, desk: Desk, intake: Intake, laggard: Laggard) -> Any:
    async def forget(_: faust.App, places: set[TP], **__: object) -> None:
        laggard.forget()
        await intake.forget({tp.partition for tp in places if tp.topic == topics.DCC_MESSAGES})
        await keeper.forget({tp.partition for tp in places if tp.topic == topics.PREMISES_EVENTS})
        if CLOCK_PLACE in places:
            await desk.forget()

    return forget


async def batches(stream: Stream[bytes]) -> AsyncIterator[list[EventT[bytes]]]:
    """What has come, as it comes: small batches while it is quiet, large ones under load.

    The next records are gathered while a batch is worked on. A batch is acknowledged when the
    next one is asked for; if the work on it fails or is cancelled it is not, and comes again.
    """
    gathered: list[EventT[bytes]] = []
    come, taken = asyncio.Event(), asyncio.Event()

    async def gather() -> None:
        async for event in stream.noack().events():
            gathered.append(event)
            come.set()
            while len(gathered) >= BATCH:
                taken.clear()
                await taken.wait()

    gathering = asyncio.ensure_future(gather())
    gathering.add_done_callback(lambda _: come.set())
    try:
        while gathered or not gathering.done():
            await come.wait()
            await _flow_ends(gathered)
            come.clear()
            batch = gathered.copy()
            gathered.clear()
            taken.set()
            if batch:
                yield batch
                for done in batch:
                    await stream.ack(done)
        await gathering
    finally:
        gathering.cancel()


async def _flow_ends(gathered: Sized) -> None:
    """Return when no more records come for a moment, or enough are there, or it took long."""
    for _ in range(WAITS):
        before = len(gathered)
        await asyncio.sleep(MOMENT)
        if len(gathered) == before or len(gathered) >= BATCH:
            break


def or_die(work: Any) -> Any:
    """The same work, but an exception ends the process at once, with nothing more committed.

    Faust would start the agent again behind the records that it failed on. The supervisor starts
    the worker again, and these records are delivered again.
    """

    @wraps(work)
    async def guarded(*arguments: Any) -> None:
        try:
            await work(*arguments)
        except DecisionsLost as lost:
            logging.getLogger(__name__).critical("the worker ends: %s", lost)
            logging.shutdown()
            os._exit(1)
        except Exception:
            logging.getLogger(__name__).exception("%s failed", work.__qualname__)
            logging.shutdown()
            os._exit(1)

    return guarded


def by_partition(events: Iterable[EventT[bytes]], *, epochs: Epochs) -> dict[int, list[Record]]:
    """Records of a batch by partition, each partition in order of offset."""
    found: dict[int, list[Record]] = {}
    for event in events:
        message = event.message
        epoch = epochs.of(message.topic, message.partition, message.offset)
        record = Record(message.key, message.value, epoch, message.partition, message.offset)
        found.setdefault(message.partition, []).append(record)
    return found


def run(app: faust.App) -> None:
    """Run the worker until a signal; its log goes to standard error, level info.

    At level warn Faust's terminal spinner would put the root logger on DEBUG and cost a third
    of the speed.
    """
    sys.argv = ["fleet-twin"]
    worker = faust.Worker(app, loglevel="INFO", redirect_stdouts=False, override_logging=True)
    worker.execute_from_commandline()
