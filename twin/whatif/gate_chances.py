"""How often a stop rule errs at a known error rate: by summing all paths, not by drawing some.

A wave's outcomes come one by one, each an error with the same chance, and the rule is looked at
after every one (rollout, 6.1). A rule that looks at counts alone is a boundary: for each number
of outcomes the fewest errors that fire it. Strata and delays are left out here, for all rules.
"""

from collections.abc import Callable
from math import log
from typing import Any, TypeAlias

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.campaign.gates.likelihood import log_e_value
from twin.campaign.gates.published import PublishedRule
from twin.campaign.gates.terms import GateRule

Counts: TypeAlias = NDArray[Any]
Fires: TypeAlias = Callable[[int, int], bool]
"""Whether a rule fires at so many outcomes with so many errors; more errors never unsay it."""


class Chance(Struct, frozen=True):
    """How a rule fares at an error rate: its chance to stop at all within the wave, and the number
    of outcomes at which half of the waves are stopped (None: that many never are)."""

    rate: float
    stops: float
    median: int | None


def fires_of(rule: GateRule | PublishedRule, /, *, wave: int) -> Fires:
    """A rule as a question about counts, on a wave of so many members, without its strata."""
    if isinstance(rule, PublishedRule):
        return lambda n, k: rule.fires(n=n, k=k, group=wave)
    evidence = max(1, min(rule.evidence_at_least, wave))
    if rule.kind == "threshold":
        return lambda n, k: n >= evidence and k / n > rule.errors_above
    bound, tolerance = -log(rule.alpha), rule.errors_above
    return lambda n, k: n >= evidence and log_e_value(n=n, k=k, tolerance=tolerance) >= bound


def boundary(fires: Fires, /, *, wave: int) -> Counts:
    """For n = 1 .. wave the fewest errors at which a rule fires; wave + 1 where none does."""
    fewest = np.empty(wave, dtype=np.int32)
    k = 0
    for n in range(1, wave + 1):
        # a rule that divides by n may ask for fewer errors once n has passed its floor
        k = 0 if n > 1 and fewest[n - 2] > wave else k
        while k <= n and not fires(n, k):
            k += 1
        fewest[n - 1] = k if k <= n else wave + 1
    return fewest


def exact(fewest: Counts, /, *, rate: float, below: bool = False) -> Chance:
    """The chance to reach a boundary (with `below`, to come below it) and the median of when."""
    reached = fewest[fewest <= len(fewest)]
    if not reached.size:
        return Chance(rate, 0.0, None)
    chance = np.zeros(int(reached.max()) + 1)
    chance[0] = 1.0
    stopped, median = 0.0, None
    for n, edge in enumerate(fewest, start=1):
        step = chance * (1 - rate)
        step[1:] += chance[:-1] * rate
        gone = slice(0, edge) if below else slice(edge, None)
        # beyond the top a stopping rule has stopped, and an accepting one never accepts again
        stopped += float(step[gone].sum()) + (0.0 if below else float(chance[-1] * rate))
        step[gone] = 0.0
        chance = step
        if median is None and stopped >= 0.5:
            median = n
    return Chance(rate, stopped, median)
