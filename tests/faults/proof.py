"""What must be true of a finished run, whatever happened on its way."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from streams import topics
from streams.archive import open_lake
from tests.faults.schedule import Schedule

SAME = ("as_at", "premises", "capable", "bands", "pairing", "pins", "campaigns")
"""Parts of the summary that are a function of the seed alone."""


@dataclass(frozen=True)
class Outcome:
    """A finished run: its summary, and its distinct events by name as the lake has them."""

    summary: dict[str, Any]
    events: dict[str, int]
    doubles: int

    @property
    def digest(self) -> str:
        """The fleet's digest by the live tables."""
        return str(self.summary["digests"]["live"])

    @property
    def once(self) -> int:
        """Records that were produced, each event once."""
        records = self.summary["records"]
        return int(records["produced"] - records["duplicate"])


def outcome_of(summary: dict[str, Any], home: Path) -> Outcome:
    """The outcome of a run that has ended with a summary."""
    files = [str(path) for path in open_lake(home).files()]
    by_event = """
        SELECT event, count(DISTINCT (source, "sequence")) FROM read_parquet($files)
        WHERE topic = $topic AND event IS NOT NULL GROUP BY event ORDER BY event
    """
    doubles = """
        SELECT count(*) - count(DISTINCT (topic, epoch, "partition", "offset"))
        FROM read_parquet($files)
    """
    with duckdb.connect() as lake:
        arguments = {"files": files, "topic": topics.PREMISES_EVENTS}
        events = dict(lake.execute(by_event, arguments).fetchall())
        ((twice,),) = lake.execute(doubles, {"files": files}).fetchall()
    return Outcome(summary, events, twice)


def require_same(found: Outcome, reference: Outcome, schedule: Schedule) -> None:
    """A disturbed run came to the very end of the undisturbed one."""
    why = str(schedule)
    digests, records = found.summary["digests"], found.summary["records"]
    assert digests["live"] == digests["replay"] == digests["lake"], why
    assert digests["live_seen"] == digests["replay_seen"] == digests["lake_seen"], why
    ended = sum(records[name] for name in ("applied", "duplicate", "held", "dead"))
    assert records["produced"] == ended == records["archived"], why
    assert found.doubles == 0, f"{found.doubles} records are twice in the lake; {why}"
    assert found.events == reference.events, why
    assert found.once == reference.once == sum(reference.events.values()), why
    assert found.digest == reference.digest, why
    for name in SAME:
        assert found.summary[name] == reference.summary[name], f"{name} differs; {why}"
