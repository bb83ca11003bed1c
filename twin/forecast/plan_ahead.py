"""What remains of a campaign by its plan, as a forecast is told it."""

from collections.abc import Iterable
from datetime import date, datetime
from math import inf

from msgspec import Struct

from twin.forecast.answer import DayBand
from twin.forecast.cohorts import number_of


class WaveAhead(Struct, frozen=True, kw_only=True):
    """How one wave is released and watched by the plan.

    `release` gives the share of its members not yet released that goes out on each day: from the
    basis on if the wave has begun, from its first day if not. `not_before` is the earliest day.
    `passed_on` is the day on which its gate, or an operator over its head, has let it through. The
    soak counts from its last release, or from the day on which `soak_after` are confirmed.
    """

    wave: int
    release: tuple[float, ...] = (1.0,)
    soak_days: int = 0
    soak_after: int | None = None
    not_before: date | None = None
    passed_on: date | None = None


class Pace(Struct, frozen=True, kw_only=True):
    """Another release schedule for a region, a supplier, or a supplier in a region of a wave."""

    wave: int
    release: tuple[float, ...]
    region: str | None = None
    supplier: str | None = None


class Held(Struct, frozen=True, kw_only=True):
    """A hold that stands: since when, and the day of resumption that is to be supposed, if any."""

    since: date
    resumes_by: date | None = None


class PastHold(Struct, frozen=True, kw_only=True):
    """A hold that is over: the days `[since, until)` without releases, and its wave."""

    wave: int
    since: date
    until: date

    @property
    def days(self) -> int:
        """Its length in days."""
        return (self.until - self.since).days


class Remaining(Struct, frozen=True, kw_only=True):
    """The rest of a campaign: the basis `now` (UTC), the policy, and the waves in their order.

    An execution is settled by the time-out policy `follow_up_days * attempts_max` days after its
    release at the latest. A wave opens `advance_lag_days` after the gate of the wave before it is
    met: `settled_at_least` of its members settled, its soak over, and the
    first `ripe_members` that were released all settled or of the age at which they would be.
    `confirmed_share` is the share of members whose day of confirmation is wanted, if one is. A
    campaign that follows another starts on its own day or on the end of that (`starts_after`),
    whichever is later. Where all images are activated on one day, `activates_on`, nothing is
    confirmed before it; where they wait for a time of day, `activation_lag` is how many days that
    takes on average. `wait_days` are the most days that plan and policy let pass between attempts
    and for activations. `ending`: nothing more goes out, and the last outcome is the end.
    """

    now: datetime
    waves: tuple[WaveAhead, ...]
    follow_up_days: int
    attempts_max: int
    settled_at_least: float
    advance_lag_days: int = 1
    starts_on: date | None = None
    confirmed_share: float | None = 0.9
    paces: tuple[Pace, ...] = ()
    held: Held | None = None
    holds: tuple[PastHold, ...] = ()
    ripe_members: int = 0
    starts_after: DayBand | None = None
    ending: bool = False
    activates_on: date | None = None
    wait_days: int = 0
    activation_lag: float = 0.0

    @property
    def longest_days(self) -> int:
        """Days from a release, or from the day of activation if that is later, after which the
        time-out policy has settled the execution."""
        return self.follow_up_days * self.attempts_max + self.wait_days

    @property
    def activates(self) -> float:
        """The day, counted from 1970-01-01, before which no image is activated; -inf: any day."""
        return -inf if self.activates_on is None else number_of(day=self.activates_on)


def mistakes_of(*, remaining: Remaining) -> tuple[str, ...]:
    """What is wrong with the rest of a campaign as it was told, each in one sentence."""
    checks = (
        (remaining.now.tzinfo is not None, "the basis has no time zone."),
        (bool(remaining.waves), "the plan has no wave."),
        (_rising(remaining.waves), "the waves are not numbered upwards."),
        (remaining.longest_days > 0, "follow-up and attempts must be at least one."),
        (0 < remaining.settled_at_least <= 1, "settled_at_least must be above 0 and at most 1."),
        (_a_share(remaining.confirmed_share), "confirmed_share must be above 0 and at most 1."),
        (remaining.advance_lag_days >= 0, "the lag before a wave opens is negative."),
        (remaining.ripe_members >= 0, "the members that must be of age are less than none."),
    )
    said = tuple(sentence for holds, sentence in checks if not holds)
    return said + tuple(_schedules(remaining))


def _a_share(wanted: float | None) -> bool:
    return wanted is None or 0 < wanted <= 1


def _rising(waves: tuple[WaveAhead, ...]) -> bool:
    numbers = [one.wave for one in waves]
    return numbers == sorted(set(numbers))


def _schedules(remaining: Remaining) -> Iterable[str]:
    schedules: list[WaveAhead | Pace] = [*remaining.waves, *remaining.paces]
    for one in schedules:
        fair = all(share >= 0 for share in one.release)
        if not fair or abs(sum(one.release) - 1) > 1e-6:
            yield f"the release schedule of wave {one.wave} does not add up to 1."
