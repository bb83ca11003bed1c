"""The same events by both ways: folded by the state, and built into marts."""

from pathlib import Path

import polars as pl

from tests.marts import sample
from twin.events.envelope import Event, encode
from twin.marts.build import MartBuilder
from twin.marts.meta import SetMeta
from twin.state.evolve import evolve
from twin.state.premises import Premises

META = SetMeta(set_id="a-set", code_version="0.1.0", published_at=sample.PUBLISHED_AT, premises=240)


def folded(events: list[Event]) -> dict[str, Premises]:
    state: dict[str, Premises] = {}
    for event in events:
        state[event.key] = evolve(state.get(event.key) or Premises(event.key), event, event.fact)  # type: ignore[arg-type]
    return state


def built(folder: Path, events: list[Event]) -> dict[str, pl.DataFrame]:
    records = [
        sample.Logged("premises.events", 0, 0, n, e.key.encode(), encode(e), sample.PUBLISHED_AT)
        for n, e in enumerate(events)
    ]
    builder = MartBuilder()
    builder.add_files(sample.write_lake(folder, records, files=1))
    return builder.build(meta=META, health={})
