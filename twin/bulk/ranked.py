"""The order of the tables' rows, from numbers: ids as texts stand in the order of their numbers."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.compiled import kernel


def ordered(rank: NDArray[Any], first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.int64]:
    """Places of rows by rank, then by two numbers; rows of rank -1 are left out.

    Few rows share a rank, and ranks go up without gaps.
    """
    found: NDArray[np.int64] = _ordered(rank, first, second)
    return found


def ranks(order: NDArray[Any], count: int) -> NDArray[np.int32]:
    """The rank of each of so many rows in an order; -1 for those that are not in it."""
    found = np.full(count + 1, -1, np.int32)
    found[order] = np.arange(len(order), dtype=np.int32)
    return found


@kernel
def _ordered(rank: Any, first: Any, second: Any) -> Any:
    ends = np.zeros(rank.max() + 2 if len(rank) else 1, np.int64)
    for n in range(len(rank)):
        ends[rank[n] + 1] += rank[n] >= 0
    for one in range(len(ends) - 1):
        ends[one + 1] += ends[one]
    order = np.empty(ends[-1], np.int64)
    begins = ends[:-1].copy()
    for n in range(len(rank)):
        if rank[n] < 0:
            continue
        place = ends[rank[n]]
        ends[rank[n]] += 1
        while place > begins[rank[n]] and _is_less(n, order[place - 1], first, second):
            order[place] = order[place - 1]
            place -= 1
        order[place] = n
    return order


@kernel
def _is_less(one: int, other: int, first: Any, second: Any) -> bool:
    if first[one] != first[other]:
        return bool(first[one] < first[other])
    return bool(second[one] < second[other])
