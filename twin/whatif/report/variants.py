"""A variant of a question about campaigns: its exact runs by seed, and its draws."""

from msgspec import Struct

from twin.whatif.compare import Run, figures_of, sampled, with_seed
from twin.whatif.doubt.bounds import BeyondCohorts
from twin.whatif.doubt.drawing import Doubt, doubt
from twin.whatif.doubt.exactly import DRAWS as EXACT_DRAWS
from twin.whatif.doubt.exactly import PREMISES_MAX, doubt_exactly
from twin.whatif.outcome import Outcome
from twin.whatif.reading import Question
from twin.whatif.report.files import CampaignQuestion


class Found(Struct, frozen=True, kw_only=True):
    """A variant: its scenario, the outcome of each seed, and its draws (None: none were asked)."""

    name: str
    question: Question
    outcomes: tuple[Outcome, ...]
    figures: tuple[dict[str, float], ...]
    doubt: Doubt | None

    def values(self, measure: str) -> list[float]:
        """A measure by seed."""
        return [one[measure] for one in self.figures]


def variant_of(name: str, question: Question, asked: CampaignQuestion, run: Run) -> Found:
    """A variant with all its seeds and draws."""
    small = sampled(question, premises=asked.premises)
    first = question.scenario.seed
    outcomes = tuple(run(with_seed(small, first + n)) for n in range(asked.seeds))
    return Found(
        name=name,
        question=question,
        outcomes=outcomes,
        figures=tuple(figures_of(one) for one in outcomes),
        doubt=_drawn(question, asked, run) if asked.draws else None,
    )


def _drawn(question: Question, asked: CampaignQuestion, run: Run) -> Doubt:
    """Draws by cohorts of the whole fleet; by exact runs of a sample where cohorts lack a thing."""
    first = question.scenario.seed
    try:
        return doubt(question, draws=asked.draws, seed=first)
    except BeyondCohorts as beyond:
        return doubt_exactly(
            question,
            run=run,
            beyond=beyond.what,
            draws=min(asked.draws, EXACT_DRAWS),
            seed=first,
            premises=min(asked.premises, PREMISES_MAX),
        )


def end_at(drawn: Doubt, share: float) -> str:
    """The day by which a share of the draws has ended, in words."""
    return str(drawn.day(drawn.end_at(share)) or "after the horizon")
