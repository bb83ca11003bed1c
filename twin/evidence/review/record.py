"""The machine's copy of a review, beside its pages: what later reviews are compared with."""

from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from twin.evidence.refusals import NoReview
from twin.evidence.review.figures import KeyFigure, Side

FILE: Final = "han-review.json"


class ToldFigure(Struct, frozen=True):
    """A key figure as it may be told: None where a count in it is small."""

    name: str
    part: int | None
    whole: int | None
    better: Side

    @property
    def share(self) -> float | None:
        """The share from 0 to 1, or None where it is not told or there is nothing to divide by."""
        return self.part / self.whole if self.part is not None and self.whole else None


class Record(Struct, frozen=True, kw_only=True):
    """A review's period, basis, code and figures."""

    period: str
    basis: str
    basis_name: str | None
    code_version: str
    figures: tuple[ToldFigure, ...]


def told_figures(figures: tuple[KeyFigure, ...]) -> tuple[ToldFigure, ...]:
    """The figures without the small counts."""
    return tuple(
        ToldFigure(one.name, one.part, one.whole, one.better)
        if one.may_be_told
        else ToldFigure(one.name, None, None, one.better)
        for one in figures
    )


def as_bytes(record: Record) -> bytes:
    """The record as JSON for people and machines."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def read_record(folder: Path) -> Record:
    """The record of a pack.

    Raises:
        NoReview: the folder holds none, or none that can be read.
    """
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Record)
    except OSError as error:
        raise NoReview(f"{folder} holds no HAN review ({FILE} is not there)") from error
    except msgspec.DecodeError as error:
        raise NoReview(f"{folder / FILE} cannot be read as a HAN review") from error
