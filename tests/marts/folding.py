"""The same events by both ways: folded by the state, and built into marts."""

from collections.abc import Iterable, Sequence
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
    return marts_of_files(sample.write_lake(folder, logged(events), files=1))


def logged(events: Iterable[Event]) -> list[sample.Logged]:
    """The events on one partition, in this order."""
    return [
        sample.Logged("premises.events", 0, 0, n, e.key.encode(), encode(e), sample.PUBLISHED_AT)
        for n, e in enumerate(events)
    ]


def marts_of_files(files: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """The marts of lake files, by SQL."""
    builder = MartBuilder()
    builder.add_files(files)
    return builder.build(meta=META, health={})
