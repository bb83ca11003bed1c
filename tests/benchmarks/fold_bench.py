"""The fold in plain Python, in memory, one process: whole records, then decoded events alone."""

import time
from collections.abc import Sequence
from random import Random
from typing import Final

from msgspec.structs import replace

from tests.benchmarks.corpus import Corpus
from tests.benchmarks.measure import Measure
from tests.state.histories import numbered
from tests.state.random_facts import FAMILIES, SOURCES, fact_of
from twin.events.codec import decode_premises
from twin.events.envelope import Event
from twin.state.counts import outcomes
from twin.state.entry import Entry, Record, encode_entry, new_entry
from twin.state.legality import breach_of
from twin.state.ordering import ordered
from twin.state.replay import replay

AT_LEAST: Final = 100_000
"""Decoded events a second that the fold takes in, in plain Python."""
ROUNDS: Final = 3
SEED: Final = 2017
EVENTS_A_PREMISES: Final = 30
_NOWHERE: Final = Record(None, None, 0, 0, 0)
"""Coordinates matter only to records that wait, and none waits here."""


def fold(made: Corpus) -> list[Measure]:
    """Records with decoding; decoded events of the field; decoded events of every type."""
    records = made.logged()
    began, worked = time.perf_counter(), time.process_time()
    entries = replay(records)
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    applied = outcomes(entries.values()).applied
    if applied != len(records):
        raise RuntimeError(f"of {len(records)} records only {applied} were applied")
    whole = Measure(
        name="plain Python fold (replay), in memory",
        ours=f"{len(records) / seconds:,.0f} events/s",
        figures={"events": len(records), "per_cpu_second": round(len(records) / worked)},
    )
    return [
        whole,
        _decoded("decoded events of the field, folded", _events(made)),
        _decoded("decoded events of every type, folded", _every_type(len(records))),
    ]


def _events(made: Corpus) -> list[Event]:
    found = [decode_premises(key=sent.key, value=sent.value) for sent in made.records]
    return [event for event in found if isinstance(event, Event)]


def _every_type(count: int) -> list[Event]:
    """Random legal facts of all types in equal shares, so that rare ones weigh as much as any."""
    rng = Random(SEED)
    types = [cls for family in FAMILIES.values() for cls in family]
    events: list[Event] = []
    while len(events) < count:
        said = (
            (rng.choice(SOURCES), minute, fact_of(rng.choice(types), rng.choice))
            for minute in range(EVENTS_A_PREMISES)
        )
        told = [
            event for event in numbered(said) if breach_of(event=event, fact=event.fact) is None
        ]
        premises = f"P{len(events):016x}"
        counts: dict[str, int] = {}
        for event in told:
            counts[event.source] = counts.get(event.source, 0) + 1
            events.append(replace(event, key=premises, sequence=counts[event.source]))
    return events[:count]


def _decoded(name: str, events: Sequence[Event]) -> Measure:
    """The best of some rounds, each from empty entries; state bytes are those of the table.

    Rated by processor second: nothing here waits, and the wall clock would rate the neighbours.
    """
    rates = []
    for _ in range(ROUNDS):
        entries: dict[str, Entry] = {}
        began, worked = time.perf_counter(), time.process_time()
        for event in events:
            entry = entries.get(event.key) or new_entry(event.key)
            entries[event.key], _verdict = ordered(entry, event, _NOWHERE)
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        rates.append((len(events) / worked, len(events) / seconds))
        if outcomes(entries.values()).applied != len(events):
            raise RuntimeError(f"{name}: not every event was applied")
    rate, wall = max(rates)
    state = sum(len(encode_entry(entry)) for entry in entries.values()) / len(entries)
    return Measure(
        name=name,
        ours=f"{rate:,.0f} events a processor second, {state:,.0f} bytes a premises",
        against=f"{AT_LEAST:,}",
        ratio=rate / AT_LEAST,
        holds=rate >= AT_LEAST,
        figures={
            "events": len(events),
            "premises": len(entries),
            "per_second": round(wall),
            "state_bytes": round(state),
        },
    )
