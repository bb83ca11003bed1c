"""What pages ask to be made from the whole lake: its kinds, and how each is made of a set.

At 90 million records each takes minutes, so it is made beside the pages (`dashboards.making`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar

import duckdb
from msgspec import Struct

from dashboards import answers, architecture, reviews
from dashboards.bases import records_of
from dashboards.queries import PublishedSet
from twin.evidence.architecture.document import Described
from twin.evidence.document import Document
from twin.evidence.refusals import NothingThere
from twin.evidence.review.review import Reviewed
from twin.lake.basis import BasisRefused
from twin.lake.commits import Torn
from twin.lake.lookup import LakeUnreadable

T = TypeVar("T")


class Span(Struct, frozen=True):
    """Moments of the first and the last fact about premises (UTC)."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of thing that is made: what it is called in files, its type, and how it is made."""

    name: str
    type: type[T]
    make: Callable[[PublishedSet, Path, "Order[T]"], T]


@dataclass(frozen=True, slots=True)
class Order(Generic[T]):
    """One thing to be made: of the records of a named basis, or (None) of the newest set.

    `period` is the quarter of a review, and empty for all else.
    """

    kind: Kind[T]
    known: str | None = None
    period: str = ""

    @property
    def name(self) -> str:
        """What tells it from other orders, for a key on a page."""
        return "-".join(filter(None, (self.kind.name, self.period, self.known)))


Reason: TypeAlias = Literal["nothing", "unreadable", "broken"]


class Failed(Struct, frozen=True):
    """Why a thing could not be made: there is nothing in the log, files are gone, or it broke."""

    reason: Reason
    says: str


def _answers(published: PublishedSet, home: Path, _: Order[Document]) -> Document:
    return answers.answered(published, home)


def _processes(published: PublishedSet, home: Path, order: Order[Described]) -> Described:
    return architecture.described(*records_of(published, home, order.known))


def _review(published: PublishedSet, home: Path, order: Order[Reviewed]) -> Reviewed:
    return reviews.reviewed(*records_of(published, home, order.known), order.period)


def _span(published: PublishedSet, home: Path, order: Order[Span]) -> Span:
    found = reviews.span(*records_of(published, home, order.known))
    if found is None:
        raise NothingThere(
            "no fact about premises is in these records, so there is nothing to review"
        )
    return Span(*found)


ANSWERS: Final = Kind("answers", Document, _answers)
PROCESSES: Final = Kind("processes", Described, _processes)
REVIEW: Final = Kind("review", Reviewed, _review)
SPAN: Final = Kind("span", Span, _span)
KINDS: Final[dict[str, Kind[Any]]] = {
    kind.name: kind for kind in (ANSWERS, PROCESSES, REVIEW, SPAN)
}


def attempted(order: Order[T], published: PublishedSet, home: Path) -> T | Failed:
    """What was ordered, made now; or why it cannot be made. A bug is an exception."""
    try:
        return order.kind.make(published, home, order)
    except NothingThere as why:
        return Failed("nothing", str(why))
    except duckdb.OutOfMemoryException:
        return Failed("broken", "there was not enough memory, or room on the disk, to count it")
    except BasisRefused as why:
        return Failed("broken", str(why))
    except (duckdb.Error, OSError, LakeUnreadable, Torn):
        return Failed("unreadable", "the lake files cannot be read")
