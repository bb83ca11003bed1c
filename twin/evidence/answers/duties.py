"""What the twin produces for every duty of the source; nothing is left out without a reason."""

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
from msgspec import Struct

from twin.evidence.document import Table, as_rows

PLACES: Final = (
    *(f"§{n}" for n in (8, 9, 10, *range(35, 43))),
    *("SEC F1.2(a)", "SEC F1.3"),
    *(f"SEC F1.4({letter})" for letter in "abcdefghij"),
    *("SEC F1.5", "SEC F1.6"),
    *(f"Q{n}" for n in range(1, 11)),
    *("Annex A", "Annex B"),
)
"""Paragraphs, clauses, questions and annexes that must stand in the table."""


class Duty(Struct, frozen=True, forbid_unknown_fields=True):
    """A duty: where it stands, what it asks, what there is for it, or why there is nothing."""

    place: str
    asks: str
    by: tuple[str, ...] = ()
    reason: str = ""


@cache
def duties() -> tuple[Duty, ...]:
    """Every duty, in the order of the file.

    Raises:
        msgspec.ValidationError: a row lacks something or says too much.
    """
    text = files("twin.evidence.answers").joinpath("duties.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text)["duties"], tuple[Duty, ...])


def named() -> Iterator[tuple[str, str]]:
    """Everything that the duties name, as its kind and name."""
    for duty in duties():
        for text in duty.by:
            kind, _, name = text.partition(" ")
            yield kind, name


def table() -> Table:
    """The duties in the order of the source."""
    held = {duty.place: duty for duty in duties()}
    rows = [
        (
            duty.place,
            duty.asks,
            ", ".join(duty.by) if duty.by else "nothing is produced",
            duty.reason,
        )
        for duty in (held[place] for place in PLACES)
    ]
    return Table(
        name="duties",
        title="Duties of the source",
        columns=("where", "what it asks", "what the twin produces", "why nothing"),
        rows=as_rows(rows),
        sources=("§8", "§35", "SEC F1.4(g)", "SEC F1.4(i)"),
    )
