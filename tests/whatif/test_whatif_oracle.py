"""The engine and a SimPy model that was written from the rules tell the same events, every one."""

from pathlib import Path

import pytest

from tests.whatif.oracle import Oracle
from tests.whatif.questions import asked, our_events
from tests.whatif.variants import variants

PREMISES = 180


@pytest.mark.parametrize("seed", [1, 2])
def test_the_default_programme_event_by_event(seed: int, tmp_path: Path) -> None:
    question = asked(tmp_path, premises=1000, seed=seed)

    ours = our_events(question)

    assert len(ours) > 3000
    assert ours == Oracle(question).run()


@pytest.mark.parametrize("name", variants(PREMISES))
def test_what_plans_and_scenarios_may_say_event_by_event(name: str, tmp_path: Path) -> None:
    question = asked(tmp_path, premises=PREMISES, seed=3, **variants(PREMISES)[name])

    ours = our_events(question)

    assert ours == Oracle(question).run()
    assert ours


@pytest.mark.faults
def test_ten_thousand_premises_event_by_event(tmp_path: Path) -> None:
    question = asked(tmp_path, premises=10_000, seed=4)

    assert our_events(question) == Oracle(question).run()
