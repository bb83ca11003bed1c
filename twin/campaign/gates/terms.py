"""What a gate is asked with, and what it answers: plain frozen values."""

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct

from twin.events.campaign_words import GateName, GateWhy
from twin.vocabulary import GateDecision

Dimension: TypeAlias = Literal["region", "supplier", "model"]


class Stratum(NamedTuple):
    """Members that are counted apart; fixed when membership is frozen."""

    region: str
    supplier: str
    model: str


class Cohort(Struct, frozen=True):
    """Members first released on one day (its ordinal), by what is known of them now.

    `errors` ended without the new version and with no attempt left; the rest is in flight.
    """

    day: int
    released: int
    confirmed: int
    errors: int


def by_day(cohorts: Iterable[Cohort], /) -> tuple[Cohort, ...]:
    """Cohorts of the same day as one, in order of days."""
    days: dict[int, list[Cohort]] = {}
    for cohort in cohorts:
        days.setdefault(cohort.day, []).append(cohort)
    return tuple(
        Cohort(
            day,
            sum(cohort.released for cohort in here),
            sum(cohort.confirmed for cohort in here),
            sum(cohort.errors for cohort in here),
        )
        for day, here in sorted(days.items())
    )


class GateRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The gate of a wave. Shares run from 0 to 1, `evidence_at_least` counts settled devices.

    `errors_above` is the tolerance of the error gate, `alpha` the chance that a sequential gate
    ever rejects a wave whose error rate is not above it; `strata` share that chance with the
    whole. The sequential gate accepts a wave as `accept_good` rather than `accept_bad`:
    `accept_alpha` is the chance to find a good wave bad, `accept_beta` to accept a bad one.
    """

    success_at_least: float
    errors_above: float
    evidence_at_least: int
    settled_at_least: float
    kind: Literal["threshold", "sequential"] = "threshold"
    alpha: float = 0.05
    strata: tuple[Dimension, ...] = ()
    accept_good: float = 0.01
    accept_bad: float = 0.03
    accept_alpha: float = 0.05
    accept_beta: float = 0.05


class Stage(Struct, frozen=True, kw_only=True):
    """What the gate needs to know besides counts.

    `tolerance` is the error rate above which it rejects: the plan's, or a higher one after an
    operator overrode it; no promise about `alpha` outlives an override, since the new tolerance
    was chosen by the data. `today` is an ordinal day; a cohort is of age `follow_up_days` after
    its release. `campaign_empty` says that no wave of the campaign has a member.
    """

    released: bool
    soaked: bool
    tolerance: float
    today: int
    follow_up_days: int
    campaign_empty: bool = False


class Reading(Struct, frozen=True, kw_only=True):
    """One gate's figures: it fires where the statistic reaches its bound.

    | gate | `n` | `k` | statistic | bound |
    |---|---|---|---|---|
    | errors, threshold | settled | errors | k / n | tolerance, to be exceeded |
    | errors, sequential | released | errors | log e-value | log 1 / (alpha x share) |
    | accept | ripe | not confirmed | log likelihood ratio, bad to good | log of accept_beta |
    | success | settled | confirmed | k / n | success_at_least |
    | evidence | settled | errors | n | devices that must be settled |

    `accept` fires at or below its bound; a wave is found bad at or above log 1 / accept_alpha,
    with the errors known as `k`. `stratum` is `model:X` and the like, None for the whole.
    """

    gate: GateName
    stratum: str | None = None
    n: int = 0
    k: int = 0
    statistic: float = 0.0
    bound: float = 0.0


class Verdict(Struct, frozen=True):
    """What a gate says, why, and the figures it says it by (see `Reading`)."""

    decision: GateDecision
    why: GateWhy
    gate: GateName
    stratum: str | None
    n: int
    k: int
    statistic: float
    bound: float


def verdict(*, decision: GateDecision, why: GateWhy, by: Reading) -> Verdict:
    """A verdict with the figures of the reading that it rests on."""
    return Verdict(decision, why, by.gate, by.stratum, by.n, by.k, by.statistic, by.bound)
