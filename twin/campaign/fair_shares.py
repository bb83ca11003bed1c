"""Sharing tokens over cells: the one that is furthest behind goes first (max-min fair).

Water-filling: all cells rise together to one level of progress (released / members) until a limit
is used up; its cells stay there, the others rise on. So no cell could have more unless another one
that is not further on had less. Whole numbers throughout: no answer hangs on a rounded float.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import fsum, inf, isfinite
from typing import Final, NamedTuple


class Cell(NamedTuple):
    """Members that are paced alike; "*" stands for a dimension that the plan does not pace."""

    region: str = "*"
    supplier: str = "*"
    model: str = "*"


class Limit(NamedTuple):
    """So many tokens for all these cells together."""

    tokens: int
    cells: tuple[Cell, ...]


class Fairness(NamedTuple):
    """How evenly a campaign comes on: 1.0 and 0.0 are even; infinite, if only some have begun."""

    max_min_ratio: float
    gini: float


class _Size(NamedTuple):
    gone: int
    members: int

    @property
    def progress(self) -> Fraction:
        return Fraction(self.gone, self.members)


FULL: Final = Fraction(1)


def fair_shares(
    *, released: Mapping[Cell, int], awaiting: Mapping[Cell, int], limits: Sequence[Limit]
) -> dict[Cell, int]:
    """How many of those that await may go now, by cell: whole, within every limit, max-min fair.

    None gets less than its exact share rounded down. What that leaves goes to the largest
    remainders, ties in order of the cells, until no cell could take one more.
    """
    exact = exact_shares(released=released, awaiting=awaiting, limits=limits)
    grants = {cell: int(share) for cell, share in exact.items()}
    # `sorted` keeps the order of the cells where remainders are the same.
    by_remainder = sorted(exact, key=lambda cell: grants[cell] - exact[cell])
    _hand_out(grants, by_remainder, awaiting, limits)
    return grants


def exact_shares(
    *, released: Mapping[Cell, int], awaiting: Mapping[Cell, int], limits: Sequence[Limit]
) -> dict[Cell, Fraction]:
    """The max-min fair shares before they are made whole, by cell, in order of the cells."""
    sizes = {
        cell: _Size(released.get(cell, 0), released.get(cell, 0) + waits)
        for cell, waits in sorted(awaiting.items())
        if waits > 0
    }
    levels = _levels(sizes, limits)
    return {cell: _share(size, levels.get(cell, FULL)) for cell, size in sizes.items()}


def fairness(*, progress: Mapping[str, float]) -> Fairness:
    """Largest by smallest progress, and the Gini coefficient (0 to 1) of any number of shares.

    ValueError for a share that is negative or no number; nobody at all is treated evenly.
    """
    shares = sorted(progress.values())
    if not all(isfinite(share) and share >= 0 for share in shares):
        raise ValueError("progress must be a share, 0 or more")
    total = fsum(shares)
    if total == 0:
        return Fairness(1.0, 0.0)
    count = len(shares)
    ranked = fsum((2 * nth - count - 1) * share for nth, share in enumerate(shares, start=1))
    return Fairness(
        max_min_ratio=shares[-1] / shares[0] if shares[0] > 0 else inf,
        gini=ranked / (count * total),
    )


def _levels(sizes: Mapping[Cell, _Size], limits: Sequence[Limit]) -> dict[Cell, Fraction]:
    """To which progress a cell may rise, where a limit stops it; the others rise to the top."""
    of_cell = _limits_of(limits)
    rising = [_furthest_behind_first(sizes, limit) for limit in limits]
    left = [Fraction(limit.tokens) for limit in limits]
    levels: dict[Cell, Fraction] = {}
    while True:
        tops = [_top(cells.values(), n) for cells, n in zip(rising, left, strict=True)]
        lowest = min(tops, default=FULL)
        if lowest >= FULL:
            return levels
        full = [cells for cells, top in zip(rising, tops, strict=True) if top == lowest]
        for cell in {cell: None for cells in full for cell in cells}:
            levels[cell] = lowest
            for nth in of_cell[cell]:
                del rising[nth][cell]
                left[nth] -= _share(sizes[cell], lowest)


def _furthest_behind_first(sizes: Mapping[Cell, _Size], limit: Limit) -> dict[Cell, _Size]:
    cells = sorted((cell for cell in limit.cells if cell in sizes), key=lambda c: sizes[c].progress)
    return {cell: sizes[cell] for cell in cells}


def _limits_of(limits: Sequence[Limit]) -> dict[Cell, list[int]]:
    found: dict[Cell, list[int]] = {}
    for nth, limit in enumerate(limits):
        for cell in limit.cells:
            found.setdefault(cell, []).append(nth)
    return found


def _share(size: _Size, level: Fraction) -> Fraction:
    return max(Fraction(0), level * size.members - size.gone)


def _top(sizes: Iterable[_Size], tokens: Fraction) -> Fraction:
    """The level at which cells, the one furthest behind first, have used up so many tokens."""
    gone = members = 0
    whole, part = tokens.as_integer_ratio()
    for size in sizes:
        # Those before it run out below where this one stands already: it takes no part.
        if members and (whole + gone * part) * size.members <= size.gone * members * part:
            break
        gone, members = gone + size.gone, members + size.members
    return min(FULL, (tokens + gone) / members) if members else FULL


def _hand_out(
    grants: dict[Cell, int],
    order: Sequence[Cell],
    awaiting: Mapping[Cell, int],
    limits: Sequence[Limit],
) -> None:
    """Add the whole tokens that rounding down has left, one to each in turn while there are any."""
    left = [limit.tokens - sum(grants.get(c, 0) for c in limit.cells) for limit in limits]
    of_cell = _limits_of(limits)
    takers = list(order)
    while takers:
        took = []
        for cell in takers:
            its_limits = of_cell.get(cell, ())
            if grants[cell] < awaiting[cell] and all(left[nth] > 0 for nth in its_limits):
                grants[cell] += 1
                took.append(cell)
                for nth in its_limits:
                    left[nth] -= 1
        takers = took  # who could take nothing now can take nothing later
