"""What gates counted, as a role may see it: no figure, and no step between two looks, tells of few.

Whoever knows two counts of one wave knows what came between, so a look whose counts are near those
of the look that was told before it is not told.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import polars as pl

from dashboards.campaign_counts import Row
from dashboards.suppression import KEPT, KEPT_BESIDE, LEAST, OPERATIONS
from twin.evidence.telling import is_small

LOOK: Final = ("members", "settled", "confirmed", "errors")
"""Counts of devices that a gate saw of its wave."""
STOPPED: Final = ("n", "k", "exposed")
"""Counts of devices at a stop."""
_OF_GATE: Final = ("n", "k", "statistic", "bound")
_TENTHS: Final = 10


def told_looks(gates: pl.DataFrame, *, role: str) -> pl.DataFrame:
    """Rows of `waves_daily` without what tells of few devices (`KEPT`, `KEPT_BESIDE`)."""
    ordered = gates.sort("day", "campaign_id", "wave")
    told: dict[tuple[str, int], Sequence[int]] = {}
    clean = []
    for row in ordered.iter_rows(named=True):
        wave, seen = (row["campaign_id"], row["wave"]), [row[name] or 0 for name in LOOK]
        is_clean = not any(map(is_small, [*_left(row), *_steps(told.get(wave), seen)]))
        told |= {wave: seen} if is_clean else {}
        clean.append(is_clean)
    kept = _kept(ordered, LOOK, clean, role=role)
    other = [pl.when(pl.Series(clean)).then(pl.col(name)).alias(name) for name in _OF_GATE]
    return kept if role == OPERATIONS or ordered.is_empty() else kept.with_columns(other)


def told_stops(stops: pl.DataFrame, *, role: str) -> pl.DataFrame:
    """When each rule stops each wave (`past_waves.STOPS`), without what tells of few devices."""
    rows = stops.with_row_index("nth").drop_nulls("stopped_on").sort("stopped_on", "nth")
    clean = set()
    told: dict[object, list[Sequence[int]]] = {}
    for row in rows.iter_rows(named=True):
        # outcomes are of a wave or one of its strata, exposed devices are of the campaign
        seen = {(row["wave"], row["stratum"]): [row["n"], row["k"]], None: [row["exposed"]]}
        near = [
            step
            for of, counts in seen.items()
            for before in told.get(of, ())
            for step in _steps(before, counts)
        ]
        if not any(map(is_small, [row["n"], row["k"], row["n"] - row["k"], row["exposed"], *near])):
            clean.add(row["nth"])
            for of, counts in seen.items():
                told.setdefault(of, []).append(counts)
    may = [nth in clean for nth in range(stops.height)]
    kept = _kept(stops, STOPPED, may, role=role)
    # of some rules the statistic is the share of errors
    return kept.with_columns(
        pl.when(pl.col("n").is_not_null()).then("statistic").alias("statistic")
    )


def told_paths(paths: pl.DataFrame, *, role: str) -> pl.DataFrame:
    """How near each rule came by day (`past_waves.PATHS`): in tenths and without counts for all
    but operations, since a share of a known number tells the count.
    """
    if role == OPERATIONS:
        return paths
    return paths.drop("n", "k").with_columns((pl.col("reached") * _TENTHS).floor() / _TENTHS)


def _left(row: Row) -> Iterator[int]:
    """The counts of a look, and what some of them leave of others."""
    n, k = row["n"] or 0, row["k"] or 0
    members, settled, confirmed, errors = (row[name] or 0 for name in LOOK)
    yield from (n, k, n - k, members, settled, confirmed, errors)
    yield from (members - settled, settled - confirmed, settled - errors)


def _steps(before: Sequence[int] | None, seen: Sequence[int]) -> Iterator[int]:
    """How far counts have moved since a look before."""
    return (abs(new - old) for new, old in zip(seen, before or [0] * len(seen), strict=True))


def _kept(
    frame: pl.DataFrame, names: Sequence[str], clean: Sequence[bool], *, role: str
) -> pl.DataFrame:
    """The counts of the rows that are clean; of the others those that are small are named."""
    may = pl.Series(clean, dtype=pl.Boolean) | (role == OPERATIONS)
    small = {name: pl.col(name).is_between(1, LEAST - 1).fill_null(False) for name in names}
    whys = {
        KEPT: [pl.when(~may & small[name]).then(pl.lit(name)) for name in names],
        KEPT_BESIDE: [
            pl.when(~may & ~small[name] & pl.col(name).is_not_null()).then(pl.lit(name))
            for name in names
        ],
    }
    return frame.with_columns(
        *(pl.when(may).then(pl.col(name)).alias(name) for name in names),
        *(
            pl.concat_str(said, separator=" ", ignore_nulls=True).alias(why)
            for why, said in whys.items()
        ),
    )
