"""Records for the lake's tests: small, readable, each at a place of one's choice."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twin.events.envelope import Event, encode, new_event
from twin.events.pins import PrivacyPinCleared
from twin.lake.rows import Logged, to_table
from twin.lake.slices import Slice
from twin.lake.table import Lake, spans_of

TOPIC = "premises.events"
PREMISES = "P0123456789abcdef"
ESME = "00-1D-24-00-00-00-00-02"
NOON = datetime(2017, 7, 1, 12, tzinfo=UTC)
LOGGED = datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)


def cleared(sequence: int, premises: str = PREMISES) -> Event:
    """A small fact with a number of its source."""
    return new_event(
        fact=PrivacyPinCleared(),
        source=f"urn:gb:esme:{ESME}",
        sequence=sequence,
        key=premises,
        occurred_at=NOON + timedelta(minutes=sequence),
    )


def logged(
    value: bytes | None,
    *,
    offset: int,
    key: bytes | None = PREMISES.encode(),
    partition: int = 0,
    epoch: int = 0,
    topic: str = TOPIC,
) -> Logged:
    """A record as the log holds it."""
    return Logged(topic, epoch, partition, offset, key, value, LOGGED)


def run_of(
    first: int, end: int, *, partition: int = 0, epoch: int = 0, premises: str = PREMISES
) -> list[Logged]:
    """Good records at the offsets from `first` up to and without `end`."""
    return [
        logged(
            encode(cleared(offset + 1, premises)),
            key=premises.encode(),
            offset=offset,
            partition=partition,
            epoch=epoch,
        )
        for offset in range(first, end)
    ]


def append(lake: Lake, records: Iterable[Logged]) -> None:
    """Commit records as the archiver does."""
    rows = list(records)
    spans = spans_of((Slice(r.topic, r.epoch, r.partition), r.offset) for r in rows)
    lake.append(to_table(rows), spans)


def append_told(lake: Lake, told: Iterable[tuple[str, Event]]) -> None:
    """Commit events of topics, each in the next place of its topic's partition."""
    offsets: dict[str, int] = {}
    records = []
    for topic, event in told:
        offset = offsets[topic] = offsets.get(topic, -1) + 1
        records.append(logged(encode(event), offset=offset, key=event.key.encode(), topic=topic))
    append(lake, records)


def commits(path: Path) -> list[Path]:
    """The commit files of a lake in order."""
    return sorted((path / "_delta_log").glob("*.json"))
