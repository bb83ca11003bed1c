"""Answers as pages: one HTML file each with its data beside it, and an index; written whole."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from twin.lake.durable import write_whole
from twin.whatif.report.answer import Answer, Fan, Picture
from twin.whatif.report.pictures import svg


def page(answer: Answer) -> str:
    """One answer as a page; the same answer gives the same text."""
    # what vl-convert draws escapes its own texts
    shown: tuple[Picture | Fan, ...] = (*answer.pictures, *answer.fans)
    drawn = [(one, Markup(svg(one))) for one in shown]
    return _room().get_template("page.html.j2").render(answer=answer, pictures=drawn)


def index(answers: Sequence[Answer]) -> str:
    """All answers on one page, each with its finding."""
    return _room().get_template("index.html.j2").render(answers=answers)


def write_pages(answers: Sequence[Answer], *, folder: Path) -> Path:
    """Write every page, its data as JSON, and the index; give the path of the index."""
    folder.mkdir(parents=True, exist_ok=True)
    for answer in answers:
        write_whole(folder / f"{answer.name}.html", page(answer).encode())
        data = msgspec.json.format(msgspec.json.encode(answer), indent=2)
        write_whole(folder / f"{answer.name}.json", data)
    write_whole(folder / "index.html", index(answers).encode())
    return folder / "index.html"


def _room() -> Environment:
    return Environment(
        loader=PackageLoader("twin.whatif.report", package_path=""),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
