"""Doubt of two kinds, kept apart: what other numbers of behaviour move, and what luck moves."""

from collections.abc import Sequence
from statistics import pvariance, variance

import numpy as np
from msgspec import Struct

from twin.whatif.doubt.drawing import Doubt


class Split(Struct, frozen=True, kw_only=True):
    """Variances of the end in days squared: over draws, and over seeds of so many premises.

    Luck shrinks with the fleet, so that of a sample is no less than that of the whole. `share` is
    the part of the sum that numbers of behaviour have; 1 where neither moves anything.
    """

    draws: int
    seeds: int
    simulated: int
    by_numbers: float
    by_luck: float

    @property
    def share(self) -> float:
        """The part of both variances that the numbers of behaviour have."""
        whole = self.by_numbers + self.by_luck
        return self.by_numbers / whole if whole else 1.0


def split(found: Doubt, *, ends: Sequence[float], simulated: int) -> Split:
    """The two variances; `ends` are days of the end by seed, at the middle of every number.

    An end that is not within the horizon counts as the day after it, in both.

    Raises:
        ValueError: fewer than two seeds show no variance.
    """
    if len(ends) < 2:
        raise ValueError(f"{len(ends)} seeds show no luck: at least two are needed")
    drawn = np.where(found.ends < 0, found.days, found.ends).astype(float)
    return Split(
        draws=found.draws,
        seeds=len(ends),
        simulated=simulated,
        by_numbers=float(pvariance(drawn.tolist())),
        by_luck=float(variance(ends)),
    )
