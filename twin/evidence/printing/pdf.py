"""A document as PDF: fixed date and id, the same document gives the same bytes."""

import io
import re
from datetime import datetime
from hashlib import sha256
from typing import Final

import vl_convert
from fpdf import FPDF
from fpdf.fonts import FontFace

from twin.evidence.document import Document, Picture, Section, Table
from twin.evidence.printing.html import traced

_FONT: Final = "Helvetica"
_MARGIN: Final = 14.0
_SCALE: Final = 1.5
_MM: Final = 0.3
"""Millimetres on paper of a unit of a picture, where it fits."""
_WIDER: Final = 0.14
"""How much wider than Helvetica a font may be that a reader puts in its place."""
_PLAIN: Final = str.maketrans(
    {"–": "-", "—": "-", "−": "-", "’": "'", "“": '"', "”": '"', "→": "->", "≥": ">=", "≤": "<="}
)
"""What the fonts that every reader has do not hold; all else is Latin 1."""
_HEAD: Final = FontFace(emphasis="BOLD", fill_color=(243, 246, 249))


class _Pages(FPDF):
    """Pages with the basis and the code version at the foot of each."""

    def __init__(self, document: Document) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self._document = document
        self.set_margins(_MARGIN, _MARGIN, _MARGIN)
        self.set_auto_page_break(True, margin=20)
        self.set_title(_latin(document.title))
        self.set_lang("en-GB")
        self.set_creation_date(datetime.fromisoformat(document.dated))

    def footer(self) -> None:
        """Basis, code version and number of the page."""
        self.set_y(-17)
        self.set_font(_FONT, size=6.5)
        self.set_text_color(82, 96, 109)
        self.multi_cell(0, 3, _latin(self._document.foot), align="L", new_x="LMARGIN", new_y="NEXT")
        self.cell(0, 3, f"{self.page_no()}", align="R")

    def file_id(self) -> str:
        """An id that follows from what the document is, not from when it is printed."""
        content = f"{self._document.title}|{self._document.subtitle}|{self._document.foot}"
        digits = sha256(content.encode()).hexdigest()[:32].upper()
        return f"<{digits}><{digits}>"


def as_pdf(document: Document) -> bytes:
    """The document as a PDF of A4 pages."""
    pages = _Pages(document)
    pages.add_page()
    _text(pages, document.title, size=18, style="B")
    _text(pages, document.subtitle, size=10)
    for number, section in enumerate(document.sections, start=1):
        _section(pages, number, section)
    return bytes(pages.output())


def _section(pages: _Pages, number: int, section: Section) -> None:
    pages.ln(3)
    first = next((part for part in section.parts if isinstance(part, Picture)), None)
    needed = 30 if first is None else 30 + _on_paper(pages, first)[1]
    if pages.will_page_break(min(needed, pages.eph / 2)):
        pages.add_page()
    pages.start_section(_latin(section.title))
    _text(pages, f"{number}. {section.title}", size=13, style="B")
    for part in section.parts:
        if isinstance(part, Table):
            _table(pages, part)
        elif isinstance(part, Picture):
            _picture(pages, part)
        else:
            _text(pages, part, size=9)


def _text(pages: _Pages, text: str, *, size: float, style: str = "") -> None:
    pages.set_text_color(27, 39, 51)
    pages.set_font(_FONT, style=style, size=size)
    width = (1 - _WIDER) * pages.epw
    pages.multi_cell(width, size * 0.5, _latin(text), align="L", new_x="LMARGIN", new_y="NEXT")
    pages.ln(1)


def _table(pages: _Pages, table: Table) -> None:
    if pages.will_page_break(24):
        pages.add_page()
    _text(pages, table.title, size=9, style="B")
    if table.rows:
        pages.set_font(_FONT, size=7)
        widths = _widths(table)
        with pages.table(
            line_height=3.6,
            headings_style=_HEAD,
            borders_layout="HORIZONTAL_LINES",
            col_widths=widths,
            text_align="LEFT",
        ) as drawn:
            for row in (table.columns, *table.rows):
                printed = drawn.row()
                for cell, share in zip(row, widths, strict=True):
                    spare = _WIDER * pages.epw * share / sum(widths)
                    printed.cell(_latin(cell), padding=(0.6, spare, 0.6, 0.6))
    else:
        _text(pages, "There is nothing to count here.", size=8)
    for line in (table.note, traced(table)):
        if line:
            pages.set_font(_FONT, size=6.5)
            pages.multi_cell(0, 3, _latin(line), align="L", new_x="LMARGIN", new_y="NEXT")
    pages.ln(2)


def _widths(table: Table) -> tuple[float, ...]:
    """Columns as wide as their longest text asks for, none too wide."""
    columns = list(zip(table.columns, *table.rows, strict=True))
    return tuple(
        float(max(_word(column) + 3, min(max(map(len, column)), 40))) for column in columns
    )


def _word(column: tuple[str, ...]) -> int:
    """Letters of the longest word of a column, which is not broken."""
    return min(max(len(word) for text in column for word in (text.split() or [""])), 34)


def _picture(pages: _Pages, picture: Picture) -> None:
    svg = _latin(picture.svg).encode()
    content = svg if picture.plain else vl_convert.svg_to_png(picture.svg, scale=_SCALE)
    width, height = _on_paper(pages, picture)
    if pages.will_page_break(height + 8):
        pages.add_page()
    pages.set_font(_FONT, size=9)
    pages.image(io.BytesIO(content), w=width, alt_text=_latin(picture.alt))
    _text(pages, picture.alt, size=7)


def _on_paper(pages: _Pages, picture: Picture) -> tuple[float, float]:
    """Millimetres of a picture, which fits on a page."""
    wide, high = _size(picture.svg)
    width = min(pages.epw, wide * _MM, (pages.eph - 20) * wide / high)
    return width, width * high / wide


def _size(svg: str) -> tuple[float, float]:
    """Width and height of a picture in its own units."""
    found = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', svg)
    return (float(found[1]), float(found[2])) if found else (1.0, 1.0)


def _latin(text: str) -> str:
    return text.translate(_PLAIN).encode("latin-1", "replace").decode("latin-1")
