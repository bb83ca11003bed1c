"""Successive halving: many plans looked at cheaply, the better half again more dearly.

Rungs: the cohort engine with every number at its middle; the cohort engine on some draws; exact
runs on a quarter of the premises with two seeds; exact runs on all of them with all seeds. Where
cohorts do not carry the scenario, the first two are exact runs on a sixteenth. Plans share their
luck on each rung. The plan as it stands is kept to the end, to be compared with.
"""

from collections.abc import Callable, Sequence
from statistics import fmean
from typing import Final

from msgspec import Struct

from twin.fleet.numbers.draws import draw
from twin.whatif.compare import Run, figures_of, sampled, waiting_by_region, with_seed
from twin.whatif.doubt.bounds import BeyondCohorts, require_within
from twin.whatif.doubt.cohort import Cohorts
from twin.whatif.doubt.drawing import ASKED
from twin.whatif.doubt.priors import drawn, shipped_priors
from twin.whatif.labels import code_version, label_of
from twin.whatif.outcome import Label
from twin.whatif.reading import Question
from twin.whatif.search.asking import Search, Settings, settings_of
from twin.whatif.search.plans import with_settings

DRAWS: Final = 8
EXACT_MAX: Final = 12
"""Candidates that are run exactly, at most; half of them on the last rung."""
RUNGS: Final = ("cohorts", "cohorts, draws", "exact, a quarter", "exact, all")
EXACT_RUNGS: Final = ("exact, a sixteenth", "exact, a quarter", "exact, all")
"""The rungs where cohorts do not carry the scenario."""
PARTS: Final = {"exact, a sixteenth": 16, "exact, a quarter": 4, "exact, all": 1}


class Candidate(Struct, frozen=True, kw_only=True):
    """A plan of the search: days to the end, devices exposed, and the largest lag in days.

    `rung` is how far it came. `keeps` says whether it is within the limits, by the last rung.
    """

    number: int
    settings: Settings
    days: float
    exposed: float
    lag_days: float
    rung: str
    keeps: bool


class Front(Struct, frozen=True, kw_only=True):
    """The outcome of a search: the Pareto front of days against exposure, and the plan as it is.

    `looked_at` counts candidates by rung. `best` is the earliest end within the limits, None where
    no candidate keeps them. `refused` counts candidates that no plan file could hold. `label` is
    "model only" where the scenario goes beyond what any evidence can show. `beyond` is what
    cohorts do not carry: every rung was exact then, and lags are of regions alone.
    """

    scenario: str
    scenario_hash: str
    premises: int
    simulated_premises: int
    horizon_days: int
    front: tuple[Candidate, ...]
    as_it_stands: Candidate
    best: Candidate | None
    looked_at: dict[str, int]
    refused: int
    label: Label
    why_label: str
    code_version: str
    beyond: tuple[str, ...] = ()
    simulated: bool = True


class _Plan(Struct, frozen=True, kw_only=True):
    number: int
    settings: Settings
    question: Question


def search(
    asked: Search, question: Question, *, run: Run, told: Callable[[str], None] = lambda _: None
) -> Front:
    """The front of a search; the same for the same file, wherever it is made."""
    plans, refused = _candidates(asked, question)
    beyond = _beyond(question)
    rungs = EXACT_RUNGS if beyond else RUNGS
    looked_at: dict[str, int] = {}
    judged: list[Candidate] = []
    for left, rung in zip(reversed(range(len(rungs))), rungs, strict=True):
        told(f"{rung}: {len(plans)} plans")
        looked_at[rung] = len(plans)
        judged = [_judged(asked, plan, rung, run, by_cohorts=not beyond) for plan in plans]
        if left == 0:
            break
        keep = {one.number for one in best_of(judged, _room(left, len(plans)))} | {0}
        plans = [plan for plan in plans if plan.number in keep]
    kept = [one for one in judged if one.keeps]
    label, why_label = label_of(question.scenario)
    front = tuple(sorted(pareto(kept), key=lambda one: (one.days, one.exposed, one.number)))
    return Front(
        scenario=question.scenario.name,
        scenario_hash=question.hash,
        premises=question.scenario.fleet.premises if question.scenario.fleet else 0,
        simulated_premises=sampled(question, premises=asked.premises).scenario.premises,
        horizon_days=question.scenario.horizon.days,
        front=front,
        as_it_stands=next(one for one in judged if one.number == 0),
        best=front[0] if front else None,
        looked_at=looked_at,
        refused=refused,
        label=label,
        why_label=why_label,
        code_version=code_version(),
        beyond=beyond,
    )


def pareto(found: Sequence[Candidate]) -> list[Candidate]:
    """Those whom no other beats in days or exposure without being worse in the other."""
    return [one for one in found if not any(_beats(other, one) for other in found)]


def best_of(found: Sequence[Candidate], count: int) -> list[Candidate]:
    """So many, those within the limits first, front by front; within one by days and number."""
    chosen: list[Candidate] = []
    for keeps in (True, False):
        left = [one for one in found if one.keeps is keeps]
        while left and len(chosen) < count:
            front = sorted(pareto(left), key=lambda one: (one.days, one.exposed, one.number))
            chosen += front
            left = [one for one in left if one not in front]
    return chosen[:count]


def _beats(one: Candidate, other: Candidate) -> bool:
    no_worse = one.days <= other.days and one.exposed <= other.exposed
    return no_worse and (one.days, one.exposed) != (other.days, other.exposed)


def _beyond(question: Question) -> tuple[str, ...]:
    """What of a question cohorts do not carry; settings of a search add nothing to it."""
    try:
        require_within(question)
    except BeyondCohorts as beyond:
        return beyond.what
    return ()


def _room(left: int, count: int) -> int:
    """How many go on from a rung, by the rungs that are left: half, and no more than can be run
    exactly on a quarter (two are left) or on all (one is)."""
    half = max(2, count // 2)
    return half if left > 2 else min(half, EXACT_MAX // (3 - left))


def _candidates(asked: Search, question: Question) -> tuple[list[_Plan], int]:
    found = []
    for number in range(asked.candidates):
        uniform = {
            (campaign, name): draw(
                seed=asked.seed, entity=number, purpose=f"whatif.search.{campaign}.{name}"
            )
            for campaign, ranges in asked.ranges.items()
            for name in ranges
        }
        settings = settings_of(asked, number, uniform)
        changed = with_settings(question, settings)
        if changed is not None:
            found.append(_Plan(number=number, settings=settings, question=changed))
    return found, asked.candidates - len(found)


def _judged(asked: Search, plan: _Plan, rung: str, run: Run, *, by_cohorts: bool) -> Candidate:
    if rung in PARTS:
        days, exposed, lag = _exactly(asked, plan, run, part=PARTS[rung])
    else:
        days, exposed = _expected(plan, asked.seed, draws=0 if rung == RUNGS[0] else DRAWS)
        lag = 0.0
    if by_cohorts:
        lag = _lag(plan.question)
    limits = asked.limits
    return Candidate(
        number=plan.number,
        settings=plan.settings,
        days=days,
        exposed=exposed,
        lag_days=lag,
        rung=rung,
        keeps=(limits.exposed is None or exposed <= limits.exposed)
        and (limits.lag_days is None or lag <= limits.lag_days),
    )


def _expected(plan: _Plan, seed: int, *, draws: int) -> tuple[float, float]:
    cohorts = Cohorts(plan.question)
    priors = tuple(p for p in shipped_priors() if p.name.partition(".")[0] in ASKED)
    numbers = [drawn(priors, seed=seed, number=n) for n in range(draws)] or [{}]
    found = [cohorts.expected(one) for one in numbers]
    horizon = plan.question.scenario.horizon.days
    days = [float(horizon if one.ends < 0 else one.ends) for one in found]
    return fmean(days), fmean(one.exposed for one in found)


def _exactly(asked: Search, plan: _Plan, run: Run, *, part: int) -> tuple[float, float, float]:
    """Days, devices exposed, and the lag of the slowest region in exact runs, means over seeds."""
    small = sampled(plan.question, premises=max(1, asked.premises // part))
    first, seeds = small.scenario.seed, asked.seeds if part == 1 else 2
    outcomes = [run(with_seed(small, first + n)) for n in range(seeds)]
    found = [figures_of(one) for one in outcomes]
    waits = [list(waiting_by_region(one).values()) for one in outcomes]
    lags = [max(by_region) - fmean(by_region) for by_region in waits]
    return fmean(f["end"] for f in found), fmean(f["exposed"] for f in found), fmean(lags)


def _lag(question: Question) -> float:
    """How much longer than the mean the premises of a region, or a supplier, wait (expected)."""
    waits = Cohorts(question, apart=True).waits()
    by_region = [days for (dimension, _), days in waits.items() if dimension == "region"]
    return max(waits.values()) - fmean(by_region)
