"""Values at some rows, where a row may be none."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twin.compiled import kernel


def taken(values: NDArray[Any], rows: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Values at some rows, 0 for row -1; and which are there."""
    found: tuple[NDArray[Any], NDArray[np.bool_]] = _taken(values, rows)
    return found


@kernel
def _taken(values: Any, rows: Any) -> tuple[Any, Any]:
    found, held = np.zeros(len(rows), values.dtype), np.zeros(len(rows), np.bool_)
    for n in range(len(rows)):
        if rows[n] >= 0:
            found[n], held[n] = values[rows[n]], True
    return found, held
