"""Where the release pointer of a cell goes next on the rank scale, so that a grant goes out."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

SLICES: Final = 1024
"""Slices of a census: of 200,000 members each holds about 200, so a pointer errs by about 7."""


class _Knot(NamedTuple):
    rank: float
    below: int


def census(*, ranks: Iterable[float], slices: int = SLICES) -> tuple[int, ...]:
    """How many ranks, each in [0, 1), lie in each of so many equal slices of the scale."""
    counts = [0] * slices
    for rank in ranks:
        counts[int(rank * slices)] += 1
    return tuple(counts)


def pointer(
    *,
    members_in_cell: int,
    released: int,
    grant: int,
    upto: float,
    edge: float,
    counted: Sequence[int] = (),
) -> float:
    """The rank up to which about `grant` more members of a cell go; the edge exactly for the last.

    `released` members lie below `upto`, all `members_in_cell` below `edge` (both from the same
    rank on, 0 if there is a census). Ranks are even, so the way that is left is divided by the
    members that are left: an error of one step is spread over the others, never added up. A
    step errs by the square root of the grant or less, with `counted` (a `census` of the cell) by
    that of a slice. ValueError for numbers that no cell can have.
    """
    if not (0 <= upto <= edge <= 1 and 0 <= released <= members_in_cell and grant >= 0):
        raise ValueError(f"no cell has {released} of {members_in_cell} out at {upto} of {edge}")
    if grant >= members_in_cell - released:
        return edge
    if grant == 0:
        return upto  # not even over slices that a census says are empty
    wanted = released + grant
    knots = (
        _Knot(upto, released),
        *_between(_Knot(upto, released), _Knot(edge, members_in_cell), counted),
        _Knot(edge, members_in_cell),
    )
    for start, end in pairwise(knots):
        if start.below <= wanted < end.below:
            share = (wanted - start.below) / (end.below - start.below)
            return min(edge, start.rank + (end.rank - start.rank) * share)
    raise AssertionError("the last knot is above every grant that is left")


def _between(low: _Knot, high: _Knot, counted: Sequence[int]) -> Iterator[_Knot]:
    """Ends of slices whose members are known; one that contradicts the exact counts is left out."""
    for nth, below in enumerate(accumulate(counted), start=1):
        knot = _Knot(nth / len(counted), below)
        if low.rank < knot.rank < high.rank and low.below <= below <= high.below:
            yield knot
