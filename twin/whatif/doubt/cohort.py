"""The cohort engine: a whole programme on expected numbers, for one set of numbers of behaviour."""

from datetime import date, timedelta
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.campaign.policy import NEVER, WHERE_UNSAID
from twin.fleet.numbers.assumptions import Assumptions
from twin.fleet.numbers.firmware_rows import FirmwareRows
from twin.fleet.numbers.shapes import Distribution
from twin.vocabulary import DeviceType, FailureCause
from twin.whatif.doubt.bounds import require_within
from twin.whatif.doubt.course import ACTIVE, CONFIRMED, ENDED, HELD, Campaign, course
from twin.whatif.doubt.layout import (
    Laid,
    Place,
    frozen_days,
    installed_share,
    laid_out,
    places_of,
    shares_of,
)
from twin.whatif.doubt.named import with_numbers
from twin.whatif.doubt.steps import GRIDS, NUMBERS, device, length
from twin.whatif.reading import Question

Floats = NDArray[np.float64]
NOT_YET: Final = -1
_FAILED: Final = NUMBERS.index("failed")
_DELIVERY: Final = NUMBERS.index("delivery")


class Course(Struct, frozen=True, kw_only=True):
    """One campaign: members, and by day (from the horizon's first) how many by its end.

    `waves` has the first day and the end of each wave (-1: not within the horizon), `ends` the
    campaign's end. `exposed` held an image that is bad for them.
    """

    campaign_id: str
    members: float
    released: Floats
    confirmed: Floats
    ended: Floats
    active: Floats
    waves: NDArray[np.int64]
    ends: int
    exposed: float


class Expected(Struct, frozen=True, kw_only=True):
    """A programme on expected numbers; `capable` and `installed` premises by day and place.

    `ends` is the day on which the last campaign is over, -1 where one is not.
    """

    courses: tuple[Course, ...]
    installed: Floats
    capable: Floats
    short: Floats
    ends: int

    @property
    def exposed(self) -> float:
        """Devices that held an image that is bad for them."""
        return sum(one.exposed for one in self.courses)


class Cohorts:
    """A question laid out once, to be run with many sets of numbers.

    Raises:
        BeyondCohorts: the question has what expected numbers cannot carry.
    """

    def __init__(self, question: Question, *, apart: bool = False) -> None:
        """Lay a question out; `apart` keeps every supplier apart, for who is behind."""
        require_within(question)
        self.question = question
        self.places = places_of(question, apart=apart)
        self._laid = laid_out(question, self.places)
        self._frozen = frozen_days(question)
        self._installed, self._old = _stock(question, self.places)

    @property
    def starts(self) -> date:
        """The first day of the horizon."""
        return self.question.scenario.horizon.starts

    def day(self, number: int) -> date | None:
        """The date of a day by its number; None for one that does not come."""
        return None if number < 0 else self.starts + timedelta(days=int(number))

    def expected(self, numbers: dict[str, float] | None = None) -> Expected:
        """The programme with some numbers of behaviour changed by name."""
        around = with_numbers(self.question.rows.assumptions, numbers or {})
        courses: list[Course] = []
        active: dict[DeviceType, Floats] = {}
        for laid in self._laid:
            found, shares = self._course(laid, around, courses)
            courses.append(found)
            active[laid.plan.device_type] = shares
        covered = min((laid.covered for laid in self._laid), default=0.0)
        upgraded = self._old * covered * _both(active, self._old.shape)
        ends = [one.ends for one in courses]
        return Expected(
            courses=tuple(courses),
            installed=self._installed,
            capable=self._installed - self._old + upgraded,
            short=(self._old - upgraded).sum(axis=1),
            ends=NOT_YET if NOT_YET in ends else max(ends, default=NOT_YET),
        )

    def waits(self) -> dict[tuple[str, str], float]:
        """Mean days that a premises waits to be capable, by ("region", name), ("supplier", name).

        Days within the horizon on which it is installed and not capable. A group of suppliers is
        named by all of them.
        """
        one = self.expected()
        waiting = (one.installed - one.capable).sum(axis=0)
        groups: dict[tuple[str, str], list[int]] = {}
        for nth, place in enumerate(self.places):
            groups.setdefault(("region", str(place.region)), []).append(nth)
            groups.setdefault(("supplier", ", ".join(place.suppliers)), []).append(nth)
        return {
            key: float(waiting[these].sum() / one.installed[-1, these].sum())
            for key, these in groups.items()
        }

    def _course(
        self, laid: Laid, around: Assumptions, before: list[Course]
    ) -> tuple[Course, Floats]:
        """A campaign, and by day and place the share of its members that run the image."""
        starts = laid.starts
        if laid.after >= 0:
            previous = before[laid.after].ends
            starts = len(self._frozen) if previous < 0 else max(starts, previous)
        kernel = _kernels(laid, around, self.question)
        campaign = Campaign(
            laid.members, laid.cells, np.cumsum(kernel, axis=2), laid.pace, laid.timing,
            self._frozen, laid.caps, laid.rule, laid.weights,
        )  # fmt: skip
        released, spans, ends, _ = course(campaign, starts)
        by_cell = {row: _spread(released, kernel[row]) for row in (CONFIRMED, ENDED, ACTIVE)}
        bad = laid.cells[:, 1] > 0
        found = Course(
            campaign_id=laid.plan.campaign_id,
            members=float(laid.members.sum()),
            released=np.cumsum(released.sum(axis=1)),
            confirmed=by_cell[CONFIRMED].sum(axis=1),
            ended=by_cell[ENDED].sum(axis=1),
            active=by_cell[ACTIVE].sum(axis=1),
            waves=spans,
            ends=int(ends),
            exposed=float((released[:, bad].sum(axis=0) * kernel[HELD, bad].sum(axis=1)).sum()),
        )
        return found, _by_place(laid, by_cell[ACTIVE], len(self.places))


def _kernels(laid: Laid, around: Assumptions, question: Question) -> Floats:
    """By row, cell and age what is expected of one device of a cell, each day by itself."""
    policy = laid.plan.policy
    size = length(follow_up=policy.follow_up_days, attempts=policy.attempts_max)
    slow = {one.region: one.delivery_ratio for one in question.scenario.slow_regions}
    made: dict[tuple[float, bool], Floats] = {}
    numbers = numbers_of(around, question.rows.firmware, laid.plan.device_type)
    for cell in laid.names:
        key = (slow.get(cell.region, 1.0), cell.bad)
        if key not in made:
            own = numbers.copy()
            own[_DELIVERY] *= key[0]
            own[_FAILED] = max(own[_FAILED], laid.failed) if cell.bad else own[_FAILED]
            made[key] = device(
                own, GRIDS, policy.follow_up_days, policy.read_after_days,
                policy.attempts_max, size,
            )  # fmt: skip
    keys = [(slow.get(cell.region, 1.0), cell.bad) for cell in laid.names]
    return np.stack([made[key] for key in keys], axis=1)


def numbers_of(rules: Assumptions, rows: FirmwareRows, kind: DeviceType) -> Floats:
    """The numbers of a kind of device in the order of `NUMBERS`; the hub is sent no transfer."""
    return np.array(
        [
            rules.silent_device_share,
            rules.undelivered_share,
            rules.unverified_share.of(kind),
            rules.activation_failed_share.of(kind),
            rules.activation_unanswered_share,
            rules.response_lost_share,
            rules.read_unanswered_share,
            rows.warned_share,
            rows.delivery_failure_told_share,
            0.0 if kind is DeviceType.CHF else rows.transfer_failure_told_share,
            rows.verification_failure_told_share,
            rows.future_dated_share,
            rows.cancelled_share,
            rules.delivery_delay.of(kind),
            rules.delivery_spread,
            rules.verification_delay.of(kind),
            rules.verification_spread,
            rules.activation_delay.of(kind),
            rules.activation_spread,
            _mendable(rows.warning_list_share),
            _mendable(rows.transfer_fault_share),
            _mendable(rules.activation_outcome_share),
        ]
    )


def _mendable(causes: Distribution) -> float:
    """The share of failures after whose cause another attempt follows where no plan says else."""
    shares = shares_of(causes).items()
    never = (part for name, part in shares if WHERE_UNSAID.get(FailureCause(name)) == NEVER)
    return 1.0 - sum(never)


def _spread(released: Floats, kernel: Floats) -> Floats:
    """How many, by day and cell, of all that were released have come so far by a day."""
    out = np.zeros_like(released)
    for age in range(min(kernel.shape[1], len(released))):
        out[age:] += released[: len(released) - age] * kernel[:, age]
    return np.cumsum(out, axis=0)


def _by_place(laid: Laid, active: Floats, places: int) -> Floats:
    found = np.zeros((len(active), places))
    of = np.array([cell.place for cell in laid.names])
    for nth in range(places):
        members = laid.members[:, of == nth].sum()
        found[:, nth] = active[:, of == nth].sum(axis=1) / members if members else 0.0
    return found


def _both(active: dict[DeviceType, Floats], shape: tuple[int, ...]) -> Floats:
    """The share of old premises whose hub and meter both run the image; none without campaigns."""
    hub, meter = active.get(DeviceType.CHF), active.get(DeviceType.ESME)
    return np.zeros(shape) if hub is None or meter is None else hub * meter


def _stock(question: Question, places: tuple[Place, ...]) -> tuple[Floats, Floats]:
    """Premises installed by the end of each day by place, and of these those not yet capable."""
    scenario = question.scenario
    first, capable = scenario.horizon.starts, question.rows.assumptions.pairing_capable_from
    days = [first + timedelta(days=n + 1) for n in range(scenario.horizon.days)]
    share = np.array([installed_share(question, day) for day in days])
    old = np.minimum(share, installed_share(question, min(capable, scenario.horizon.ends)))
    here = np.array([place.share for place in places]) * scenario.premises
    return np.outer(share, here), np.outer(old, here)
