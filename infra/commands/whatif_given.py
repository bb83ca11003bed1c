"""What a command of `twin whatif` is given: a scenario file or a kept run, and its basis."""

from pathlib import Path

from infra.commands.folders import home_folder, lake_of
from infra.commands.known import basis_at, files_of
from infra.refusals import CommandRefused, NotFound
from streams.topics import CAMPAIGN_EVENTS
from twin.lake import read
from twin.lake.basis import BasisRefused
from twin.whatif.observed import NothingObserved, Observed, observed
from twin.whatif.reading import Question, read_question
from twin.whatif.shelf import FOLDER, NotKept, asked_for

SUFFIXES = (".toml", ".yaml", ".yml")


def question_given(given: str, *, home: str | None, out: Path | None) -> Question:
    """The question of a scenario file, or of a run that is kept under a name, as it was asked.

    Raises:
        NotFound: no run is kept under that name.
        ScenarioRefused: something is wrong with the file.
    """
    file = Path(given)
    if file.suffix in SUFFIXES or file.is_file():
        return read_question(file)
    try:
        return asked_for(out or home_folder(home) / FOLDER, given)
    except NotKept as error:
        raise NotFound(f"{error}, and no scenario file either; see `twin whatif list`") from error


def past_of(question: Question, *, home: str | None, place: str) -> Observed | None:
    """What the basis of a scenario holds, read from the lake; None where it starts from none.

    Raises:
        CommandRefused: there is no such basis or lake; `place` is said to name it.
    """
    if question.scenario.basis is None:
        return None
    try:
        lake = lake_of(home)
        basis = basis_at(home, lake, question.scenario.basis)
        files, upto = files_of(lake, basis), basis.positions
        return observed(
            read.records(files, upto=upto),
            read.records(files, topic=CAMPAIGN_EVENTS, upto=upto),
            basis=basis.name or basis.id,
        )
    except (BasisRefused, NotFound, NothingObserved) as error:
        raise CommandRefused(f"{place}: {error}") from error


def place_of(file: Path) -> str:
    """The file and the line on which its basis is named."""
    if not file.is_file():
        return str(file)
    lines = file.read_text(encoding="utf-8").splitlines()
    named = (nth for nth, line in enumerate(lines, 1) if line.lstrip().startswith("basis"))
    return f"{file.name} line {next(named, 1)}"
