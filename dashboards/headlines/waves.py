"""Which wave is late, and what is next? The waves as they stood on a day."""

from datetime import date
from typing import Any, Final

import polars as pl

from dashboards import words

NOT_BEGUN: Final = "not begun"
RUNNING: Final = "running"


def stood(waves: pl.DataFrame, gates: pl.DataFrame, *, on: date) -> pl.DataFrame:
    """Each wave at the end of a day: its state, days late, and its gate's last word until then.

    `late` counts days after the plan: of the end, or of today where the wave is not over; of the
    beginning where it has not begun although the plan wanted it to. Null where it is in time.
    """
    last = gates.filter(pl.col("day") <= on).sort("day").group_by("campaign_id", "wave").last()
    until = pl.lit(on)
    known = waves.with_columns(
        pl.when(pl.col(name) <= until).then(pl.col(name)).alias(name)
        for name in ("released_on", "complete_on", "ended_on")
    ).with_columns(pl.when(pl.col("ended_on").is_not_null()).then(pl.col("ending")))
    begun, over = pl.col("released_on").is_not_null(), pl.col("ended_on").is_not_null()
    behind = (
        pl.when(over)
        .then(pl.col("ended_on") - pl.col("planned_to"))
        .when(begun)
        .then(until - pl.col("planned_to"))
        .otherwise(until - pl.col("planned_from"))
        .dt.total_days()
    )
    state = (
        pl.when(over).then("ending").when(begun).then(pl.lit(RUNNING)).otherwise(pl.lit(NOT_BEGUN))
    )
    label = pl.concat_str(
        pl.col("campaign_id"),
        pl.col("wave").cast(pl.String),
        pl.col("name").map_elements(words.sentence, return_dtype=pl.String),
        separator=" ",
    )
    return (
        known.with_columns(
            state.alias("state"),
            pl.when(behind > 0).then(behind).alias("late"),
            label.alias("label"),
        )
        .join(
            last.rename({"day": "asked_on"}),
            on=["campaign_id", "wave"],
            how="left",
            maintain_order="left",
        )
        .sort("planned_from", "campaign_id", "wave")
    )


def is_over() -> pl.Expr:
    """Whether a wave that `stood` gives is over."""
    return pl.col("ended_on").is_not_null()


def latest(rows: pl.DataFrame) -> dict[str, Any] | None:
    """The wave with most days late; of equal ones the one planned first."""
    found = rows.drop_nulls("late").sort(
        "late", "planned_from", "campaign_id", "wave", descending=[True, False, False, False]
    )
    return found.row(0, named=True) if found.height else None


def next_wave(rows: pl.DataFrame) -> dict[str, Any] | None:
    """The wave that is planned first of those that have not begun."""
    found = rows.filter(pl.col("state") == NOT_BEGUN).sort("planned_from", "campaign_id", "wave")
    return found.row(0, named=True) if found.height else None


def name_of(row: dict[str, Any]) -> str:
    """A wave in a sentence: `LCP-METERS wave 3 (large suppliers)`."""
    return f"{row['campaign_id']} wave {row['wave']} ({words.sentence(row['name'])})"


def which_is_late(rows: pl.DataFrame) -> str:
    """The finding: the open wave furthest behind its plan, else the latest of those that are over.

    With it comes the next wave, where there is one.
    """
    if rows.is_empty():
        return "No campaign has a plan yet"
    after = next_wave(rows)
    then = (
        f"; next is {name_of(after)}, planned from {words.day(after['planned_from'])}"
        if after
        else ""
    )
    worst = latest(rows.filter(~is_over()))
    if worst is not None:
        days = words.things(worst["late"], "day")
        what = "has not begun" if worst["state"] == NOT_BEGUN else "is not over"
        if after is not None and (after["campaign_id"], after["wave"]) == (
            worst["campaign_id"],
            worst["wave"],
        ):
            then = ""
        return f"{name_of(worst)} {what}, {days} after its plan{then}"
    over = rows.filter(is_over())
    if over.height < rows.height:
        return f"No open wave is behind its plan{then}"
    worst = latest(over)
    whole = f"All {words.things(rows.height, 'wave')} are over"
    if worst is None:
        return f"{whole}, each by the day of its plan"
    days = words.things(worst["late"], "day")
    return f"{whole}; {name_of(worst)} was latest, {days} after its plan"
