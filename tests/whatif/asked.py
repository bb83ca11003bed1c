"""Questions for tests: small texts of scenarios, as a file would hold them."""

from pathlib import Path

from twin.whatif.engine import run
from twin.whatif.outcome import Outcome
from twin.whatif.reading import Question, question_of

PROGRAMME = """
name = "programme"
[horizon]
from = 2017-04-01
to = 2018-03-01
[fleet]
premises = {premises}
"""


def a_question(more: str = "", *, premises: int = 1_000_000, root: str = "") -> Question:
    """The default programme, with more tables behind it and more keys before them."""
    text = root + PROGRAMME.format(premises=premises) + more
    return question_of(text, name="asked.toml", folder=Path())


_OUTCOMES: dict[str, Outcome] = {}


def kept(question: Question) -> Outcome:
    """The outcome of a question, run once a process: it is a function of the question."""
    if question.hash not in _OUTCOMES:
        _OUTCOMES[question.hash] = run(question)
    return _OUTCOMES[question.hash]
