"""Waves whose outcomes come late: each device errs by its rate, and is heard of when it is."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
from msgspec import Struct

from twin.campaign.gates import Cohort, Stratum

Delay: TypeAlias = Callable[[np.random.Generator, int], np.ndarray]
"""Days from the release until an outcome is known, for so many devices."""


class Late(Struct, frozen=True):
    """One stratum's devices: their day of release, whether each errs, and when it is known."""

    stratum: Stratum
    day: np.ndarray
    errs: np.ndarray
    known: np.ndarray

    def cohorts(self, today: int) -> Sequence[Cohort]:
        """What is known of them at the end of a day."""
        found = []
        for day in np.unique(self.day[self.day <= today]):
            here = self.day == day
            told = here & (self.known <= today)
            found.append(
                Cohort(
                    int(day),
                    int(here.sum()),
                    int((told & ~self.errs).sum()),
                    int((told & self.errs).sum()),
                )
            )
        return found


def within(least: int, most: int) -> Delay:
    """Evenly spread over some days."""
    return lambda rng, size: rng.integers(least, most + 1, size)


def draw(
    rng: np.random.Generator,
    stratum: Stratum,
    members: int,
    *,
    rate: float,
    release_days: int,
    good: Delay,
    bad: Delay,
) -> Late:
    """Members spread over the release days, good and bad outcomes each with their own delay."""
    day = rng.integers(0, release_days, members)
    errs = rng.random(members) < rate
    known = day + np.where(errs, bad(rng, members), good(rng, members))
    return Late(stratum, day, errs, known)
