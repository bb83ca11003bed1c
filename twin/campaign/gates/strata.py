"""The error gate: one e-process over the whole and its strata, under delayed outcomes.

**What is tested.** That each device errs with a chance of at most the tolerance, given the outcomes
of all that were released before it.

**Delays.** Order the members by their day of release. With all outcomes known, the e-value of
every prefix of this order is a step of one e-process (`log_e_value`), which reaches 1 / alpha
with a chance of at most alpha. Before that, count who is still in flight as a success. An e-value
rises with its errors, so what a prefix shows today is never more than what it will show in the
end. Rejecting when the largest prefix reaches 1 / alpha is therefore right with the same chance,
whatever the order in which outcomes come: good homes first, failures first, or late time-outs.
What it costs is time: of a prefix, the devices in flight speak for the image until they are known.
A prefix ends with a day on which no more can be released, so that its strata are all known.

**Strata.** The e-value of the whole and those of the marginal strata (each region, supplier,
model) are averaged with fixed weights, and a weighted mean of e-processes is one. The whole has
one half, each dimension an equal part of the other. Within a dimension the strata that are first
released on the same day share 1 / (b (b + 1)) of it, b = 1, 2, ... counting such days; these parts
add up to 1 however many follow, and what no stratum has taken yet stays at an e-value of 1. Which
stratum appears next is a matter of the release, not of outcomes of its devices, so one that
appears late takes a part that was kept for it and takes nothing back from earlier ones.

A stratum is named only where its e-value alone reaches 1 / (alpha x its weight). Over all strata
that are within the tolerance, the chance to name any is at most alpha, however bad others are.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import log
from operator import attrgetter
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.gates.likelihood import log_e_value, log_sum
from twin.campaign.gates.terms import Cohort, Dimension, GateRule, Reading, Stage, Stratum

WHOLE_SHARE: Final = 0.5


class Part(NamedTuple):
    """The whole (no name) or a marginal stratum, and its weight in the mean."""

    dimension: Dimension | None
    name: str
    weight: float


_WHOLE: Final = (Part(None, "", 1.0), Part(None, "", WHOLE_SHARE))
"""The whole without strata, and with them."""


class Counted(NamedTuple):
    """What a part shows up to a day: devices released, errors known, log e-value."""

    n: int
    k: int
    log_e: float


class Prefix(NamedTuple):
    """All parts up to the end of a day, and the log of their mean e-value."""

    day: int
    parts: dict[Part, Counted]
    log_mean: float


class Errors(Struct, frozen=True):
    """The largest of all prefixes: of the mean, of the whole alone, of each stratum by name."""

    mean: Reading
    whole: Reading
    strata: tuple[Reading, ...]

    @property
    def blamed(self) -> Reading | None:
        """The reading that rejects: a stratum's or the mean; None while the mean is short of it.

        A stratum is named where it explains the errors better than the whole does, that is where
        it lies further beyond its bound.
        """
        if self.mean.statistic < self.mean.bound:
            return None
        worst = max((self.whole, *self.strata), key=lambda one: one.statistic - one.bound)
        named = worst.stratum is not None and worst.statistic >= worst.bound
        return worst if named else self.mean


def error_readings(
    *,
    rule: GateRule,
    cohorts: Mapping[Stratum, Sequence[Cohort]],
    stage: Stage,
) -> Errors:
    """What the e-process shows of everyone released on days that are closed."""
    mean = Reading(gate="errors", bound=-log(rule.alpha))
    largest: dict[Part, Reading] = {}
    for prefix in prefixes(rule=rule, cohorts=cohorts, stage=stage):
        for part, counted in prefix.parts.items():
            here = _reading(part, counted, rule.alpha)
            largest[part] = _larger(largest.get(part, here), here)
            if part.dimension is None:
                # the mean has no counts of its own; those of the whole stand beside it
                here = replace(here, statistic=prefix.log_mean, bound=mean.bound)
                mean = here if mean.n == 0 else _larger(mean, here)
    whole = largest.pop(_WHOLE[bool(rule.strata)], mean)
    return Errors(mean, whole, tuple(largest[part] for part in sorted(largest)))


def prefixes(
    *,
    rule: GateRule,
    cohorts: Mapping[Stratum, Sequence[Cohort]],
    stage: Stage,
) -> Iterator[Prefix]:
    """Every prefix of closed days, in order; today is closed when the wave is all released."""
    days = _by_day(cohorts, stage)
    parts = _parts(rule.strata, days)
    seen: dict[Part, Counted] = {}
    for day in sorted(days):
        for part, (released, errors) in _released(parts, days[day]).items():
            before = seen.get(part, Counted(0, 0, 0.0))
            n, k = before.n + released, before.k + errors
            seen[part] = Counted(n, k, log_e_value(n=n, k=k, tolerance=stage.tolerance))
        yield Prefix(day, dict(seen), _log_mean(seen))


def _by_day(
    cohorts: Mapping[Stratum, Sequence[Cohort]], stage: Stage
) -> dict[int, list[tuple[Stratum, Cohort]]]:
    days: dict[int, list[tuple[Stratum, Cohort]]] = {}
    for stratum, told in cohorts.items():
        for cohort in told:
            if cohort.released > 0 and (stage.released or cohort.day < stage.today):
                days.setdefault(cohort.day, []).append((stratum, cohort))
    return days


def _parts(
    dimensions: Sequence[Dimension], days: Mapping[int, list[tuple[Stratum, Cohort]]]
) -> dict[tuple[Dimension | None, str], Part]:
    """The weight of every part, by the day on which it is first released."""
    parts: dict[tuple[Dimension | None, str], Part] = {(None, ""): _WHOLE[bool(dimensions)]}
    for dimension in dimensions:
        share = (1 - WHOLE_SHARE) / len(dimensions)
        name_of = attrgetter(dimension)
        nth = 0
        for day in sorted(days):
            names = {name_of(stratum) for stratum, _ in days[day]}
            fresh = sorted(name for name in names if (dimension, name) not in parts)
            nth += bool(fresh)
            for name in fresh:
                weight = share / (nth * (nth + 1)) / len(fresh)
                parts[dimension, name] = Part(dimension, name, weight)
    return parts


def _released(
    parts: Mapping[tuple[Dimension | None, str], Part], told: Sequence[tuple[Stratum, Cohort]]
) -> dict[Part, tuple[int, int]]:
    """What one day adds to every part: devices released, and errors known of them."""
    added: dict[Part, tuple[int, int]] = {}
    dimensions = {part.dimension for part in parts.values()}
    for stratum, cohort in told:
        for dimension in dimensions:
            name = "" if dimension is None else getattr(stratum, dimension)
            part = parts[dimension, name]
            released, errors = added.get(part, (0, 0))
            added[part] = released + cohort.released, errors + cohort.errors
    return added


def _log_mean(seen: Mapping[Part, Counted]) -> float:
    """The log of the weighted mean; the weight that nobody has taken yet counts 1."""
    terms = [log(part.weight) + counted.log_e for part, counted in seen.items()]
    free = 1 - sum(part.weight for part in seen)
    return log_sum([*terms, log(free)] if free > 0 else terms)


def _reading(part: Part, counted: Counted, alpha: float) -> Reading:
    return Reading(
        gate="errors",
        stratum=f"{part.dimension}:{part.name}" if part.dimension else None,
        n=counted.n,
        k=counted.k,
        statistic=counted.log_e,
        bound=-log(alpha * part.weight),
    )


def _larger(one: Reading, other: Reading) -> Reading:
    """The larger by its statistic; at a tie the later prefix, which rests on more."""
    return one if one.statistic > other.statistic else other
