"""Counts of a table and of all its margins as a role may see them: what adds up is one table.

A page tells a table, the sums of its groups and shares of them. Whoever knows a sum and all of its
parts but one knows that one; so sums, parts, and what a part leaves of its whole go through one
rule (`hidden_in`) together, and every figure of the page is taken from what comes out.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

import polars as pl

from dashboards.suppression import KEPT, KEPT_BESIDE, OPERATIONS
from twin.evidence.bounds import hidden_from_all
from twin.evidence.telling import Line

Level: TypeAlias = tuple[str, ...]
"""Columns by which a table is broken down; none is the whole of it."""
Place: TypeAlias = tuple[Level, tuple[object, ...], str]
"""A count by its level, the group of it, and the name of what is counted."""
REST: Final = " less "
"""Stands between a whole and its part in the name of what is left."""


class Shape(NamedTuple):
    """How a table adds up. `levels` are told with their sums, the finest first.

    `within` are pairs of counts: every premises of the second is one of the first, so that their
    difference is a count as well.
    """

    levels: tuple[Level, ...]
    counts: tuple[str, ...]
    within: tuple[tuple[str, str], ...] = ()


def told_levels(frame: pl.DataFrame, shape: Shape, *, role: str) -> dict[Level, pl.DataFrame]:
    """The counts of each level: null is what a role may not see (`KEPT`, `KEPT_BESIDE`)."""
    summed = {level: _summed(frame, level, shape.counts) for level in shape.levels}
    hidden = {} if role == OPERATIONS else _hidden(summed, shape)
    return {level: _told(summed[level], level, shape.counts, hidden) for level in shape.levels}


def _summed(frame: pl.DataFrame, level: Level, counts: Sequence[str]) -> pl.DataFrame:
    sums = [pl.col(name).sum().cast(pl.Int64) for name in counts]
    if not level:
        return frame.select(sums)
    return frame.group_by(level).agg(sums).sort(level)


def _hidden(summed: Mapping[Level, pl.DataFrame], shape: Shape) -> dict[Place, bool]:
    """Each place of which the count is not told, and whether it is said to be small."""
    values: dict[Place, int] = {}
    for level, frame in summed.items():
        for row in frame.iter_rows(named=True):
            group = tuple(row[name] for name in level)
            values |= {(level, group, name): row[name] for name in shape.counts}
            values |= {
                (level, group, _rest(whole, part)): row[whole] - row[part]
                for whole, part in shape.within
            }
    numbers = {place: n for n, place in enumerate(values)}
    lines = [
        Line(tuple(numbers[one] for one in parts), numbers[whole])
        for whole, parts in _sums(values, shape.levels)
    ]
    pairs = [
        Line(
            (numbers[level, group, part], numbers[level, group, _rest(whole, part)]),
            numbers[level, group, whole],
        )
        for level, frame in summed.items()
        for group in _groups(frame, level)
        for whole, part in shape.within
    ]
    places, counts = list(values), list(values.values())
    hidden = hidden_from_all(counts, [*pairs, *lines])
    return {places[n]: n in hidden.few for n in hidden.few | hidden.other}


def _sums(
    values: Mapping[Place, int], levels: Sequence[Level]
) -> Iterator[tuple[Place, list[Place]]]:
    """Each count of a level with those of a finer one that add up to it."""
    above = {fine: tuple(_next(fine, levels)) for fine in levels}
    found: dict[tuple[Level, Place], list[Place]] = {}
    for place in values:
        level, group, name = place
        for coarse in above[level]:
            own = tuple(one for one, dim in zip(group, level, strict=True) if dim in coarse)
            found.setdefault((level, (coarse, own, name)), []).append(place)
    return ((whole, parts) for (_, whole), parts in found.items())


def _next(fine: Level, levels: Sequence[Level]) -> Iterator[Level]:
    """The levels that a finer one adds up to, with none between."""
    coarser = [set(one) for one in levels if set(one) < set(fine)]
    for level in levels:
        if set(level) in coarser and not any(set(level) < one for one in coarser):
            yield level


def _groups(frame: pl.DataFrame, level: Level) -> list[tuple[object, ...]]:
    return frame.select(level).rows() if level else [()]


def _rest(whole: str, part: str) -> str:
    return f"{whole}{REST}{part}"


def _told(
    frame: pl.DataFrame, level: Level, counts: Sequence[str], hidden: Mapping[Place, bool]
) -> pl.DataFrame:
    groups = _groups(frame, level)
    why = {
        small: [
            " ".join(name for name in counts if hidden.get((level, group, name)) is small)
            for group in groups
        ]
        for small in (True, False)
    }
    told = [
        pl.Series(
            name,
            [
                None if (level, group, name) in hidden else one
                for group, one in zip(groups, frame[name], strict=True)
            ],
            pl.Int64,
        )
        for name in counts
    ]
    return frame.with_columns(
        *told,
        pl.Series(KEPT, why[True], pl.String),
        pl.Series(KEPT_BESIDE, why[False], pl.String),
    )
