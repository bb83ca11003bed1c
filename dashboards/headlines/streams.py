"""Is the twin itself keeping up?"""

from datetime import datetime
from typing import Any

import polars as pl

from dashboards import words
from dashboards.headlines.provenance import LAG_TOLERATED


def keeping_up(partitions: pl.DataFrame) -> str:
    """The finding of the streams page: the stage that lies furthest behind, or none does."""
    if partitions.is_empty():
        return "No stage reports its position"
    stages = partitions.group_by("stage").agg(pl.col("lag").sum()).sort("lag", "stage")
    worst = stages.row(-1, named=True)
    if not worst["lag"]:
        return "Every stage has read the log to its end"
    verdict = "keeps up" if worst["lag"] <= LAG_TOLERATED else "lies behind"
    waiting = words.things(worst["lag"], "record")
    return f"The twin {verdict}: {waiting} wait before the stage {worst['stage']}"


def oldest(row: dict[str, Any], *, at: datetime) -> str:
    """How long the oldest record has waited before a stage, at the moment of the set."""
    if row["oldest_at"] is None:
        return "none waits" if not row["lag"] else "not known"
    waited = words.age(at - row["oldest_at"])
    return f"at most {waited}" if row["oldest_is_bound"] else waited


def refused(letters: pl.DataFrame) -> str:
    """How many refused records there are and how many wait for somebody."""
    if letters.is_empty():
        return "No record was refused"
    still = letters.filter(pl.col("standing") == "open").height
    listed = words.things(letters.height, "refused record")
    return f"{still} of the newest {listed} {'waits' if still == 1 else 'wait'} for an operator"
