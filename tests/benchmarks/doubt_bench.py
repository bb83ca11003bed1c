"""Doubt: draws of a national programme by the cohort engine, and that engine against the exact."""

import time
from math import sqrt
from pathlib import Path
from statistics import fmean
from typing import Final

import numpy as np

from tests.benchmarks.measure import Measure
from twin.whatif.compare import with_seed
from twin.whatif.doubt.cohort import Cohorts
from twin.whatif.doubt.drawing import doubt
from twin.whatif.engine import run
from twin.whatif.reading import Question, question_of

DRAWS: Final = 1_000
PREMISES: Final = 30_000_000
SECONDS: Final = 5.0
STRETCH: Final = 2.0
SEEDS: Final = 8
REPEATS: Final = 3
"""The best of so many: other work on the machine only adds."""
CHECKED: Final = 200_000
SIGMAS: Final = 4.0
TEXT: Final = """
name = "national"
bad_images = []
[horizon]
from = 2017-05-01
to = 2018-03-17
[fleet]
premises = {premises}
"""


def measure(premises: int = PREMISES, checked: int = CHECKED, seeds: int = SEEDS) -> list[Measure]:
    """A thousand draws of thirty million premises; the cohort engine against the mean of seeds."""
    return [_speed(premises), _agreement(checked, seeds)]


def asked(premises: int) -> Question:
    """The programme that ships, 320 days, three regions, four waves."""
    text = TEXT.format(premises=premises)
    return question_of(text, name="national.toml", folder=Path())


def _speed(premises: int) -> Measure:
    question = asked(premises)
    doubt(question, draws=2)  # compiled once
    wall, cpu, done = min(_timed(question) for _ in range(REPEATS))
    return Measure(
        name=f"what-if: {done:,} parameter draws, {premises:,} premises, 320 days",
        ours=f"{wall:.1f} s ({cpu:.1f} s of one processor)",
        against=f"{SECONDS:.0f} s, stretch {STRETCH:.0f} s",
        ratio=wall / SECONDS,
        holds=wall <= SECONDS,
        figures={"seconds": wall, "processor_seconds": cpu, "draws": done},
    )


def _timed(question: Question) -> tuple[float, float, int]:
    """Seconds on the wall and of one processor, and the draws that were made."""
    begun, used = time.perf_counter(), time.process_time()
    found = doubt(question, draws=DRAWS)
    return time.perf_counter() - begun, time.process_time() - used, found.draws


def _agreement(premises: int, seeds: int) -> Measure:
    """The largest distance of the cohort engine from the mean of exact runs, in standard errors."""
    question = asked(premises)
    expected = Cohorts(question).expected()
    outcomes = [run(with_seed(question, 1 + n)) for n in range(seeds)]
    distances = [
        _distance([end.members - end.confirmed for end in ends], one.members - one.confirmed[-1])
        for one, ends in zip(
            expected.courses, zip(*(o.header.campaigns for o in outcomes), strict=True), strict=True
        )
    ]
    capable = [float(one.header.capable) for one in outcomes]
    distances.append(_distance(capable, float(expected.capable[-1].sum())))
    first = outcomes[0].capable["day"].min()
    days = [abs((o.header.end - first).days - expected.ends) for o in outcomes if o.header.end]
    worst = max(distances)
    return Measure(
        name=f"what-if: cohort engine against {seeds} exact runs of {premises:,} premises",
        ours=f"{worst:.1f} standard errors at most, end {max(days, default=-1)} days apart",
        against=f"{SIGMAS:.0f} standard errors, 1 day",
        holds=worst <= SIGMAS and len(days) == seeds and max(days) <= 1,
        figures={"standard_errors": worst, "days_apart": float(max(days, default=-1))},
    )


def _distance(values: list[float], expected: float) -> float:
    """Standard errors between a mean and what was expected, as a plain number.

    Arrays give numbers of numpy, which pass for floats until a report is written or a verdict is
    asked for by `is`.
    """
    error = float(np.std(values, ddof=1)) / sqrt(len(values))
    return float(abs(fmean(values) - expected) / max(error, 1e-9))
