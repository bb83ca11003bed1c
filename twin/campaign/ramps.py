"""How a wave opens up: by the clock, by the count of confirmed members, or as its gate says."""

from collections.abc import Mapping
from fractions import Fraction
from itertools import pairwise
from math import ceil, log
from typing import Final, TypeAlias, assert_never

from msgspec import Struct
from msgspec.structs import asdict

from twin.campaign.forms import SHARE_MIN, Form, number, whole

ROUNDING: Final = 1e-9
"""0.07 x 100 is a little more than 7 as a float, and no eighth member is meant."""


def _steps(value: object) -> bool:
    """Shares that rise and end with the whole wave, as members beyond the last would never go."""
    return (
        isinstance(value, list | tuple)
        and 1 <= len(value) <= 99
        and all(number(SHARE_MIN, 1)(share) for share in value)
        and all(one < other for one, other in pairwise(value))
        and value[-1] == 1
    )


RAMP_FORMS: Final[Mapping[str, Form]] = {
    "clock": {"release_days": (whole(0, 366), "a whole number from 0 to 366")},
    "count": {
        "per_day": (whole(1, 10_000_000), "a whole number from 1 to 10,000,000"),
        "factor": (number(1, 100), "a number from 1 to 100"),
        "after": (whole(1, 10_000_000), "a whole number from 1 to 10,000,000"),
    },
    "gate": {"steps": (_steps, "up to 99 shares that rise to 1, such as [0.1, 0.5, 1]")},
}
"""For each `kind` of ramp the other keys that it must have, all of them."""


def _refuse(kind: str, raw: Mapping[str, object]) -> None:
    """ValueError for what stands in no plan."""
    for name, (check, wanted) in RAMP_FORMS[kind].items():
        if not check(raw[name]):
            raise ValueError(f"{name} must be {wanted}.")


class ClockRamp(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="clock"
):
    """The wave goes out evenly over so many days of open time; 0 days: as fast as the pace lets."""

    release_days: int

    def __post_init__(self) -> None:
        """Refuse what `RAMP_FORMS` refuses."""
        _refuse("clock", asdict(self))


class CountRamp(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="count"
):
    """So many members a day at first; `factor` times as many after each `after` confirmed."""

    per_day: int
    factor: float
    after: int

    def __post_init__(self) -> None:
        """Refuse what `RAMP_FORMS` refuses."""
        _refuse("count", asdict(self))


class GateRamp(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="gate"
):
    """Shares of the wave; the next one is released only once the gate has passed the one before."""

    steps: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what `RAMP_FORMS` refuses."""
        _refuse("gate", asdict(self))


Ramp: TypeAlias = ClockRamp | CountRamp | GateRamp


class Climb(Struct, frozen=True, kw_only=True):
    """Where a wave (from 1) stands on its ramp: exact counts, and the steps its gate passed."""

    wave: int
    members: int
    confirmed: int = 0
    steps_passed: int = 0


def daily_rate(*, ramp: Ramp, climb: Climb) -> Fraction | None:
    """Members a day of open time that the ramp lets go now; None if it sets no rate."""
    match ramp:
        case ClockRamp():
            return Fraction(climb.members, ramp.release_days) if ramp.release_days else None
        case CountRamp():
            return Fraction(_raised(ramp, climb))
        case GateRamp():
            return None
        case _:
            assert_never(ramp)


def ceiling(*, ramp: Ramp, climb: Climb) -> int:
    """How many members of the wave may be out at all by what its gate has said."""
    if not isinstance(ramp, GateRamp):
        return climb.members
    step = min(climb.steps_passed, len(ramp.steps) - 1)
    return min(climb.members, ceil(ramp.steps[step] * climb.members - ROUNDING))


def _raised(ramp: CountRamp, climb: Climb) -> int:
    """The rate after all its rises, at most the whole wave a day: a power may pass any float."""
    rises = climb.confirmed // ramp.after
    room = log(max(1.0, climb.members / ramp.per_day))
    if rises * log(ramp.factor) >= room:
        return max(ramp.per_day, climb.members)
    return int(ramp.per_day * ramp.factor**rises)
