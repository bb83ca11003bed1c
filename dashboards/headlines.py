"""Headlines and lines of provenance: sentences computed from data, never written by hand."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import polars as pl

from dashboards import words
from dashboards.queries import Meta

LATE: Final = timedelta(minutes=5)
STALE: Final = timedelta(minutes=60)
LAG_TOLERATED: Final = 10_000
"""Records that a stage may have before it: about a second's work of one worker."""
WHY: Final = {
    "evidence": "too little evidence yet",
    "errors_above": "errors above the limit",
    "success_reached": "success threshold reached",
    "success_missed": "success threshold missed",
    "soak": "soak not over",
    "releasing": "release not complete",
    "in_flight": "devices in flight",
}
"""What a gate's reason says to a reader."""
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


def provenance(meta: Meta) -> str:
    """As at, basis, scenario and kind of data, in one line."""
    as_at = f"As at {words.moment(meta.as_at)}" if meta.as_at else "No event yet"
    records = words.things(meta.records, "record")
    partitions = words.things(meta.partitions, "partition")
    seed = f", seed {meta.seed}" if meta.seed is not None else ""
    parts = (
        as_at,
        f"basis {meta.set_id}: {records} in {partitions}",
        f"scenario {meta.scenario}{seed}",
        f"code {meta.code_version}",
        "simulated data" if meta.simulated else "observed data",
    )
    return " · ".join(parts)


def progress(latest: dict[str, Any] | None) -> str:
    """The finding of the progress page, from the newest day's counts."""
    if latest is None or not latest["installed_premises"]:
        return "No premises has a hub and an electricity meter yet"
    capable, installed = latest["capable_premises"], latest["installed_premises"]
    of = f"{words.prose(capable)} of {words.prose(installed)} installed premises can pair locally"
    part = f"{of} ({words.share(capable, installed)})"
    planned = latest["planned_premises"]
    if planned is None:
        return part
    return f"{part}, {words.against_plan(capable, planned)}"


def incidents(
    *, fresh: Freshness, waves: pl.DataFrame, lag: int, letters: int, unreadable: int
) -> list[str]:
    """Everything that wants somebody's attention, gravest first; empty when nothing does."""
    found = [] if fresh.level == "fresh" else [fresh.text[0].lower() + fresh.text[1:]]
    held = waves.filter(pl.col("campaign_state") == "HELD")
    for campaign in held["campaign_id"].unique().sort():
        found.append(f"campaign {campaign} is held{_why_held(held, campaign)}")
    if letters:
        wait = "waits" if letters == 1 else "wait"
        found.append(f"{words.things(letters, 'refused record')} {wait} for an operator")
    if unreadable:
        found.append(f"{words.things(unreadable, 'record')} of the log cannot be read")
    if lag > LAG_TOLERATED:
        found.append(f"a stage lies {words.things(lag, 'record')} behind the log")
    return found


def _why_held(waves: pl.DataFrame, campaign: str) -> str:
    rejected = waves.filter(
        (pl.col("campaign_id") == campaign)
        & ((pl.col("decision") == "REJECT") | (pl.col("wave_state") == "FAILED"))
    ).unique(["wave"], maintain_order=True)
    if rejected.is_empty():
        return ""
    row = rejected.sort("wave").row(-1, named=True)
    return f" at wave {row['wave']} ({_why(row['why'] or row['wave_state'])})"


def operations(found: list[str]) -> str:
    """The incident sentence of the live page."""
    if not found:
        return "Nothing wants attention: events flow, no campaign is held, no record is refused"
    text = words.listed(found)
    return text[0].upper() + text[1:]


def gate(row: dict[str, Any]) -> str:
    """A wave's gate in words: its state, and the last word with its counts."""
    state = words.sentence(row["wave_state"])
    if row["decision"] is None:
        return state
    said = f"{words.sentence(row['decision'])} ({_why(row['why'])})"
    confirmed, settled = words.count(row["gate_confirmed"]), words.count(row["gate_settled"])
    counts = f"{confirmed} of {settled} settled confirmed"
    return f"{state}: {said}, {counts}" if row["gate_settled"] else f"{state}: {said}"


def _why(word: str) -> str:
    return WHY.get(word, words.sentence(word))
