"""What pages ask to be made from the whole lake, and what can come of it.

At 90 million records it takes minutes, so it is made beside the pages (`dashboards.making`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypeAlias, TypeVar

import duckdb
from msgspec import Struct

from dashboards.queries import PublishedSet
from twin.evidence.refusals import NothingThere
from twin.lake.basis import BasisRefused
from twin.lake.commits import Torn
from twin.lake.lookup import LakeUnreadable

T = TypeVar("T")


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
