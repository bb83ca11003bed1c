"""The line of provenance: how fresh a set is and what its figures stand on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from dashboards import words
from dashboards.queries import Meta

LATE: Final = timedelta(minutes=5)
STALE: Final = timedelta(minutes=60)
LAG_TOLERATED: Final = 10_000
"""Records that a stage may have before it: about a second's work of one worker."""
Level = Literal["fresh", "late", "stale"]


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far the set lies behind the world, as a level and in words."""

    level: Level
    text: str


def freshness(meta: Meta, *, now: datetime, lag: int) -> Freshness:
    """Age of the newest event and of the set itself, whichever is worse, and the lag with it."""
    newest = min(meta.newest_logged_at or meta.published_at, meta.published_at)
    behind = now - newest
    level: Level = "fresh" if behind <= LATE else "late" if behind <= STALE else "stale"
    if level == "fresh" and lag > LAG_TOLERATED:
        return Freshness("late", f"Behind: {words.prose(lag)} records wait to be read")
    text = {
        "fresh": f"Fresh: newest event {words.age(behind)} ago",
        "late": f"Late: newest event {words.age(behind)} ago",
        "stale": f"Stale: newest event {words.age(behind)} ago",
    }
    return Freshness(level, text[level])


def provenance_line(meta: Meta, *, on: date | None = None) -> str:
    """As at, basis, scenario and kind of data, in one line; `on` is a day gone back to."""
    as_at = f"As at {words.moment(meta.as_at)}" if meta.as_at else "No event yet"
    records = words.exactly(meta.records, "record")
    partitions = words.things(meta.partitions, "partition")
    seed = f", seed {meta.seed}" if meta.seed is not None else ""
    then = (f"As it was on {words.day(on)}, by what is known now",) if on else ()
    parts = (
        *then,
        as_at,
        f"basis {meta.set_id}: {records} in {partitions}",
        f"scenario {meta.scenario}{seed}",
        f"code {meta.code_version}",
        "simulated data" if meta.simulated else "observed data",
    )
    return " · ".join(parts)
