"""How many go out on a day: evenly over a wave's days, held back by a pace in all and by region."""

from typing import Any

import numpy as np

from twin.compiled import kernel


@kernel
def granted(
    left: Any, whole: Any, days: float, now: int, cells: Any, caps: Any, earned: Any
) -> Any:
    """Members of each cell that go out on a day; 0 `days` are one.

    A cell opens on its day. What the pace leaves is shared out in proportion to what each cell has
    to give, first in each region (`caps` but the last), then in all.
    """
    wanted = np.zeros(len(left))
    for cell in range(len(left)):
        if now >= cells[cell, 2]:
            wanted[cell] = min(left[cell], whole[cell] / max(days, 1.0))
    for region in range(len(caps) - 1):
        inside = (cells[:, 0] == region) * 1.0
        here = np.sum(wanted * inside)
        if here > earned[region]:
            wanted *= 1 - inside * (1 - earned[region] / here)
    total = np.sum(wanted)
    if total > earned[-1]:
        wanted *= earned[-1] / total
    return wanted


@kernel
def earns(earned: Any, caps: Any) -> None:
    """A day's rate for each region, and for the whole; nothing is saved beyond that."""
    for limit in range(len(earned)):
        earned[limit] = min(earned[limit] + caps[limit], caps[limit])


@kernel
def spent(part: Any, cells: Any, earned: Any) -> None:
    """Take what was released off what each region, and the whole, has earned."""
    for cell in range(len(part)):
        earned[int(cells[cell, 0])] -= part[cell]
        earned[len(earned) - 1] -= part[cell]
