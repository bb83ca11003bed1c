"""Two programmes under common luck: what differs, by how much, where, and for whom.

Both run with the same seeds, so that a device has the same luck in both; each figure is the mean
of the differences seed by seed, with an interval. Who differs is asked of the cohort engine, since
outcomes are counted by region; that part is of expected numbers and says so.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, TypeAlias

import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from twin.vocabulary import CspRegion
from twin.whatif.doubt.bounds import BeyondCohorts
from twin.whatif.doubt.cohort import Cohorts
from twin.whatif.intervals import Interval, interval, paired
from twin.whatif.labels import code_version, label_of
from twin.whatif.measures import MEASURES
from twin.whatif.outcome import Label, Outcome
from twin.whatif.reading import Question
from twin.whatif.refusals import NotComparable as NotComparable

SEEDS: Final = 5
PREMISES_MAX: Final = 100_000
"""Premises that are simulated for each seed, unless the scenario asks for fewer."""
Run: TypeAlias = Callable[[Question], Outcome]


class Difference(Struct, frozen=True, kw_only=True):
    """A measure in both programmes, and the second less the first, over seeds."""

    measure: str
    first: Interval
    second: Interval
    difference: Interval


class ForWhom(Struct, frozen=True, kw_only=True):
    """Expected mean days of waiting of a region, a supplier, or the devices of a bad image."""

    dimension: str
    name: str
    first: float
    second: float

    @property
    def difference(self) -> float:
        """Days more (above 0) or less in the second."""
        return self.second - self.first


class Comparison(Struct, frozen=True, kw_only=True):
    """All differences; `unfinished` counts, in each, the seeds whose campaigns are not over.

    `taken_out` counts, in each, the seeds in which a model's image was found bad and taken out.
    A campaign that is not over counts as ended the day after the horizon, so that the difference
    is a bound there. `left_out` says why nobody can be named, or is empty. `label` is "model only"
    where one of the two goes beyond what any evidence can show.
    """

    names: tuple[str, str]
    hashes: tuple[str, str]
    seeds: tuple[int, ...]
    premises: int
    simulated: int
    measures: tuple[Difference, ...]
    where: tuple[Difference, ...]
    for_whom: tuple[ForWhom, ...]
    taken_out: tuple[dict[str, int], dict[str, int]]
    unfinished: tuple[int, int]
    left_out: str
    finding: str
    label: Label
    why_label: str
    code_version: str

    def of(self, measure: str) -> Difference:
        """The difference of a measure; LookupError where there is none."""
        for one in self.measures:
            if one.measure == measure:
                return one
        raise LookupError(f"no measure {measure}")


def compare(
    first: Question, second: Question, *, run: Run, seeds: int = SEEDS, premises: int = PREMISES_MAX
) -> Comparison:
    """Both programmes with the same seeds, those of the first scenario and its followers.

    Raises:
        NotComparable: the two are of different fleets, horizons or seeds.
    """
    require_comparable(first, second)
    asked = [sampled(one, premises=premises) for one in (first, second)]
    numbers = tuple(range(first.scenario.seed, first.scenario.seed + seeds))
    outcomes = [[run(with_seed(question, seed)) for seed in numbers] for question in asked]
    figures = [[figures_of(one) for one in found] for found in outcomes]
    places = [[waiting_by_region(one) for one in found] for found in outcomes]
    for_whom, left_out = _for_whom(first, second)
    measures = tuple(_difference(name, *figures) for name in MEASURES)
    simulated = asked[0].scenario.premises or outcomes[0][0].header.premises
    label, why_label = label_of(first.scenario, second.scenario)
    return Comparison(
        names=(first.scenario.name, second.scenario.name),
        hashes=(first.hash, second.hash),
        seeds=numbers,
        premises=first.scenario.fleet.premises if first.scenario.fleet else simulated,
        simulated=simulated,
        measures=measures,
        where=tuple(_difference(region, *places) for region in CspRegion),
        for_whom=for_whom,
        taken_out=(_taken_out(outcomes[0]), _taken_out(outcomes[1])),
        unfinished=(_unfinished(outcomes[0]), _unfinished(outcomes[1])),
        left_out=left_out,
        finding=finding(first.scenario.name, second.scenario.name, measures[0]),
        label=label,
        why_label=why_label,
        code_version=code_version(),
    )


def require_comparable(first: Question, second: Question) -> None:
    """Refuse two scenarios whose premises are not the same, one by one.

    Raises:
        NotComparable: what differs, and what to do.
    """
    for name in ("fleet", "basis", "horizon", "seed", "sample"):
        one, other = (getattr(question.scenario, name) for question in (first, second))
        if one != other:
            raise NotComparable(
                f"{first.scenario.name} and {second.scenario.name} differ in {name}, so that they "
                "are of different fleets and share no luck: give both the same"
            )


def sampled(question: Question, *, premises: int) -> Question:
    """A question with at most so many premises simulated; a basis is taken whole."""
    scenario = question.scenario
    if scenario.fleet is None or scenario.premises <= premises:
        return question
    share = premises / scenario.fleet.premises
    return replace(question, scenario=replace(scenario, sample=share))


def with_seed(question: Question, seed: int) -> Question:
    """The same question with another luck."""
    return replace(question, scenario=replace(question.scenario, seed=seed))


def figures_of(outcome: Outcome) -> dict[str, float]:
    """The figures of `MEASURES`."""
    header, capable = outcome.header, outcome.capable
    days: list[date] = capable["day"].unique().sort().to_list()
    end = (header.end - days[0]).days if header.end else len(days)
    holds = outcome.decisions.filter(pl.col("fact") == "campaign-held").height
    return {
        "end": float(end),
        "exposed": header.exposed * header.weight,
        "struck": header.struck * header.weight,
        "capable": header.capable * header.weight,
        "waiting": _waiting(capable),
        "holds": float(holds),
    }


def waiting_by_region(outcome: Outcome) -> dict[str, float]:
    """Mean days of waiting of the premises of each region."""
    return {
        region: _waiting(outcome.capable.filter(pl.col("region") == region)) for region in CspRegion
    }


def finding(first: str, second: str, end: Difference) -> str:
    """What is to be said of the end, in one sentence; nothing is claimed that luck may explain."""
    found, n = end.difference, end.difference.n
    if not found.excludes_nought and not (found.low == found.high == found.mean and n > 1):
        return (
            f"{second} cannot be told from {first} by its end: {found.mean:+.1f} days, "
            f"95% interval {found.low:+.1f} to {found.high:+.1f} over {n} seeds."
        )
    if found.mean == 0:
        return f"{second} ends on the same day as {first} with each of {n} seeds."
    word = "later" if found.mean > 0 else "sooner"
    return (
        f"{second} ends {abs(found.mean):.1f} days {word} than {first} (95% interval "
        f"{found.low:+.1f} to {found.high:+.1f} over {n} seeds)."
    )


def _waiting(capable: pl.DataFrame) -> float:
    """Premises-days installed and not capable, over the premises at the end."""
    last = float(capable.filter(pl.col("day") == pl.col("day").max())["installed"].sum())
    missing = float((capable["installed"] - capable["capable"]).sum())
    return missing / last if last else 0.0


def _difference(
    name: str, first: Sequence[dict[str, float]], second: Sequence[dict[str, float]]
) -> Difference:
    one, other = [f[name] for f in first], [f[name] for f in second]
    return Difference(
        measure=str(name),
        first=interval(one),
        second=interval(other),
        difference=paired(one, other),
    )


def _taken_out(outcomes: Sequence[Outcome]) -> dict[str, int]:
    found = [
        stratum
        for one in outcomes
        for stratum in one.decisions.filter(pl.col("fact") == "model-excluded")["stratum"].unique()
    ]
    return {name: found.count(name) for name in sorted(set(found))}


def _unfinished(outcomes: Sequence[Outcome]) -> int:
    return sum(one.header.end is None for one in outcomes)


def _for_whom(first: Question, second: Question) -> tuple[tuple[ForWhom, ...], str]:
    try:
        groups = [Cohorts(one, apart=True).waits() for one in (first, second)]
    except BeyondCohorts as beyond:
        return (), str(beyond)
    found = [
        ForWhom(dimension=key[0], name=key[1], first=groups[0][key], second=groups[1][key])
        for key in groups[0]
        if key in groups[1]
    ]
    return tuple(sorted(found, key=lambda one: -abs(one.difference))), ""
