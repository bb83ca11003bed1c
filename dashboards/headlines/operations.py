"""Why is a campaign held, and what does a gate say?"""

from typing import Any, Final

import polars as pl

from dashboards import words

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
    "upstream": "the way to the devices of a region is out of order",
    "cpl": "its firmware is not current on the products list",
    "internal_error": "it could not be decided",
}
"""What a reason to hold says to a reader."""
_OF_GATES: Final = ("error_gate", "success_missed", "undecidable")


def why_held(waves: pl.DataFrame, campaign: str) -> str:
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


def gate(row: dict[str, Any]) -> str:
    """A wave's gate in words: its state, and the last word with the counts that it rests on.

    A word about one stratum tells how many of its devices count against it. Counts that are kept
    from a reader (`told_gates`) are left out.
    """
    state = words.sentence(row["wave_state"])
    if row["decision"] is None:
        return state
    said = f"{state}: {words.sentence(row['decision'])} ({_reading(row)})"
    if row["stratum"] is not None and row["n"] is not None:
        return f"{said}, {words.count(row['k'])} of {words.count(row['n'])}"
    if row["stratum"] is not None or not row["gate_settled"]:
        return said
    confirmed, settled = words.count(row["gate_confirmed"]), words.count(row["gate_settled"])
    return f"{said}, {confirmed} of {settled} settled confirmed"


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
