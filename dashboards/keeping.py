"""Where what-if runs are kept: read from the twin's home, written by whoever serves the pages."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final, Protocol

from dashboards.installed import Installed
from twin.whatif.answer_shelf import AnswerRecord, kept_answers, name_of
from twin.whatif.outcome import Outcome
from twin.whatif.reading import Question, ScenarioRefused, read_question
from twin.whatif.shelf import FOLDER, NotKept, RunRecord, fetched, kept


class NotWritten(Exception):
    """A run could not be kept; the sentence says why."""


class Keeper(Protocol):
    """How a run gets under its name."""

    def obstacle(self) -> str | None:
        """Why no run can be kept now, as a clause; None where one can."""
        ...

    def keep(self, outcome: Outcome, *, question: Question, given: Mapping[str, bytes]) -> None:
        """Keep a run under its name, in the place of an earlier one of the same name.

        Raises:
            NotWritten: it is not kept.
        """
        ...


class _NoKeeper:
    def obstacle(self) -> str | None:
        return "these pages were started without a place to keep runs in"

    def keep(self, outcome: Outcome, *, question: Question, given: Mapping[str, bytes]) -> None:
        raise NotWritten(f"{outcome.header.name} was not kept: {self.obstacle()}")


KEEPING: Final = Installed[Keeper](_NoKeeper())
"""The keeper of this process."""


def runs(home: Path) -> list[RunRecord]:
    """The runs that are kept under a home, by name."""
    return kept(home / FOLDER)


def answers(home: Path) -> list[AnswerRecord]:
    """The answers of compare, doubt and optimise that are kept under a home, by name."""
    return kept_answers(home / FOLDER)


def comparison_of(home: Path, first: str, second: str) -> AnswerRecord | None:
    """The comparison of two scenarios that `twin whatif compare` kept; None where there is none."""
    name = name_of("compare", (first, second))
    return next((one for one in answers(home) if one.name == name), None)


def outcome_of(home: Path, name: str) -> Outcome:
    """A run that is kept.

    Raises:
        NotKept: there is none of that name, or it cannot be read.
    """
    return fetched(home / FOLDER, name)


def asked_of(home: Path, name: str) -> Question:
    """The question of a run that is kept, read again from the files that were given.

    Raises:
        NotKept: its files hold no scenario that can still be read.
    """
    folder = home / FOLDER / name / "given"
    for path in sorted(folder.glob("*")) if folder.is_dir() else ():
        try:
            found = read_question(path)
        except ScenarioRefused:
            continue  # one of its plans
        if found.scenario.name == name:
            return found
    raise NotKept(f"the scenario of the run {name} cannot be read any more")
