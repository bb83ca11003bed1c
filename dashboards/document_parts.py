"""Parts of an evidence document on a page: sentences, tables with their sources, pictures."""

import re
from typing import Final

import polars as pl
import streamlit as st

from twin.evidence.document import Document, Part, Picture, Section, Table
from twin.evidence.printing.html import is_number, traced

LARGER: Final = 1.25
"""How much larger a picture stands on a page than in a pack, so that its letters are those of text.

Where there is less room it is drawn smaller.
"""
_WIDTH: Final = re.compile(r'<svg [^>]*?\bwidth="([0-9.]+)')


def width_of(picture: Picture) -> int:
    """Pixels that a picture takes across a page that has room for it."""
    found = _WIDTH.search(picture.svg)
    assert found is not None  # every picture of a document says how wide it is
    return round(LARGER * float(found[1]))


def section_of(document: Document, title: str) -> Section | None:
    """The section of a title, where the document has it."""
    return next((one for one in document.sections if one.title == title), None)


def show_part(part: Part) -> None:
    """One part, as the pack has it."""
    match part:
        case Table():
            show_table(part)
        case Picture():
            st.image(part.svg, alt=part.alt, width=width_of(part))
            st.markdown(f":small[{part.alt}]")
        case _:
            st.markdown(part)


def show_table(table: Table, *, heading: bool = True) -> None:
    """A table as it may be told, with its note, the events that it was counted from, sources."""
    if heading:
        st.markdown(f"**{table.title}**")
    if table.rows:
        frame = pl.DataFrame(list(table.rows), schema=list(table.columns), orient="row")
        st.dataframe(
            frame,
            hide_index=True,
            column_config={
                name: st.column_config.TextColumn(
                    name.capitalize(), alignment="right" if _counts(frame[name]) else "left"
                )
                for name in frame.columns
            },
            alt=table.title,
        )
    else:
        st.markdown("There is nothing to count here.")
    told = " ".join(line for line in (table.note, traced(table)) if line)
    if told:
        st.markdown(f":small[{told}]")


def _counts(column: pl.Series) -> bool:
    """Whether a column holds counts; those stand to the right."""
    told = [cell for cell in column if cell]
    return bool(told) and all(map(is_number, told))
