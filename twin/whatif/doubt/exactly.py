"""Draws of what cohorts do not carry (windows, ramps, causes, a fork): each an exact run.

A draw has other numbers of behaviour and the same luck, so that what moves is the numbers. A large
fleet is run on a sample, whose gates have less to go by than the nation's; whoever shows the draws
says so (`Doubt.simulated`, `Doubt.beyond`).
"""

from collections.abc import Callable, Sequence
from typing import Final

import polars as pl
from msgspec.structs import replace

from twin.whatif.compare import Run, sampled
from twin.whatif.doubt.drawing import Doubt, Figures, drawn_by
from twin.whatif.doubt.named import with_numbers
from twin.whatif.doubt.priors import Prior
from twin.whatif.outcome import Outcome
from twin.whatif.reading import Question

DRAWS: Final = 100
"""Exact draws unless more are asked for: a third of a second each."""
PREMISES_MAX: Final = 50_000
"""Premises that each draw simulates, at most."""


def doubt_exactly(
    question: Question,
    *,
    run: Run,
    beyond: Sequence[str],
    draws: int = DRAWS,
    seed: int = 1,
    priors: Sequence[Prior] | None = None,
    premises: int = PREMISES_MAX,
    told: Callable[[int], None] = lambda _: None,
) -> Doubt:
    """As `twin.whatif.doubt.drawing.doubt`, each draw run premises by premises on a sample.

    `beyond` is what cohorts do not carry. Numbers of premises and devices are of the whole fleet.
    """
    small = sampled(question, premises=premises)
    sizes: list[int] = []

    def engine(numbers: dict[str, float]) -> Figures:
        assumptions = with_numbers(small.rows.assumptions, numbers)
        outcome = run(replace(small, rows=replace(small.rows, assumptions=assumptions)))
        sizes.append(outcome.header.premises)
        return _figures(outcome)

    found = drawn_by(engine, question, draws=draws, seed=seed, priors=priors, told=told)
    fleet = question.scenario.fleet
    return replace(
        found,
        premises=sizes[0] if fleet is None else fleet.premises,
        simulated=sizes[0],
        beyond=tuple(beyond),
    )


def _figures(outcome: Outcome) -> Figures:
    """The figures of an exact run, each premises counted for all that it stands for."""
    header = outcome.header
    by_day = outcome.capable.group_by("day").agg(pl.col("capable").sum()).sort("day")
    end = (header.end - by_day["day"][0]).days if header.end else -1
    return Figures(
        ends=end,
        capable=by_day["capable"].to_numpy() * header.weight,
        exposed=header.exposed * header.weight,
        short=(header.installed - header.capable) * header.weight,
    )
