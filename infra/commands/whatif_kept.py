"""What commands of `twin whatif` keep, where, and what the files were that they were given."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from infra.commands.folders import home_folder
from infra.commands.speak import say, say_json
from infra.refusals import CommandRefused
from twin.whatif.answer_shelf import Said, keep_answer
from twin.whatif.reading import Question
from twin.whatif.shelf import FOLDER

Out = Annotated[Path | None, typer.Option(metavar="DIR", help="Keep it here, not in TWIN_HOME.")]


def shelf_of(out: Path | None, home: str | None) -> Path:
    """The folder in which runs and answers are kept."""
    return out or home_folder(home) / FOLDER


def files_given(question: Question, file: Path) -> dict[str, bytes]:
    """A scenario file and its plans, by name; nothing where the question is that of a kept run.

    Raises:
        CommandRefused: a file is not there any more.
    """
    if not file.is_file():
        return {}
    names = (Path(file.name), *map(Path, question.scenario.plans))
    try:
        return {name.name: (file.parent / name).read_bytes() for name in names}
    except OSError as error:
        raise CommandRefused(f"{error.filename} was there, and is not any more") from error


def keep_said(said: Said, *, given: dict[str, bytes], folder: Path, seconds: float) -> Path:
    """Keep an answer; give its folder.

    Raises:
        CommandRefused: the folder cannot be written.
    """
    try:
        return keep_answer(said, given=given, folder=folder, seconds=seconds, now=datetime.now(UTC))
    except OSError as error:
        raise CommandRefused(f"{folder} cannot be written: {error.strerror}") from error


def tell(said: Said, own: Path, *, as_json: bool) -> None:
    """Say an answer as it was kept: its words and the folder, or its values and the folder."""
    if as_json:
        say_json({**msgspec.to_builtins(said.result), "folder": str(own)})
        return
    for line in said.lines:
        say(line)
    say(f"kept in {own}")
