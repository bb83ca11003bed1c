"""Runs of what-if, kept under the twin's home for the pages."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from dashboards.keeping import NotWritten
from twin.whatif.outcome import Outcome
from twin.whatif.reading import Question
from twin.whatif.shelf import FOLDER, keep


class HomeKeeper:
    """Keeps runs in the folder that `twin whatif` keeps them in, too."""

    def __init__(self, home: Path) -> None:
        """Below this home."""
        self._folder = home / FOLDER

    def obstacle(self) -> str | None:
        """The folder can be made whenever a run is kept."""
        return None

    def keep(self, outcome: Outcome, *, question: Question, given: Mapping[str, bytes]) -> None:
        """Keep a run under its name.

        Raises:
            NotWritten: the folder cannot be written.
        """
        try:
            keep(
                outcome,
                question=question,
                given=dict(given),
                folder=self._folder,
                now=datetime.now(UTC),
            )
        except OSError as error:
            raise NotWritten(
                f"{outcome.header.name} was not kept: {type(error).__name__} in {self._folder}"
            ) from error
