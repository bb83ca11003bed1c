"""What the keys of a plan's tables may hold: small checks, each with the sentence for a mistake."""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

Check: TypeAlias = Callable[[object], bool]
Form: TypeAlias = Mapping[str, tuple[Check, str]]
"""For each key its check, and what is wanted, to stand behind "must be"."""

SHARE_MIN: Final = 1e-6
"""A smaller wave could vanish between two floats; no fleet has devices enough to fill one."""
ABOVE_ZERO: Final = "a share above 0 and at most 1 (0.95 means 95 %)"


def number(low: float, high: float, /) -> Check:
    """A number from `low` to `high`; NaN compares with nothing and so is refused."""
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and low <= v <= high


def whole(low: int, high: int, /) -> Check:
    """A whole number from `low` to `high`."""
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def text(pattern: re.Pattern[str], /) -> Check:
    """A text that a pattern matches whole."""
    return lambda v: isinstance(v, str) and pattern.fullmatch(v) is not None


def some(check: Check, /) -> Check:
    """Texts that pass a check, none twice; a list in a file, a tuple in a value."""
    return lambda v: (
        isinstance(v, list | tuple)
        and all(isinstance(item, str) and check(item) for item in v)
        and len(set(v)) == len(v)
    )
