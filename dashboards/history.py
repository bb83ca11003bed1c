"""One premises from the lake: its records in log order, what became of each, and its state then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

import polars as pl
from msgspec import Struct
from msgspec.structs import asdict

from dashboards import codes, words
from twin.events.codec import Unreadable, decode_premises
from twin.events.envelope import Event
from twin.events.lifecycle import CommsHubInstalled
from twin.events.registry import Resolution, family, short_name
from twin.lake.lookup import LakeUnreadable as LakeUnreadable
from twin.lake.read import logged_records
from twin.state.entry import Entry, Record, entry_name, new_entry
from twin.state.evolve import evolve
from twin.state.premises import Premises
from twin.state.step import step
from twin.state.verdicts import Applied, Duplicate, Held, Redelivered, Refused, Verdict

_COLUMNS: Final[dict[str, pl.DataType | type[pl.DataType]]] = {
    "occurred_at": pl.Datetime("us", "UTC"),
    "recorded_at": pl.Datetime("us", "UTC"),
    "logged_at": pl.Datetime("us", "UTC"),
    "event": pl.String,
    "what": pl.String,
    "family": pl.String,
    "device": pl.String,
    "detail": pl.String,
    "became": pl.String,
    "origin": pl.String,
    "source": pl.String,
    "sequence": pl.Int64,
    "event_id": pl.String,
    "epoch": pl.Int32,
    "partition": pl.Int32,
    "offset": pl.Int64,
}
ORIGINS: Final = {
    "simulated": "simulated",
    "message": "real message, not verified",
    "twin": "the twin",
}
"""Where a fact comes from, by the provenance of its record."""
_UNTOLD: Final = frozenset({"request_id", "attempt_id", "device_id", "device_type"})
"""Fields that have a column of their own, or help no reader of the table."""

_NAMED: Final = {"message_code": codes.message, "alert_code": codes.alert}
"""Fields whose codes have names."""


@dataclass(frozen=True, slots=True)
class History:
    """Everything the log says of one premises.

    `table` has one row a record; `events` are the facts that count, in the order in which the
    state took them; `entry` is the premises as the twin stands today.
    """

    entry: Entry
    events: tuple[Event, ...]
    table: pl.DataFrame

    @property
    def days(self) -> tuple[date, date] | None:
        """First and last day on which something happened, None where nothing did."""
        found = [event.occurred_at.date() for event in self.events]
        return (min(found), max(found)) if found else None

    def as_it_was(self, on: date) -> Premises:
        """The premises at the end of a day (UTC), by what is known today."""
        ends = datetime.combine(on, time.max, tzinfo=UTC)
        premises = Premises(self.entry.premises.premises_id)
        for event in self.events:
            if event.occurred_at <= ends and not isinstance(event.fact, Resolution):
                premises = evolve(premises, event, event.fact)  # type: ignore[arg-type]
        return premises


def read_history(files: Sequence[Path], *, premises_id: str) -> History | None:
    """The history of a premises, or None where the lake holds no record of it.

    Raises:
        LakeUnreadable: a lake file is missing or broken.
    """
    rows = _rows(files, premises_id)
    if not rows:
        return None
    entry = new_entry(entry_name(premises_id.encode()))
    events: list[Event] = []
    told: list[dict[str, Any]] = []
    for record, logged_at in rows:
        entry, verdict = step(entry, record)
        if isinstance(verdict, Applied):
            events.extend(verdict.events)
        told.append(_told(record, logged_at, verdict))
    return History(entry, tuple(events), pl.DataFrame(told, schema=_COLUMNS))


def _rows(files: Sequence[Path], premises_id: str) -> list[tuple[Record, datetime]]:
    """Records of a premises with the log's time, in the order of their epochs."""
    found = logged_records(files, key=premises_id)
    return sorted(found, key=lambda one: (one[0].epoch, one[0].partition, one[0].offset))


def _told(record: Record, logged_at: datetime, verdict: Verdict) -> dict[str, Any]:
    """A row of the table; the record's own bytes are never shown (D32)."""
    row: dict[str, Any] = {
        "logged_at": logged_at,
        "became": _became(verdict),
        "epoch": record.epoch,
        "partition": record.partition,
        "offset": record.offset,
        "what": "Refused record",
        "family": "refused",
    }
    event = decode_premises(key=record.key, value=record.value)
    if isinstance(event, Unreadable):
        return {**row, "detail": event.why}
    name = short_name(event.fact.TYPE)
    return {
        **row,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "event": name,
        "what": words.capital(words.sentence(name.partition(".")[2])).replace("Pin ", "PIN "),
        "family": family(event.fact.TYPE),
        "device": _device(event),
        "detail": _detail(event),
        "origin": ORIGINS[event.provenance],
        "source": event.source,
        "sequence": event.sequence,
        "event_id": event.id,
    }


def _became(verdict: Verdict) -> str:
    match verdict:
        case Applied():
            return "applied"
        case Duplicate():
            return "sent twice"
        case Redelivered():
            return "delivered twice"
        case Held(behind="gap"):
            return "waits for an earlier one"
        case Held():
            return "queues behind a refused one"
        case Refused():
            return "refused"


def _device(event: Event) -> str:
    """Type of the device that the fact is about, if any; a hub's installation names none."""
    if isinstance(event.fact, CommsHubInstalled):
        return "CHF"
    return str(getattr(event.fact, "device_type", ""))


def _detail(event: Event) -> str:
    fields = asdict(event.fact)
    told = [
        f"{words.sentence(name)} {_NAMED[name](value) if name in _NAMED else _value(value)}"
        for name, value in fields.items()
        if name not in _UNTOLD and value is not None
    ]
    return ", ".join(told)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, Struct):
        told = (f"{words.sentence(name)} {_value(one)}" for name, one in asdict(value).items())
        return f"{type(value).__name__} ({', '.join(told)})"
    if isinstance(value, tuple):
        return words.listed([_value(one) for one in value]) or "none"
    return words.sentence(value) if isinstance(value, str) and "_" in value else str(value)
