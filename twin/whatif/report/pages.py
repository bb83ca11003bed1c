"""Answers as pages: one HTML file each with its data beside it, and an index; written whole."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from twin.lake.durable import write_whole
from twin.whatif.report.answer import Answer
from twin.whatif.report.files import Ready
from twin.whatif.report.pictures import svg


def page(answer: Answer) -> str:
    """One answer as a page; the same answer gives the same text."""
    # what vl-convert draws escapes its own texts
    pictures, fans = (
        [(one, Markup(svg(one))) for one in shown] for shown in (answer.pictures, answer.fans)
    )
    return _room().get_template("page.html.j2").render(answer=answer, pictures=pictures, fans=fans)


def index(answers: Sequence[Answer]) -> str:
    """All answers on one page, each with its finding."""
    return _room().get_template("index.html.j2").render(answers=answers)


def write_page(answer: Answer, *, folder: Path) -> Path:
    """Write the page of an answer, and its data as JSON beside it; give the path of the page."""
    folder.mkdir(parents=True, exist_ok=True)
    data = msgspec.json.format(msgspec.json.encode(answer), indent=2)
    write_whole(folder / f"{answer.name}.json", data)
    place = folder / f"{answer.name}.html"
    write_whole(place, page(answer).encode())
    return place


def write_index(asked: Sequence[Ready], *, folder: Path) -> Path:
    """Write the index of those ready questions that have an answer there; give its path.

    What was answered before a question was changed is left out: it answers another one.
    """
    found = [answer for ready in asked if (answer := _written(ready, folder)) is not None]
    write_whole(folder / "index.html", index(found).encode())
    return folder / "index.html"


def _written(ready: Ready, folder: Path) -> Answer | None:
    """The answer to a question that lies in a folder; None where none does, or an older one."""
    try:
        found = msgspec.json.decode((folder / f"{ready.name}.json").read_bytes(), type=Answer)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return found if found.question_hash == ready.hash else None


def _room() -> Environment:
    return Environment(
        loader=PackageLoader("twin.whatif.report", package_path=""),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
