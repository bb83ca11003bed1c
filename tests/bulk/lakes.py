"""Small lakes in a file, in the order of the log or sorted as compaction sorts them."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq

from twin.events.envelope import Event, encode, new_event
from twin.lake.data_files import WRITING
from twin.lake.rows import Logged, to_table
from twin.state.entry import Entry, Record
from twin.state.replay import replay

LOGGED_AT = datetime(2026, 1, 1, tzinfo=UTC)
SORTED = [("key", "ascending"), ("device_id", "ascending"), ("sequence", "ascending")]


def told_of(event: Event, premises: str) -> Event:
    """The same fact of another premises."""
    return new_event(
        fact=event.fact,
        source=event.source,
        sequence=event.sequence,
        key=premises,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
    )


def logged(values: Iterable[tuple[str, Event | bytes | None]]) -> list[Logged]:
    """A partition's log of (premises, event or bytes), in this order."""
    return [
        Logged(
            "premises.events",
            0,
            3,
            offset,
            premises.encode(),
            encode(told_of(value, premises)) if isinstance(value, Event) else value,
            LOGGED_AT,
        )
        for offset, (premises, value) in enumerate(values)
    ]


def entries(log: Sequence[Logged]) -> list[Entry]:
    """What the readable replay makes of a log."""
    return list(
        replay(Record(r.key, r.value, r.epoch, r.partition, r.offset) for r in log).values()
    )


def write(table: pa.Table, file: Path, *, by_device: bool, group_rows: int = 1_000_000) -> Path:
    """A Parquet file of a table, as it stands or sorted by premises, device and sequence.

    A sorted one is packed as the lake's are, the other as Arrow likes, so that both are read.
    """
    rows = table.sort_by(SORTED) if by_device else table
    how = {name: of for name, of in WRITING.items() if by_device and name != "column_encoding"}
    pq.write_table(rows, file, row_group_size=group_rows, **how)
    return file


@contextmanager
def file_of(
    log: Sequence[Logged], *, by_device: bool = False, group_rows: int = 1_000_000
) -> Iterator[Path]:
    """A file of a log, for as long as it is looked at."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "log.parquet"
        yield write(to_table(log), file, by_device=by_device, group_rows=group_rows)
