"""Taking stock of a history whose writers have stopped: three ways to its state, one summary."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import duckdb

from infra.run.looking_back import LookingBack
from infra.run.summary import Summary, Way, summarise, way_of
from infra.run.tables import live, replayed
from streams import topics
from streams.archive import open_lake
from streams.epochs import Epochs
from streams.watch import Watch
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.lake import read
from twin.lake.table import Lake
from twin.processes import spread

FACTS = tuple(topic for topic in topics.ARCHIVED if topic != topics.DEAD_LETTERS)
"""Topics that carry facts, as against letters about records."""
SIDE_BY_SIDE: Final = 20_000
"""Records from which on the two folds have a process each: fewer take no longer than its start."""
Fold: TypeAlias = Callable[[], Way]


def take_stock(
    home: Path, *, bootstrap: str, security: Mapping[str, object], epochs: Epochs, watch: Watch
) -> Summary:
    """The summary; call it when no worker and no archiver runs on this folder."""
    health = watch.look()
    lake = open_lake(home)
    campaigns = watch.memory.campaigns
    board = watch.memory.board
    folds = (partial(_log, bootstrap, epochs, security), partial(_lake, home))
    of_log, of_lake = folded(folds, records=health.produced)
    return summarise(
        live=live(home),
        replay=of_log,
        lake=of_lake,
        produced=health.produced,
        archived=_rows(lake),
        by_event=_by_event(lake, *FACTS),
        campaigns=campaigns,
        counts={name: board.of(name) for name in campaigns},
        decisions=_decisions(lake),
        as_at=health.now or watch.memory.closed.now,  # type: ignore[union-attr]
        seconds={},
    )


def folded(folds: Sequence[Fold], *, records: int) -> tuple[Way, ...]:
    """What each fold of so many records comes to; of many, side by side."""
    if records < SIDE_BY_SIDE:
        return tuple(fold() for fold in folds)
    return tuple(spread(_called, folds))


def _called(fold: Fold) -> Way:
    return fold()


def _log(bootstrap: str, epochs: Epochs, security: Mapping[str, object]) -> Way:
    return way_of(replayed(bootstrap, epochs=epochs, security=security))


def _lake(home: Path) -> Way:
    return way_of(LookingBack(home).stock(open_lake(home), now=datetime.now(UTC)))


def _decisions(lake: Lake) -> tuple[Event, ...]:
    """The facts of the campaigns in the lake, in the order of their log."""
    found = read.records(lake.files(), topic=topics.CAMPAIGN_EVENTS)
    events = (decode(key=record.key, value=record.value) for record in found)
    return tuple(event for event in events if isinstance(event, Event))


def _rows(lake: Lake) -> int:
    """Rows of `premises.events` in the lake, counted in its files."""
    return sum(_by_event(lake, topics.PREMISES_EVENTS).values())


def _by_event(lake: Lake, *wanted: str) -> dict[str, int]:
    """Rows of some topics by event name; what could not be read stands under its cause."""
    files = [str(path) for path in lake.files()]
    if not files:
        return {}
    query = """
        SELECT coalesce(event, 'refused: ' || refusal) AS event, count(*) AS rows
        FROM read_parquet($files) WHERE list_contains($topics, topic) GROUP BY ALL ORDER BY ALL
    """
    with duckdb.connect() as connection:
        found = connection.cursor().execute(query, {"files": files, "topics": list(wanted)})
        return dict(sorted(Counter(dict(found.fetchall())).items()))
