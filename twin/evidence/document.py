"""A document as data: sections of sentences, tables and pictures, whatever it is printed as."""

from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

_WORDS: Final = {
    "ghz_2_4": "2.4 GHz",
    "sub_ghz": "868 MHz",
    "alternative_han": "Alternative HAN",
    "sec_panel": "SEC Panel",
    "ofgem": "Ofgem",
    "han_deployment": "HAN deployment",
    "use_of_868": "use of 868 MHz",
}


class Table(Struct, frozen=True, kw_only=True, tag=True):
    """A table of texts; what is counted stands there as it may be told.

    `events` are the event types that it is counted from, `sources` what of the source it answers.
    """

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    events: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


class Picture(Struct, frozen=True, kw_only=True, tag=True):
    """A picture as SVG; `alt` says in words what it shows.

    `plain`: it is made of boxes, curves and words only, so that a PDF can draw it itself.
    """

    name: str
    alt: str
    svg: str
    plain: bool = False


Part: TypeAlias = str | Table | Picture


class Section(Struct, frozen=True):
    """A heading and what stands below it."""

    title: str
    parts: tuple[Part, ...]


class Document(Struct, frozen=True, kw_only=True):
    """A whole document; `foot` (basis and code version) stands on every page of it."""

    name: str
    title: str
    subtitle: str
    foot: str
    dated: str
    sections: tuple[Section, ...]

    def tables(self) -> tuple[Table, ...]:
        """Its tables in their order."""
        return tuple(
            part for section in self.sections for part in section.parts if isinstance(part, Table)
        )


def as_rows(rows: Iterable[Sequence[object]]) -> tuple[tuple[str, ...], ...]:
    """Rows of plain texts; None is an empty cell."""
    return tuple(tuple("" if cell is None else str(cell) for cell in row) for row in rows)


def in_words(word: object) -> str:
    """A word of the vocabulary as people write it; None is empty."""
    text = "" if word is None else str(word)
    return _WORDS.get(text, text.replace("_", " "))
