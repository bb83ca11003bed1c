"""Draws of what cohorts do not carry are exact runs, and are said to be."""

import pytest
from msgspec.structs import replace

from tests.whatif.asked import a_question, kept
from twin.campaign.ramps import Ramp
from twin.campaign.windows import Window
from twin.whatif.compare import compare, figures_of
from twin.whatif.doubt.bounds import BeyondCohorts
from twin.whatif.doubt.drawing import Doubt, doubt
from twin.whatif.doubt.exactly import doubt_exactly
from twin.whatif.doubt.priors import shipped_priors
from twin.whatif.engine import run
from twin.whatif.reading import Question

DELIVERY = tuple(one for one in shipped_priors() if one.name == "delivery_delay.CHF")
WINDOW = Window(days=("mon", "wed", "fri"), opens="22:00", closes="04:00")


def with_windows_and_a_ramp(question: Question) -> Question:
    """The hubs alone, in three nights a week, the last wave behind a ramp."""
    hubs = question.plans[0]
    last = replace(hubs.waves[-1], ramp=Ramp(per_day=40, factor=1.5, after=50))
    plan = replace(hubs, windows=(WINDOW,), waves=(*hubs.waves[:-1], last))
    return replace(question, plans=(plan,))


def drawn(question: Question, *, premises: int = 50_000) -> Doubt:
    with pytest.raises(BeyondCohorts) as beyond:
        doubt(question, draws=1)
    return doubt_exactly(
        question, run=run, beyond=beyond.value.what, draws=2, priors=DELIVERY, premises=premises
    )


def test_windows_and_ramps_are_drawn_exactly_and_said_to_be() -> None:
    question = with_windows_and_a_ramp(a_question(premises=1_000))
    found = drawn(question)
    assert found.beyond == ("the windows of LCP-HUBS", "the ramps of LCP-HUBS")
    assert (found.premises, found.simulated) == (1_000, 1_000)
    whole = figures_of(run(question))
    assert found.middle.ends == whole["end"]
    assert found.middle.capable[-1] == whole["capable"]
    (swing,) = found.tornado
    assert swing.ends[0] < found.middle.ends < swing.ends[1], "slower delivery ends later"
    assert len(set(found.ends.tolist())) > 1


def test_a_sample_stands_for_the_whole_fleet() -> None:
    question = with_windows_and_a_ramp(a_question(premises=4_000))
    found = drawn(question, premises=1_000)
    assert (found.premises, found.simulated) == (4_000, 1_000)
    assert found.middle.capable[-1] + found.middle.short == pytest.approx(4_000)


def test_a_comparison_with_what_no_evidence_shows_is_model_only() -> None:
    usual, free = (
        a_question(premises=1_000, root=f'band_policy = "{band}"\n')
        for band in ("coverage", "free_868")
    )
    found = compare(usual, free, run=kept, seeds=1)
    assert found.label == "model only"
    assert "868 MHz was never free" in found.why_label
    assert compare(usual, usual, run=kept, seeds=1).label == "simulated"
