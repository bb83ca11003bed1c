"""The gate of a wave on expected counts: the rules of `twin.campaign.gates` for whole fleets.

Counts are numbers of devices and need not be whole. A wave is `n` devices by day of release, of
which so many are confirmed or ended by now.
"""

from typing import Any, Final

import numpy as np

from twin.compiled import kernel

SUCCESS, ERRORS, EVIDENCE, SETTLED, ALPHA = range(5)
GOOD, BAD, ACCEPT_ALPHA, ACCEPT_BETA, SEQUENTIAL = range(5, 10)
WAIT, PASS, MISS, REJECT = range(4)
ODDS_RATIOS: Final = np.array([2 ** (step / 2) for step in range(1, 13)])
"""As `twin.campaign.gates.likelihood` has them; a test holds the two against each other."""
HALF_A_DEVICE: Final = 0.5


@kernel
def log_e_value(n: float, k: float, tolerance: float) -> float:
    """Log of the mixture e-value against an error rate of at most a tolerance within (0, 1)."""
    weights = ODDS_RATIOS**-0.5 / np.sum(ODDS_RATIOS**-0.5)
    terms = np.log(weights) + k * np.log(ODDS_RATIOS) - n * np.log1p(tolerance * (ODDS_RATIOS - 1))
    top = np.max(terms)
    return float(top + np.log(np.sum(np.exp(terms - top))))


@kernel
def rejects(released: Any, ended: Any, weights: Any, rule: Any, tolerance: float) -> int:
    """Which part of a wave the error gate rejects for: -1 none, else the row of `released`.

    Rows are the whole and its strata, columns days of release that are closed; `weights` are the
    parts of alpha that each row has. A stratum is named where it is further beyond its bound.
    """
    worst, found = 0.0, -1
    mean = -np.inf
    for row in range(released.shape[0]):
        n, k, largest = 0.0, 0.0, 0.0
        for day in range(released.shape[1]):
            n += released[row, day]
            k += ended[row, day]
            if n >= 1 and released[row, day] > 0 and k > tolerance * n:
                largest = max(largest, log_e_value(n, k, tolerance))
        if weights[row] <= 0 or largest <= 0:
            continue
        mean = max(mean, largest + np.log(weights[row]))
        if largest + np.log(weights[row]) + np.log(rule[ALPHA]) > worst:
            worst, found = largest + np.log(weights[row]) + np.log(rule[ALPHA]), row
    return found if mean + np.log(rule[ALPHA]) >= 0 else -1


@kernel
def advances(
    released: Any, confirmed: Any, ended: Any, of_age: int, members: float, rule: Any
) -> int:
    """What the gate says of a wave that is all released and has soaked, by day of release.

    `of_age` is how many of the first days are of age by now.
    """
    settled = np.sum(confirmed) + np.sum(ended)
    whole = members - settled < HALF_A_DEVICE
    share = np.sum(confirmed) / max(settled, 1e-9)
    met = settled > 0 and share >= rule[SUCCESS]
    enough = settled / members >= rule[SETTLED] and settled >= min(rule[EVIDENCE], members) - 0.5
    if not enough and (met or not whole):
        return WAIT
    if not met:
        return MISS
    if rule[SEQUENTIAL] == 0.0:
        return PASS
    return _proven(released, confirmed, ended, of_age, rule)


@kernel
def _proven(released: Any, confirmed: Any, ended: Any, of_age: int, rule: Any) -> int:
    """What Wald's test says of the leading days that are of age, or settled whole."""
    n, sure, known, ripe = 0.0, 0.0, 0.0, 0
    for day in range(len(released)):
        here = released[day] - confirmed[day] - ended[day] < HALF_A_DEVICE
        if day >= of_age and not here:
            break
        n, sure, known = n + released[day], sure + confirmed[day], known + ended[day]
        ripe += 1
    error = np.log(rule[BAD]) - np.log(rule[GOOD])
    fine = np.log1p(-rule[BAD]) - np.log1p(-rule[GOOD])
    if (n - sure) * error + sure * fine <= np.log(rule[ACCEPT_BETA]):
        return PASS
    if known * error + (n - known) * fine >= -np.log(rule[ACCEPT_ALPHA]):
        return MISS
    proven = ripe == len(released) and n > 0 and sure / n >= rule[SUCCESS]
    return PASS if proven else WAIT
