"""Headlines and lines of provenance: sentences computed from data, never written by hand."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

import polars as pl

from dashboards import words
from dashboards.queries import Meta
from twin.forecast.coverage import Coverage

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
HOLDS: Final = {
    "operator": "by an operator",
    "error_gate": "by its error gate",
    "success_missed": "a wave missed its success threshold",
    "undecidable": "its gate cannot be decided",
    "window": "outside its maintenance windows",
    "cpl": "its firmware is not current on the products list",
    "internal_error": "it could not be decided",
}
"""What a reason to hold says to a reader."""
_OF_GATES: Final = ("error_gate", "success_missed", "undecidable")
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
    """Where and why: of a hold by a gate the wave and what its gate said, of others the reason."""
    own = waves.filter(pl.col("campaign_id") == campaign)
    holds = (own["holds"][0] or "").split(", ")
    rejected = own.filter(
        (pl.col("decision") == "REJECT") | (pl.col("wave_state") == "FAILED")
    ).sort("wave")
    reasons, at = [HOLDS.get(held, held) for held in holds if held], ""
    if not rejected.is_empty() and any(held in _OF_GATES for held in holds):
        row = rejected.row(-1, named=True)
        at = f" at wave {row['wave']}"
        others = [HOLDS[held] for held in holds if held not in _OF_GATES]
        reasons = [_reading(row), *others]
    return f"{at} ({'; '.join(reasons)})" if reasons else at


def held_by(holds: str | None) -> str:
    """The standing reasons of a hold in words, empty where there is none."""
    if not holds:
        return ""
    return f" ({'; '.join(HOLDS.get(held, words.sentence(held)) for held in holds.split(', '))})"


def operations(found: list[str]) -> str:
    """The incident sentence of the live page."""
    if not found:
        return "Nothing wants attention: events flow, no campaign is held, no record is refused"
    text = words.listed(found)
    return text[0].upper() + text[1:]


def gate(row: dict[str, Any]) -> str:
    """A wave's gate in words: its state, and the last word with the counts that it rests on.

    A word about one stratum tells how many of its devices count against it.
    """
    state = words.sentence(row["wave_state"])
    if row["decision"] is None:
        return state
    said = f"{state}: {words.sentence(row['decision'])} ({_reading(row)})"
    if row["stratum"] is not None:
        return f"{said}, {words.count(row['k'])} of {words.count(row['n'])}"
    confirmed, settled = words.count(row["gate_confirmed"]), words.count(row["gate_settled"])
    return f"{said}, {confirmed} of {settled} settled confirmed" if row["gate_settled"] else said


def _reading(row: dict[str, Any]) -> str:
    """Why a gate says what it says, and in which stratum; a wave without a gate says its state."""
    why = _why(row["why"] or row["wave_state"])
    return f"{why} in {stratum(row['stratum'])}" if row["stratum"] else why


def stratum(name: str) -> str:
    """A stratum in words: `model:1062-0A0B0C0D` as `model 1062-0A0B0C0D`."""
    dimension, _, value = name.partition(":")
    return f"{dimension} {value}" if value != "unknown" else f"an unknown {dimension}"


def _why(word: str) -> str:
    return WHY.get(word, words.sentence(word))


def forecast(latest: dict[str, Any]) -> str:
    """The finding of a campaign's newest forecast, or how it ended against its plan."""
    name, planned, actual = latest["campaign_id"], latest["planned"], latest["actual"]
    if actual is not None:
        return f"{name} ended on {words.day(actual)}, {_against(actual, planned)}"
    middle, chance = latest["p50"], words.chance(latest["chance"])
    plan = f"a chance of {chance} to end by {words.day(planned)}, as planned"
    if middle is None:
        return f"{name} is not in sight of its end, with {plan}"
    early, late = latest["p10"], latest["p90"]
    until = "an open end" if late is None else words.day(late)
    return (
        f"{name} will as likely as not have ended by {words.day(middle)} "
        f"(80% interval: {words.day(early)} to {until}), with {plan}"
    )


def _against(actual: date, planned: date) -> str:
    days = (actual - planned).days
    if days == 0:
        return "on the plan's last day"
    return (
        f"{words.things(abs(days), 'day')} {'after' if days > 0 else 'before'} the plan's last day"
    )


def forecast_basis(latest: dict[str, Any]) -> str:
    """What a forecast stands on, in one line: it is no observation."""
    settled, members = words.prose(latest["settled"]), words.things(latest["members"], "member")
    parts = (
        f"Forecast, as known at the start of {words.day(latest['day'])}",
        f"basis {words.listed(latest['basis'].split('+'))}: {settled} of {members} settled",
        *((latest["condition"].rstrip("."),) if latest["condition"] else ()),
        "assumptions: rows of twin/forecast/prior.toml",
        "simulated data",
    )
    return " · ".join(parts)


def forecasts_kept(found: Coverage) -> str:
    """How good forecasts were: how often their 80 % interval held the end, and of what."""
    held = f"{words.prose(found.inside)} of {words.things(found.days, 'day')}"
    return (
        f"The 80% interval held the end on {held} ({words.share(found.inside, found.days)}) of "
        f"{words.things(found.campaigns, 'campaign')}: {found.source}"
    )
