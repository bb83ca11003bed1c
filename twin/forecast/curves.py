"""Time from release to outcome: survival curves with censoring, drawn with their doubt.

Observed executions are weighted by a Bayesian bootstrap: the weights of equal ones add up to a
Gamma draw. A stratum is shrunk to the campaign, and the campaign to the prior, at every age; so
beyond the data the prior speaks, and where there are few executions the wider group does.
"""

from math import inf, pi, sqrt
from typing import Final

import numpy as np
from msgspec import Struct

from twin.forecast.cohorts import Known
from twin.forecast.luck import Floats, Whole, luck
from twin.forecast.prior import Prior
from twin.forecast.rows import largest, table

_LEAST: Final = 1e-12


class Seen(Struct, frozen=True):
    """Counts by stratum and age in days: confirmed, settled otherwise, and silent so far."""

    confirmed: Whole
    otherwise: Whole
    silent: Whole

    @property
    def ages(self) -> int:
        """Number of ages; at the last one everything is settled by the time-out policy."""
        return int(self.silent.shape[1])


class Curves(Struct, frozen=True):
    """For each path, stratum and age: `pending`, the share not settled before that age (one age
    more than the others), and `sure`, the share of the outcomes at that age that are confirmed.
    """

    pending: Floats
    sure: Floats
    exposure: Floats


def seen(*, facts: Known, longest_days: int, since: float = -inf) -> Seen:
    """What the released executions showed before today; who settles today is silent until then.

    Ages count from the release, or from the day `since` which activations wait for.
    """
    rows = facts.rows.where(facts.rows.is_out)
    done = rows.settled < facts.today
    begun = np.maximum(rows.released, since)
    age = np.maximum(np.fmin(rows.settled, facts.today) - begun, 0)
    shape = (len(facts.strata), max(longest_days, largest(age) or 0) + 1)
    kinds = (done & rows.confirmed, done & ~rows.confirmed, ~done)
    return Seen(*(table(rows=rows.where(k), column=age[k], shape=shape) for k in kinds))


def drawn(*, counts: Seen, prior: Prior, paths: int, seed: int, lag: float = 0.0) -> Curves:
    """Curves for each path and stratum that the executions and the prior allow.

    The prior knows nothing of plans that let activations wait: its curve begins `lag` days later.
    """
    rng = luck(seed=seed, purpose="weights")
    sure, other = (_weights(rng, one, paths) for one in (counts.confirmed, counts.otherwise))
    silent = _weights(rng, counts.silent, paths)
    risk = _at_risk(sure + other, silent)
    settled = sure + other
    pending, hazard, share = _assumed(prior, counts.ages, paths, seed, lag)
    for worth, axis in ((prior.curve_worth, True), (prior.stratum_worth, False)):
        # a belief is as many devices as it is worth, and they settle along its own curve: so it
        # does not outweigh a long tail that was seen
        there, leaving = worth * pending, worth * pending * hazard
        share = _ratio(_over(sure, axis), _over(settled, axis), share, leaving)
        hazard = _ratio(_over(settled, axis), _over(risk, axis), hazard, there)
        pending = _pending(hazard)[..., :-1]
    return Curves(
        pending=_pending(hazard),
        sure=share,
        exposure=(counts.confirmed + counts.otherwise + counts.silent).sum(axis=1).astype(float),
    )


def _weights(rng: np.random.Generator, counts: Whole, paths: int) -> Floats:
    """Sums of Dirichlet weights, not divided by their total, which no ratio needs."""
    weights = np.zeros((paths, *counts.shape))
    places = counts > 0
    weights[:, places] = rng.standard_gamma(counts[places], size=(paths, int(places.sum())))
    return weights


def _at_risk(settled: Floats, silent: Floats) -> Floats:
    """Who reached an age; a silent one of age a has reached the ages before a, and not left a."""
    leaving = settled.copy()
    leaving[..., :-1] += silent[..., 1:]
    risk: Floats = np.cumsum(leaving[..., ::-1], axis=-1)[..., ::-1]
    return risk


def _over(weights: Floats, campaign: bool) -> Floats:
    """The weights by path, stratum and age, or of all strata as one."""
    return weights.sum(axis=1, keepdims=True) if campaign else weights


def _ratio(part: Floats, whole: Floats, believed: Floats, weight: Floats) -> Floats:
    """`part / whole`, drawn towards a belief that weighs as much as so many devices."""
    return (part + weight * believed + _LEAST * believed) / (whole + weight + _LEAST)


def _pending(hazard: Floats) -> Floats:
    """Share pending before each age; at the last age the time-out policy settles the rest."""
    pending = np.ones((*hazard.shape[:2], hazard.shape[2] + 1))
    np.cumprod(1 - hazard, axis=2, out=pending[..., 1:])
    pending[..., -1] = 0.0
    return pending


def _assumed(
    prior: Prior, ages: int, paths: int, seed: int, lag: float
) -> tuple[Floats, Floats, Floats]:
    """The prior's share pending before an age, hazard and share confirmed, by path, one, age."""
    rng = luck(seed=seed, purpose="prior curve")
    doubt = prior.contact_median_doubt * rng.standard_normal(paths)
    median = (prior.contact_median * np.exp(doubt))[:, None]
    silent, failed = (
        rng.beta(share * prior.share_worth, (1 - share) * prior.share_worth, (paths, 1))
        for share in (prior.silent_share, prior.failed_share)
    )
    # a log-logistic curve of this spread, with the middle of a day for the day
    shape = pi / sqrt(3) / prior.contact_spread
    time = np.maximum(np.arange(ages + 1) - 0.5 - lag, 0.0)[None, :]
    pending = silent + (1 - silent) / (1 + (time / median) ** shape)
    hazard = 1 - pending[:, 1:] / np.maximum(pending[:, :-1], _LEAST)
    sure = np.repeat(1 - failed, ages, axis=1)
    sure[:, -1] = 0.0
    return pending[:, None, :-1], hazard[:, None, :], sure[:, None, :]
