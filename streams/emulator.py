"""The emulated field on the log: one tick after the other, in lockstep with the twin.

The journal on `clock.ticks` makes it resumable: what the field did is a function of its seed and
of the requests that had reached it at each tick, so after a crash it is made again from there. A
tick that was not closed is sent again whole; the twin knows the records that came twice.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Literal, Protocol

from kafka import KafkaProducer
from msgspec import Struct

from streams import clock, log, topics
from streams.lockstep import RequestReader, SettledReader
from streams.partitioner import partition_of
from twin.events.envelope import Event, encode, headers
from twin.events.requests import FieldRequest


class Field(Protocol):
    """What the emulator needs of a field: events up to a moment, given requests."""

    def advance(self, *, until: datetime, requests: Sequence[FieldRequest]) -> list[Event]:
        """Events after the last moment, up to and with `until`."""


class Schedule(Struct, frozen=True, kw_only=True):
    """The run's ticks: `starts` to `ends`, each `length` long, the last one cut at `ends`."""

    starts: datetime
    ends: datetime
    length: timedelta

    def moments(self) -> Iterator[tuple[int, datetime]]:
        """Number and end of each tick, from 0."""
        tick, now = 0, self.starts
        while now < self.ends:
            now = min(now + self.length, self.ends)
            yield tick, now
            tick += 1


class Emulator:
    """Drives a field along a schedule, from wherever the journal stands."""

    def __init__(
        self,
        field: Field,
        *,
        schedule: Schedule,
        bootstrap: str,
        security: Mapping[str, object],
        pace: float = 0.0,
    ) -> None:
        """`pace` is the most ticks a second, 0 for as fast as the twin settles them."""
        self._field = field
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
        with closing(producer), closing(requests), closing(settled):
            return self._run(producer, requests, settled)

    def _run(self, producer: KafkaProducer, requests: RequestReader, settled: SettledReader) -> int:
        journal = self._journal()
        closed, tick = 0, -1
        for tick, now in self._schedule.moments():
            basis = journal.get((tick, "opened"))
            if (tick, "closed") in journal and basis is not None:
                self._field.advance(until=now, requests=requests.upto(basis))
                continue
            started = time.monotonic()
            settled.wait_for(tick - 1)
            if basis is None:
                basis = requests.ends()
                _mark(producer, clock.Tick(tick=tick, phase="opened", now=now, basis=basis))
            _send(producer, self._field.advance(until=now, requests=requests.upto(basis)))
            ends = requests.ends(topics.PREMISES_EVENTS)
            final = now >= self._schedule.ends
            _mark(
                producer,
                clock.Tick(tick=tick, phase="closed", now=now, basis=ends, final=final),
            )
            closed += 1
            if self._pace > 0:
                time.sleep(max(0.0, 1 / self._pace - (time.monotonic() - started)))
        settled.wait_for(tick)
        return closed

    def _journal(self) -> dict[tuple[int, Literal["opened", "closed"]], dict[int, int]]:
        """The bases that were written so far, by tick and phase."""
        found = log.read_topic(self._bootstrap, topics.CLOCK_TICKS, security=self._security)
        ticks = (clock.decode_tick(record.value) for record in found)
        return {(tick.tick, tick.phase): tick.basis for tick in ticks}


def _mark(producer: KafkaProducer, tick: clock.Tick) -> None:
    """Write a tick to the journal and await its acknowledgement."""
    producer.send(topics.CLOCK_TICKS, key=b"clock", value=clock.encode(tick), partition=0).get(
        timeout=60
    )


def _send(producer: KafkaProducer, events: Iterable[Event]) -> None:
    """Send a tick's events and await every acknowledgement."""
    futures = []
    for event in events:
        key = event.key.encode()
        futures.append(
            producer.send(
                topics.PREMISES_EVENTS,
                key=key,
                value=encode(event),
                partition=partition_of(key),
                headers=headers(event),
            )
        )
    producer.flush()
    for future in futures:
        future.get(timeout=60)
