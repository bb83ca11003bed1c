"""Looking again at what goes on: a difference counts when it stays."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

LOOKS: Final = 3
"""A difference counts when so many looks in a row have found one."""
BETWEEN_SECONDS: Final = 5.0
Found = TypeVar("Found")


def looked(
    look: Callable[[], Found],
    *,
    differs: Callable[[Found], bool],
    is_live: bool,
    wait: Callable[[float], None] = time.sleep,
) -> Found:
    """What a look found; while a run is at work, what differs is looked at again.

    A worker that just recovers its table from the changelog, or a set that was published between
    two readings, is no difference.
    """
    for left in reversed(range(LOOKS if is_live else 1)):
        found = look()
        if not left or not differs(found):
            break
        wait(BETWEEN_SECONDS)
    return found
