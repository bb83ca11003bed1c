"""A TWIN_HOME on disk without a run: a lake of a few records, and tables that a worker has left."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

import rocksdict

from streams.archive import open_lake
from tests.lake.lake_records import NOON, append, logged
from twin.events.envelope import Event, encode, new_event
from twin.events.lifecycle import CommsHubInstalled
from twin.events.registry import PremisesFact
from twin.lake.rows import Logged
from twin.state.entry import Entry, Record, encode_entry
from twin.state.replay import replay
from twin.vocabulary import HubVariant

HOUSES = [f"P{n:016x}" for n in range(6)]
PARTITIONS = 2


def installed(version: str, *, capable: bool = False) -> CommsHubInstalled:
    """A hub that came with a version."""
    return CommsHubInstalled(
        device_id="00-1D-24-00-00-00-00-01",
        model="1062-0A0B0C0D",
        hub_variant=HubVariant.SINGLE_BAND,
        firmware_version=version,
        pairing_capable=capable,
    )


def told(premises: str, sequence: int, fact: PremisesFact, minute: int) -> Event:
    """What the supplier tells of a premises."""
    return new_event(
        fact=fact,
        source=f"urn:gb:supplier:{premises}",
        sequence=sequence,
        key=premises,
        occurred_at=NOON + timedelta(minutes=minute),
    )


def house_of(premises: str) -> int:
    """The partition of a house here."""
    return HOUSES.index(premises) % PARTITIONS


def log_of(events: Iterable[Event]) -> list[Logged]:
    """Records of events, each at the next offset of the partition of its house."""
    ends = [0] * PARTITIONS
    records = []
    for event in events:
        part = house_of(event.key)
        key = event.key.encode()
        records.append(logged(encode(event), key=key, offset=ends[part], partition=part))
        ends[part] += 1
    return sorted(records, key=lambda record: (record.partition, record.offset))


def entries_of(records: Sequence[Logged]) -> dict[tuple[int, str], Entry]:
    """What the workers keep after these records."""
    return replay(Record(r.key, r.value, r.epoch, r.partition, r.offset) for r in records)


def keep(home: Path, entries: dict[tuple[int, str], Entry], *, worker: str = "w1") -> None:
    """Write entries as a worker's tables."""
    for partition in {partition for partition, _ in entries}:
        path = home / "worker" / worker / "v1" / "tables" / f"premises-{partition}.db"
        path.parent.mkdir(parents=True, exist_ok=True)
        database = rocksdict.Rdict(str(path), options=rocksdict.Options(raw_mode=True))
        database[b"__faust\0offset__"] = b"7"
        for (part, name), entry in entries.items():
            if part == partition:
                database[name.encode()] = encode_entry(entry)
        database.close()


def archive(home: Path, records: Sequence[Logged]) -> None:
    """Commit records to the lake of a home."""
    append(open_lake(home), records)
