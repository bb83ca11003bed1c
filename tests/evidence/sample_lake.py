"""A small lake with the sample history of the marts' tests, and a basis of all it holds."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.marts import sample
from twin.events.envelope import Event, encode
from twin.lake.basis import Basis, basis_of
from twin.lake.rows import Logged, to_table
from twin.lake.slices import Slice
from twin.lake.table import Lake, spans_of

PREMISES = 120


def lake_of(home: Path, records: Sequence[Logged]) -> Lake:
    """A lake under a TWIN_HOME that holds the records."""
    lake = Lake(home / "lake" / "events")
    if records:
        places = ((Slice(one.topic, one.epoch, one.partition), one.offset) for one in records)
        lake.append(to_table(records), spans_of(places))
    return lake


def all_of(lake: Lake) -> Basis:
    """The basis of everything that a lake holds."""
    return basis_of(
        lake.positions(),
        starts={},
        code_version="0.1.0",
        reference="shipped",
        resolved="all there is",
    )


def logged(events: Iterable[Event], topic: str = "premises.events") -> list[Logged]:
    """Events as records of one partition."""
    return [
        Logged(topic, 0, 0, n, event.key.encode(), encode(event), sample.PUBLISHED_AT)
        for n, event in enumerate(events)
    ]
