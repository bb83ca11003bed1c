"""Facts of the campaigns, read from their records: a forecast folds them as the campaigns do."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import duckdb

from twin.events.codec import decode
from twin.events.envelope import Event

Place: TypeAlias = tuple[int, int, int]
"""Epoch, partition and offset of a record of `campaign.events`."""

_QUERY = """
    SELECT epoch, "partition", "offset", key, value
    FROM read_parquet($files)
    WHERE topic = 'campaign.events' AND refusal IS NULL
"""


def read_campaign_facts(
    cursor: duckdb.DuckDBPyConnection, named: Mapping[str, Sequence[str]]
) -> dict[Place, Event]:
    """The facts in lake files (`files`) by their places; what cannot be read is a refusal there."""
    found = {}
    for epoch, partition, offset, key, value in cursor.execute(_QUERY, dict(named)).fetchall():
        event = decode(key=key.encode(), value=value)
        if isinstance(event, Event):
            found[epoch, partition, offset] = event
    return found


def by_campaign(facts: Mapping[Place, Event]) -> dict[str, tuple[Event, ...]]:
    """The facts of each campaign in the order of the log, each once (D3)."""
    seen: set[str] = set()
    found: dict[str, list[Event]] = {}
    for event in _in_order(facts):
        if event.id not in seen:
            seen.add(event.id)
            found.setdefault(event.key, []).append(event)
    return {name: tuple(events) for name, events in sorted(found.items())}


def _in_order(facts: Mapping[Place, Event]) -> Iterable[Event]:
    return (facts[place] for place in sorted(facts))
