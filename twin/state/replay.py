"""Replay: the state of any set of premises from their records, by the same `step` as live."""

from collections.abc import Iterable

from twin.state.entry import Entry, Record, entry_name, new_entry
from twin.state.step import step


def replay(records: Iterable[Record]) -> dict[tuple[int, str], Entry]:
    """Entries by (partition, name) after all records, each partition in order of offset."""
    entries: dict[tuple[int, str], Entry] = {}
    for record in records:
        name = entry_name(record.key)
        place = (record.partition, name)
        entry, _ = step(entries.get(place) or new_entry(name), record)
        entries[place] = entry
    return entries
