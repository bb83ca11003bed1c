"""What the keys of a plan's tables may hold: small checks, each with the sentence for a mistake."""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from twin.vocabulary import CspRegion

Check: TypeAlias = Callable[[object], bool]
Form: TypeAlias = Mapping[str, tuple[Check, str]]
"""For each key its check, and what is wanted, to stand behind "must be"."""

_SUPPLIER: Final = re.compile(r"S[0-9]{2}")
_MODEL: Final = re.compile(r"[0-9A-F]{4}-[0-9A-F]{8}")
SHARE_MIN: Final = 1e-6
"""A smaller wave could vanish between two floats; no fleet has devices enough to fill one."""
ABOVE_ZERO: Final = "a share above 0 and at most 1 (0.95 means 95%)"


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


NAMES: Final[Form] = {
    "region": (lambda v: v in list(CspRegion), "North, Central or South"),
    "supplier": (text(_SUPPLIER), "a supplier such as S01"),
    "model": (text(_MODEL), "a model such as 1062-0A0B0C0D"),
}
"""What a value of each dimension of a stratum may be called."""
