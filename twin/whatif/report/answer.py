"""What a report says: plain values, found by code and never written beforehand."""

from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct

from twin.whatif.outcome import Assumed

Label: TypeAlias = Literal["simulated", "model only", "refused"]


class Table(Struct, frozen=True, kw_only=True):
    """A table as it is printed: its caption, the names of its columns, rows of texts."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Bar(Struct, frozen=True, kw_only=True):
    """A point of a picture with an interval: of which variant, and over what it runs."""

    name: str
    over: str
    value: float
    low: float
    high: float


class Picture(Struct, frozen=True, kw_only=True):
    """Bars with intervals and what they mean; `alt` is the text for who does not see them.

    Where values are days after a date, `starts` is that date; None for counts.
    """

    title: str
    axis: str
    bars: tuple[Bar, ...]
    alt: str
    starts: date | None = None


class Fan(Struct, frozen=True, kw_only=True):
    """Shares of the premises by day in the draws: one in twenty below `low`, one above `high`."""

    title: str
    days: tuple[date, ...]
    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]
    alt: str


class Answer(Struct, frozen=True, kw_only=True):
    """The answer to a ready question.

    `finding` is one sentence. `sure_luck` says what other seeds would move, `sure_doubt` what
    other numbers of behaviour would; the two are never added up. `label` is "model only" where
    the question goes beyond what any evidence can show, "refused" where nothing can be said, and
    `why_label` says for what reason. `remarks` are what a reader must know to read it right.
    """

    name: str
    title: str
    question: str
    paragraph: str
    finding: str
    label: Label
    why_label: str
    method: str
    sure_luck: str
    sure_doubt: str
    pictures: tuple[Picture, ...]
    fans: tuple[Fan, ...]
    tables: tuple[Table, ...]
    assumed: tuple[Assumed, ...]
    left_out: tuple[str, ...]
    question_hash: str
    code_version: str
    basis: str
    seconds: float = 0.0
    remarks: tuple[str, ...] = ()
