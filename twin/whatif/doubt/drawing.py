"""Parameter doubt: many draws of the numbers of behaviour, each carried through the programme."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.whatif.doubt.cohort import Cohorts, Expected
from twin.whatif.doubt.named import number_of
from twin.whatif.doubt.priors import Prior, drawn, middle, shipped_priors
from twin.whatif.reading import Question

DRAWS: Final = 1_000
FAN: Final = (5, 25, 50, 75, 95)
"""Percentiles of the fan."""
ASKED: Final = frozenset(
    {
        *("silent_device_share", "undelivered_share", "unverified_share", "delivery_delay"),
        *("delivery_spread", "verification_delay", "verification_spread", "response_lost_share"),
        *("activation_failed_share", "activation_unanswered_share", "read_unanswered_share"),
    }
)
"""Rows of behaviour that the cohort engine asks; priors of others move nothing here."""


class Swing(Struct, frozen=True, kw_only=True):
    """One parameter at its P10 and at its P90, all others at their middle.

    `ends` are days of the horizon (-1: not within it), `capable` premises by its end. `days` is
    how far apart the ends are; one that does not come counts as the day after the horizon.
    """

    name: str
    values: tuple[float, float]
    ends: tuple[int, int]
    capable: tuple[float, float]
    days: int


class Doubt(Struct, frozen=True, kw_only=True):
    """What the draws come to. `ends` by draw is a day of the horizon, -1: not within it.

    `fan` has a row for each of `FAN` and a column a day: capable premises. `middle` is the course
    with every parameter at its middle; `tornado` is sorted by effect.
    """

    question: Question
    seed: int
    priors: tuple[Prior, ...]
    starts: date
    days: int
    ends: NDArray[np.int64]
    fan: NDArray[np.float64]
    exposed: NDArray[np.float64]
    short: NDArray[np.float64]
    middle: Expected
    tornado: tuple[Swing, ...]

    @property
    def draws(self) -> int:
        """How many draws were made."""
        return len(self.ends)

    def day(self, number: int) -> date | None:
        """The date of a day of the horizon; None for one that does not come."""
        return None if number < 0 else self.starts + timedelta(days=int(number))

    def short_at(self, percent: float) -> float:
        """A percentile of the premises that are still short at the end of the horizon."""
        return float(np.percentile(self.short, percent))

    def exposed_at(self, percent: float) -> float:
        """A percentile of the devices that held an image that is bad for them."""
        return float(np.percentile(self.exposed, percent))

    def chance_by(self, day: date) -> float:
        """The share of the draws in which the last campaign is over by the end of a day."""
        number = (day - self.starts).days
        return float(np.mean((self.ends >= 0) & (self.ends <= number)))

    def end_at(self, share: float) -> int:
        """The day by which a share of the draws has ended; -1 where that is after the horizon."""
        late = np.where(self.ends < 0, self.days, self.ends)
        found = int(np.quantile(late, share, method="inverted_cdf"))
        return -1 if found >= self.days else found


def doubt(
    question: Question,
    *,
    draws: int = DRAWS,
    seed: int = 1,
    priors: Sequence[Prior] | None = None,
    told: Callable[[int], None] = lambda _: None,
) -> Doubt:
    """Draw the numbers of behaviour `draws` times; the same wherever it is made.

    `told` hears after every hundred draws how many are done.

    Raises:
        BeyondCohorts: the question has what the cohort engine cannot carry.
        ValueError: no draw is asked for.
    """
    if draws < 1:
        raise ValueError(f"{draws} draws: at least one is needed")
    cohorts = Cohorts(question)
    used = tuple(p for p in priors or shipped_priors() if p.name.partition(".")[0] in ASKED)
    given = _given(question, used)
    numbers = [drawn(used, seed=seed, number=n, given=given) for n in range(draws)]
    found = _Found(draws, question.scenario.horizon.days)
    for nth, one in enumerate(numbers):
        found.take(nth, cohorts.expected(one))
        if nth % 100 == 99:
            told(nth + 1)
    return Doubt(
        question=question,
        seed=seed,
        priors=used,
        starts=cohorts.starts,
        days=question.scenario.horizon.days,
        ends=found.ends,
        fan=np.percentile(found.capable, FAN, axis=0),
        exposed=found.exposed,
        short=found.short,
        middle=cohorts.expected(),
        tornado=tornado(cohorts, used, given),
    )


class _Found:
    """Figures by draw."""

    def __init__(self, draws: int, days: int) -> None:
        self.ends = np.full(draws, -1)
        self.capable = np.zeros((draws, days))
        self.exposed, self.short = np.zeros(draws), np.zeros(draws)

    def take(self, nth: int, one: Expected) -> None:
        self.ends[nth] = one.ends
        self.capable[nth] = one.capable.sum(axis=1)
        self.exposed[nth], self.short[nth] = one.exposed, one.short[-1]


def tornado(
    cohorts: Cohorts, priors: Sequence[Prior], given: dict[str, float]
) -> tuple[Swing, ...]:
    """One parameter at a time at its P10 and its P90: the largest effect on the end first.

    Parameters that move the end alike are sorted by what they do to the premises that are capable.
    """
    swings = [_swing(cohorts, prior, given.get(prior.name)) for prior in priors]
    return tuple(sorted(swings, key=lambda s: (-s.days, -abs(s.capable[1] - s.capable[0]), s.name)))


def _swing(cohorts: Cohorts, prior: Prior, given: float | None) -> Swing:
    low, high = (prior.value(u, middle=middle(prior), given=given) for u in (0.1, 0.9))
    first, second = (cohorts.expected({prior.name: value}) for value in (low, high))
    beyond = cohorts.question.scenario.horizon.days
    ends = [beyond if one.ends < 0 else one.ends for one in (first, second)]
    return Swing(
        name=prior.name,
        values=(low, high),
        ends=(first.ends, second.ends),
        capable=(float(first.capable[-1].sum()), float(second.capable[-1].sum())),
        days=abs(ends[1] - ends[0]),
    )


def _given(question: Question, priors: Sequence[Prior]) -> dict[str, float]:
    """Numbers that the scenario overrides: their priors move with them."""
    changed = question.scenario.assumptions
    return {
        prior.name: number_of(question.rows.assumptions, prior.name)
        for prior in priors
        if prior.name.partition(".")[0] in changed
    }
