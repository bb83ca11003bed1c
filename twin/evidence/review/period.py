"""The period of a review: a calendar quarter, from its first day to the first day after it."""

import re
from datetime import UTC, date, datetime, time

from msgspec import Struct

_QUARTER = re.compile(r"(20[0-9]{2})-Q([1-4])")


class Period(Struct, frozen=True):
    """A quarter; `ends` is the first day that is no longer part of it."""

    name: str
    begins: date
    ends: date

    @property
    def first_moment(self) -> datetime:
        """Its first moment (UTC)."""
        return datetime.combine(self.begins, time(), UTC)

    @property
    def end_moment(self) -> datetime:
        """The first moment after it (UTC)."""
        return datetime.combine(self.ends, time(), UTC)


class NoPeriod(ValueError):
    """A text that names no quarter."""


def period_of(text: str) -> Period:
    """The quarter of a text such as `2017-Q4`.

    Raises:
        NoPeriod: it names none.
    """
    found = _QUARTER.fullmatch(text)
    if found is None:
        raise NoPeriod(f"{text!r} is no quarter such as 2017-Q4")
    year, month = int(found[1]), 3 * int(found[2]) - 2
    following = date(year + 1, 1, 1) if month == 10 else date(year, month + 3, 1)
    return Period(text, date(year, month, 1), following)
