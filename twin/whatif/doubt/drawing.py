"""Parameter doubt: many draws of the numbers of behaviour, each carried through the programme."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Final, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.whatif.doubt.cohort import Cohorts, Expected
from twin.whatif.doubt.named import number_of
from twin.whatif.doubt.priors import Prior, drawn, middle, shipped_priors
from twin.whatif.reading import Question

DRAWS: Final = 1_000
TOLD_EVERY: Final = 20
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


class Figures(Struct, frozen=True, kw_only=True):
    """What one set of numbers comes to: the day of the horizon on which the last campaign is over
    (-1: not within it), capable premises by day, devices exposed to an image that is bad for them,
    and premises that are installed and not capable at the end.
    """

    ends: int
    capable: NDArray[np.float64]
    exposed: float
    short: float


Asked: TypeAlias = Callable[[dict[str, float]], Figures]
"""An engine: what comes of a question with some numbers of behaviour changed by name."""


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
    with every parameter at its middle; `tornado` is sorted by effect. `premises` there are, of
    which each draw ran `simulated` one by one; none where cohorts carried all of them, and
    `beyond` says what cohorts do not carry.
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
    middle: Figures
    tornado: tuple[Swing, ...]
    premises: int
    simulated: int = 0
    beyond: tuple[str, ...] = ()

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

    `told` hears every `TOLD_EVERY` draws how many are done.

    Raises:
        BeyondCohorts: the question has what the cohort engine cannot carry.
        ValueError: no draw is asked for.
    """
    cohorts = Cohorts(question)
    return drawn_by(
        lambda numbers: _figures(cohorts.expected(numbers)),
        question,
        draws=draws,
        seed=seed,
        priors=priors,
        told=told,
    )


def drawn_by(
    engine: Asked,
    question: Question,
    *,
    draws: int,
    seed: int,
    priors: Sequence[Prior] | None,
    told: Callable[[int], None],
) -> Doubt:
    """The draws of a question, each carried through by an engine; ValueError for none."""
    if draws < 1:
        raise ValueError(f"{draws} draws: at least one is needed")
    horizon = question.scenario.horizon
    used = tuple(p for p in priors or shipped_priors() if p.name.partition(".")[0] in ASKED)
    given = _given(question, used)
    found: list[Figures] = []
    for nth in range(draws):
        found.append(engine(drawn(used, seed=seed, number=nth, given=given)))
        if nth % TOLD_EVERY == TOLD_EVERY - 1:
            told(nth + 1)
    return Doubt(
        question=question,
        seed=seed,
        priors=used,
        starts=horizon.starts,
        days=horizon.days,
        ends=np.array([one.ends for one in found]),
        fan=np.percentile(np.stack([one.capable for one in found]), FAN, axis=0),
        exposed=np.array([one.exposed for one in found]),
        short=np.array([one.short for one in found]),
        middle=engine({}),
        tornado=tornado(engine, used, given, beyond=horizon.days),
        premises=question.scenario.premises,
    )


def _figures(one: Expected) -> Figures:
    return Figures(
        ends=one.ends,
        capable=one.capable.sum(axis=1),
        exposed=one.exposed,
        short=float(one.short[-1]),
    )


def tornado(
    engine: Asked, priors: Sequence[Prior], given: dict[str, float], *, beyond: int
) -> tuple[Swing, ...]:
    """One parameter at a time at its P10 and at its P90: the largest effect on the end first.

    Parameters that move the end alike are sorted by what they do to the premises that are capable.
    An end that does not come counts as the day `beyond`.
    """
    swings = [_swing(engine, prior, given.get(prior.name), beyond) for prior in priors]
    return tuple(sorted(swings, key=lambda s: (-s.days, -abs(s.capable[1] - s.capable[0]), s.name)))


def _swing(engine: Asked, prior: Prior, given: float | None, beyond: int) -> Swing:
    low, high = (prior.value(u, middle=middle(prior), given=given) for u in (0.1, 0.9))
    first, second = (engine({prior.name: value}) for value in (low, high))
    ends = [beyond if one.ends < 0 else one.ends for one in (first, second)]
    return Swing(
        name=prior.name,
        values=(low, high),
        ends=(first.ends, second.ends),
        capable=(float(first.capable[-1]), float(second.capable[-1])),
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
