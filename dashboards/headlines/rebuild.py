"""Is the live state the rebuilt state?"""

from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

import polars as pl

from dashboards import words

FRESH_FOR: Final = timedelta(days=1)
"""A proof older than this wants another one."""
SPOT_CHECK: Final = "twin reconcile"
WHY: Final = {
    "state": "fields differ",
    "behind": "the table stops before the last record",
    "ahead": "the table goes beyond the lake",
    "not_live": "the tables have no such premises",
    "not_in_lake": "the lake has no such premises",
    "mart": "a published total is not what the lake folds to",
    "kernel": "the bulk fold gives other columns than the readable replay",
}


class Verdict(NamedTuple):
    """What the newest comparison says, and how grave that is."""

    level: Literal["proved", "old", "differs", "none"]
    text: str


def telling(proofs: pl.DataFrame) -> pl.DataFrame:
    """The comparisons that tell of the whole fleet, newest first: a spot check only if it differs.

    One that found nothing clears no difference, and is no proof.
    """
    is_spot = pl.col("made_by").str.starts_with(SPOT_CHECK)
    return proofs.drop_nulls("equal").filter(~(pl.col("equal") & is_spot))


def verdict(proofs: pl.DataFrame, *, now: datetime) -> Verdict:
    """The finding of the page, from rows of `proofs`, newest first."""
    compared = telling(proofs)
    if compared.is_empty():
        return Verdict("none", "Nobody has compared the live tables with the lake yet")
    newest = compared.row(0, named=True)
    when = words.moment(newest["made_at"])
    if not newest["equal"]:
        found = newest["differing"]
        where = "" if found is None else f" in {words.premises(found)}"
        return Verdict("differs", f"The live tables differ from what the lake folds to{where}")
    of = "" if newest["premises"] is None else f" for {words.premises(newest['premises'])}"
    if now - newest["made_at"] > FRESH_FOR:
        ago = words.age(now - newest["made_at"])
        return Verdict("old", f"No proof for {ago}: the last, of {when}, found live = rebuilt{of}")
    return Verdict("proved", f"Live = rebuilt{of}, proved {when}")


def positions(basis: str | None) -> dict[tuple[int, int], int]:
    """Next offset by epoch and partition, from a proof's `basis`."""
    found = {}
    for place in (basis or "").split():
        where, _, end = place.partition("@")
        epoch, _, partition = where.partition("/")
        found[int(epoch), int(partition)] = int(end)
    return found


def beside(proof: dict[str, Any], held: pl.DataFrame) -> pl.DataFrame:
    """By partition: the position that a proof stands on, that of the set, and what came since."""
    proved = positions(proof["basis"])
    rows = held.filter(topic="premises.events").sort("epoch", "partition")
    ends = [proved.get(place) for place in rows.select("epoch", "partition").iter_rows()]
    since = pl.col("position") - pl.col("proved").fill_null(0)
    return rows.select(
        "epoch", "partition", pl.Series("proved", ends, pl.Int64), "position"
    ).with_columns(since.alias("since"))
