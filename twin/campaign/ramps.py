"""How fast a wave opens up: evenly over its days, and with the count of confirmed members.

A ramp that goes as a gate says needs nothing of its own: its steps are waves (`rollout.md`, 3).
"""

from fractions import Fraction
from math import log
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict

from twin.campaign.forms import Form, number, whole

PER_DAY_MAX: Final = 10_000_000
RAMP_FORM: Final[Form] = {
    "per_day": (whole(1, PER_DAY_MAX), f"a whole number from 1 to {PER_DAY_MAX:,}"),
    "factor": (number(1, 100), "a number from 1 to 100"),
    "after": (whole(1, PER_DAY_MAX), f"a whole number from 1 to {PER_DAY_MAX:,}"),
}
"""Keys that a table [waves.ramp] must have, all three."""


class Ramp(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """So many members a day at first; `factor` times as many after each `after` confirmed."""

    per_day: int
    factor: float
    after: int

    def __post_init__(self) -> None:
        """ValueError for what `RAMP_FORM` refuses, which stands in no plan."""
        for name, value in asdict(self).items():
            check, wanted = RAMP_FORM[name]
            if not check(value):
                raise ValueError(f"{name} must be {wanted}.")


def daily_rate(
    *, release_days: int, ramp: Ramp | None, members: int, confirmed: int
) -> Fraction | None:
    """Members of a wave a day (24 hours) of open time; None if nothing but the pace limits it.

    `release_days` (0: at once) spread the wave evenly, a ramp may hold it back further; `members`
    and `confirmed` are exact counts of the wave.
    """
    even = Fraction(members, release_days) if release_days else None
    raised = None if ramp is None else Fraction(_raised(ramp, members, confirmed))
    return min((rate for rate in (even, raised) if rate is not None), default=None)


def _raised(ramp: Ramp, members: int, confirmed: int) -> int:
    """The rate after all its rises, at most the whole wave a day: a power may pass any float."""
    rises = confirmed // ramp.after
    room = log(max(1.0, members / ramp.per_day))
    if rises * log(ramp.factor) >= room:
        return max(ramp.per_day, members)
    return int(ramp.per_day * ramp.factor**rises)
