"""Premises of a history by live table, by replay of the log, by the lake; and its campaigns."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import rocksdict

from streams import topics
from streams.archive import open_lake
from streams.epochs import Epochs
from streams.lines import lines, stores
from streams.log import read_topic
from streams.memory import Memory
from streams.stored import ORDERS_KEY
from twin.campaign.state import Campaign
from twin.lake import read
from twin.state.entry import Entry, Record, decode_entry
from twin.state.replay import replay

_FAUST_KEYS = b"__faust\0"


def live(home: Path) -> dict[tuple[int, str], Entry]:
    """Entries in the workers' tables on disk; call it only when no worker runs.

    A partition that several workers have had is taken from whoever has come furthest.
    """
    found: dict[tuple[int, str], Entry] = {}
    for partition, path in stores(home, lines(home).current):
        for entry in _stored(path):
            place = (partition, entry.premises.premises_id)
            held = found.get(place)
            if held is None or (entry.epoch, entry.offset) > (held.epoch, held.offset):
                found[place] = entry
    return found


def _stored(path: Path) -> Iterator[Entry]:
    options = rocksdict.Options(raw_mode=True)
    database = rocksdict.Rdict(
        str(path), options=options, access_type=rocksdict.AccessType.read_only()
    )
    try:
        for name, value in database.items():
            key = bytes(name)  # type: ignore[arg-type]
            if key != ORDERS_KEY and not key.startswith(_FAUST_KEYS):
                yield decode_entry(bytes(value))
    finally:
        database.close()


def replayed(
    bootstrap: str, *, epochs: Epochs, security: Mapping[str, object] | None = None
) -> dict[tuple[int, str], Entry]:
    """Entries by folding the log again from its beginning."""
    records = (
        Record(r.key, r.value, epochs.of(r.topic, r.partition, r.offset), r.partition, r.offset)
        for r in read_topic(bootstrap, topics.PREMISES_EVENTS, security=security)
    )
    return replay(records)


def archived(home: Path) -> dict[tuple[int, str], Entry]:
    """Entries by folding the lake."""
    return replay(archived_records(home))


def archived_campaigns(home: Path) -> dict[str, Campaign]:
    """Campaigns by folding the decisions that the lake has; none where there is no lake yet."""
    memory = Memory()
    if (home / "lake" / "events").is_dir():
        for record in read.records(open_lake(home).files(), topic=topics.CAMPAIGN_EVENTS):
            memory.note(topics.CAMPAIGN_EVENTS, record.key or b"", record.value or b"")
    return memory.campaigns


def archived_records(home: Path) -> Iterable[Record]:
    """Records of `premises.events` in the lake."""
    return read.records(open_lake(home).files())
