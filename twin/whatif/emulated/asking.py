"""A question to the emulated field, and its answer: intervals over seeds, spans over draws."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from msgspec import Struct

from twin.fleet.living.policy import Policy
from twin.fleet.numbers.draws import draw
from twin.vocabulary import PinIntervention, ProgrammeOption
from twin.whatif.doubt.priors import Prior, middle, shipped_priors
from twin.whatif.emulated.running import Figures, Job, Period, Runner, Variant, one_by_one
from twin.whatif.intervals import Interval, interval, paired


class VariantAsked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A variant as a file has it; `numbers` are numbers of behaviour by name."""

    name: str
    option: Literal[1, 2, 3] = 3
    pin_intervention: PinIntervention = PinIntervention.NONE
    numbers: dict[str, float] = {}

    @property
    def variant(self) -> Variant:
        """What the field is to be run with."""
        policy = Policy(ProgrammeOption(f"option_{self.option}"), self.pin_intervention)
        return Variant(name=self.name, policy=policy, numbers=self.numbers)


class FieldQuestion(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is asked of the field: variants, the first of them the one that others are held against.

    `measure` decides, `better` says which way; `also` is shown beside it. `doubts` are priors by
    name, drawn `draws` times, all with the first seed, so that draws and luck stay apart.
    """

    premises: int
    starts: date
    ends: date
    seeds: int
    draws: int
    measure: str
    better: Literal["less", "more"]
    also: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    variants: tuple[VariantAsked, ...]


class Told(Struct, frozen=True, kw_only=True):
    """A variant by a measure: over seeds, against the first one, and over draws (P10, P50, P90)."""

    variant: str
    measure: str
    over_seeds: Interval
    against_first: Interval
    over_draws: tuple[float, float, float] | None


class FieldAnswer(Struct, frozen=True, kw_only=True):
    """Everything that was found, and in how many of the draws each variant was the best."""

    told: tuple[Told, ...]
    best: str
    surely: bool
    runner_up: str
    lead: Interval
    best_in_draws: dict[str, int]

    def of(self, variant: str, measure: str) -> Told:
        """What was found of a variant by a measure; LookupError where there is none."""
        for one in self.told:
            if (one.variant, one.measure) == (variant, measure):
                return one
        raise LookupError(f"no {measure} of {variant}")


def ask(
    question: FieldQuestion, *, first_seed: int = 1, runner: Runner = one_by_one
) -> FieldAnswer:
    """Run every variant with every seed and every draw, and compare."""
    variants = [asked.variant for asked in question.variants]
    period = Period(premises=question.premises, starts=question.starts, ends=question.ends)
    seeds = range(first_seed, first_seed + question.seeds)
    drawn = _draws(question, seed=first_seed)
    jobs = [
        *(Job(variant=v, period=period, seed=seed) for v in variants for seed in seeds),
        *(
            Job(variant=v, period=period, seed=first_seed, drawn=numbers)
            for v in variants
            for numbers in drawn
        ),
    ]
    found = list(runner(jobs))
    luck, doubt = found[: len(variants) * len(seeds)], found[len(variants) * len(seeds) :]
    names = [variant.name for variant in variants]
    return compared(
        question, _cut(names, luck, len(seeds)), _cut(names, doubt, len(drawn)) if drawn else {}
    )


def compared(
    question: FieldQuestion,
    by_seed: dict[str, list[Figures]],
    by_draw: dict[str, list[Figures]],
) -> FieldAnswer:
    """The answer from the figures of each variant, by seed and by draw."""
    first = question.variants[0].name
    told = tuple(
        _told(name, measure, by_seed, by_draw.get(name, []), first)
        for measure in (question.measure, *question.also)
        for name in by_seed
    )
    values = {name: [f[question.measure] for f in found] for name, found in by_seed.items()}
    sign = 1 if question.better == "more" else -1
    ranked = sorted(values, key=lambda name: -sign * sum(values[name]))
    leads = {name: paired(values[name], values[ranked[0]]) for name in ranked[1:]}
    return FieldAnswer(
        told=told,
        best=ranked[0],
        surely=all(lead.excludes_nought for lead in leads.values()),
        runner_up=ranked[1],
        lead=leads[ranked[1]],
        best_in_draws=_best_in_draws(question, by_draw),
    )


def _told(
    name: str,
    measure: str,
    by_seed: dict[str, list[Figures]],
    draws: Sequence[Figures],
    first: str,
) -> Told:
    here, there = ([f[measure] for f in by_seed[one]] for one in (name, first))
    ordered = sorted(f[measure] for f in draws)
    return Told(
        variant=name,
        measure=measure,
        over_seeds=interval(here),
        against_first=paired(there, here),
        over_draws=_three(ordered) if ordered else None,
    )


def _best_in_draws(question: FieldQuestion, by_draw: dict[str, list[Figures]]) -> dict[str, int]:
    """How often each variant is the best alone, draw by draw."""
    wins = dict.fromkeys(by_draw, 0)
    sign = 1 if question.better == "more" else -1
    for row in zip(*by_draw.values(), strict=True):
        scores = {n: sign * f[question.measure] for n, f in zip(by_draw, row, strict=True)}
        best = [name for name, score in scores.items() if score == max(scores.values())]
        if len(best) == 1:
            wins[best[0]] += 1
    return wins


def _draws(question: FieldQuestion, *, seed: int) -> list[dict[str, float]]:
    """Draws of the named priors, spread evenly over each (a Latin square), the same everywhere."""
    known = {prior.name: prior for prior in shipped_priors()}
    priors = [known[name] for name in question.doubts]
    columns = {prior.name: _spread(prior, question.draws, seed=seed) for prior in priors}
    return [
        {name: values[number] for name, values in columns.items()}
        for number in range(question.draws if priors else 0)
    ]


def _spread(prior: Prior, draws: int, *, seed: int) -> list[float]:
    luck = [draw(seed=seed, entity=n, purpose=f"whatif.field.{prior.name}") for n in range(draws)]
    order = sorted(range(draws), key=lambda n: luck[n])
    return [prior.value((order[n] + 0.5) / draws, middle=middle(prior)) for n in range(draws)]


def _cut(names: Sequence[str], found: list[Figures], each: int) -> dict[str, list[Figures]]:
    return {name: found[nth * each : (nth + 1) * each] for nth, name in enumerate(names)}


def _three(ordered: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = (_quantile(ordered, share) for share in (0.1, 0.5, 0.9))
    return low, middle, high


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]
