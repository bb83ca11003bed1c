"""A document as one HTML file that asks for nothing: style, pictures and all in it."""

import re
from functools import lru_cache
from importlib.resources import files
from typing import Final

import jinja2

from twin.evidence.document import Document, Picture, Table

_NUMBER: Final = re.compile(r"[<+-]?[0-9][0-9,.]*%?|s")


def as_html(document: Document) -> str:
    """The document as a page; every text is escaped, pictures are our own SVG."""
    return _template().render(document=document, kind=_kind, traced=traced, is_number=is_number)


def traced(table: Table) -> str:
    """Where the figures of a table come from, in one line."""
    parts = []
    if table.events:
        parts.append(f"Counted from: {', '.join(table.events)}.")
    if table.sources:
        parts.append(f"Source: {', '.join(table.sources)}.")
    return " ".join(parts)


def is_number(cell: str) -> bool:
    """Whether a cell holds a number, perhaps in percent or suppressed; those stand to the right."""
    return bool(_NUMBER.fullmatch(cell))


def _kind(part: object) -> str:
    if isinstance(part, Table):
        return "table"
    return "picture" if isinstance(part, Picture) else "text"


@lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    text = files("twin.evidence").joinpath("templates/document.html").read_text("utf-8")
    return jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    ).from_string(text)
