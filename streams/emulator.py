"""The emulated field on the log: one tick after the other, in lockstep with the twin.

The journal on `clock.ticks` makes it resumable: what the field did is a function of its seed and
of the requests that had reached it at each tick, so after a crash it is made again from there. A
tick that was not closed is sent again whole; the twin knows the records that came twice.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from typing import Literal

from kafka import KafkaProducer

from streams import clock, log, topics
from streams.clock import Schedule
from streams.lockstep import CampaignReader, RequestReader, SettledReader
from streams.partitioner import partition_of
from twin.campaign.commands import encode_command
from twin.events.envelope import Event, encode, headers
from twin.events.requests import FieldRequest
from twin.generate.actors import Actors


class Emulator:
    """Drives the actors along a schedule, from wherever the journal stands."""

    def __init__(
        self,
        actors: Actors,
        *,
        schedule: Schedule,
        bootstrap: str,
        security: Mapping[str, object],
        pace: float = 0.0,
    ) -> None:
        """`pace` is the most ticks a second, 0 for as fast as the twin settles them."""
        self._actors = actors
        self._schedule = schedule
        self._bootstrap = bootstrap
        self._security = security
        self._pace = pace

    def run(self) -> int:
        """Run to the end of the schedule; the number of ticks that this process closed."""
        producer = KafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            enable_idempotence=True,
            linger_ms=20,
            batch_size=256 * 1024,
            **self._security,
        )
        requests = RequestReader(self._bootstrap, self._security)
        settled = SettledReader(self._bootstrap, self._security)
        programme = CampaignReader(self._bootstrap, self._security)
        with closing(producer), closing(requests), closing(settled), closing(programme):
            return self._run(producer, requests, settled, programme)

    def _run(
        self,
        producer: KafkaProducer,
        requests: RequestReader,
        settled: SettledReader,
        programme: CampaignReader,
    ) -> int:
        journal = self._journal()
        closed, tick = 0, -1
        before = since = self._schedule.starts
        for tick, now in self._schedule.moments():
            basis = journal.get((tick, "opened"))
            if (tick, "closed") in journal and basis is not None:
                self._tell(now, requests.upto(basis))
            else:
                started = time.monotonic()
                settled.wait_for(tick - 1)
                if basis is None:
                    self._command(producer, programme, after=before, until=since)
                    opened = _opened(requests, tick=tick, now=now)
                    _mark(producer, opened)
                    basis = opened.basis
                self._emulate(producer, requests, tick=tick, now=now, basis=basis)
                closed += 1
                self._rest(started)
            before, since = since, now
        settled.wait_for(tick)
        return closed

    def _tell(
        self, now: datetime, requests: Sequence[FieldRequest]
    ) -> tuple[list[Event], list[Event]]:
        """What the fleet and the programme tell of a tick; in order, for both hold their time."""
        told = self._actors.field.advance(until=now, requests=requests)
        return told, self._actors.oversight.advance(until=now)

    def _command(
        self,
        producer: KafkaProducer,
        programme: CampaignReader,
        *,
        after: datetime,
        until: datetime,
    ) -> None:
        """Send what the operator commands now, while all is settled, and await the answers.

        Sent again after a crash, a command has its answer already (its id is the same).
        """
        commands = self._actors.operator.commands(
            after=after, until=until, campaigns=programme.campaigns()
        )
        for command in commands:
            producer.send(
                topics.CAMPAIGN_COMMANDS,
                key=command.campaign_id.encode(),
                value=encode_command(command),
                partition=0,
            ).get(timeout=60)
        programme.wait_for(commands)

    def _emulate(
        self,
        producer: KafkaProducer,
        requests: RequestReader,
        *,
        tick: int,
        now: datetime,
        basis: dict[int, int],
    ) -> None:
        """Send everything of a tick, then close it."""
        told, overseen = self._tell(now, requests.upto(basis))
        _send(producer, topics.PROGRAMME_EVENTS, overseen)
        _send(producer, topics.PREMISES_EVENTS, told)
        ends = requests.ends(topics.PREMISES_EVENTS)
        final = now >= self._schedule.ends
        (heard,) = requests.ends(topics.PROGRAMME_EVENTS).values()
        closed = clock.Tick(
            tick=tick, phase="closed", now=now, basis=ends, programme=heard, final=final
        )
        _mark(producer, closed)

    def _rest(self, started: float) -> None:
        if self._pace > 0:
            time.sleep(max(0.0, 1 / self._pace - (time.monotonic() - started)))

    def _journal(self) -> dict[tuple[int, Literal["opened", "closed"]], dict[int, int]]:
        """The bases that were written so far, by tick and phase."""
        found = log.read_topic(self._bootstrap, topics.CLOCK_TICKS, security=self._security)
        ticks = (clock.decode_tick(record.value) for record in found)
        return {(tick.tick, tick.phase): tick.basis for tick in ticks}


def _opened(requests: RequestReader, *, tick: int, now: datetime) -> clock.Tick:
    """The mark of a tick that begins now, when all before it is settled."""
    # A command that comes between the two has its answer there, or is still to get one.
    (commanded,) = requests.ends(topics.CAMPAIGN_COMMANDS).values()
    (decided,) = requests.ends(topics.CAMPAIGN_EVENTS).values()
    return clock.Tick(
        tick=tick,
        phase="opened",
        now=now,
        basis=requests.ends(),
        decided=decided,
        commanded=commanded,
    )


def _mark(producer: KafkaProducer, tick: clock.Tick) -> None:
    """Write a tick to the journal and await its acknowledgement."""
    producer.send(topics.CLOCK_TICKS, key=b"clock", value=clock.encode(tick), partition=0).get(
        timeout=60
    )


def _send(producer: KafkaProducer, topic: str, events: Iterable[Event]) -> None:
    """Send a tick's events to a topic and await every acknowledgement."""
    futures = []
    for event in events:
        key = event.key.encode()
        futures.append(
            producer.send(
                topic,
                key=key,
                value=encode(event),
                partition=partition_of(key) if topic == topics.PREMISES_EVENTS else 0,
                headers=headers(event),
            )
        )
    producer.flush()
    for future in futures:
        future.get(timeout=60)
