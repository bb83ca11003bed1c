"""Who makes what pages need from the whole lake: a process beside the server, or the page itself.

The page server installs a maker that works beside it; pages that were started without one make
what they need within the page, and keep it in memory.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any, Final, Generic, Protocol

from dashboards.installed import Installed
from dashboards.made_shelf import Made, MadeOf
from dashboards.orders import Failed, Order, T, attempted
from dashboards.queries import PublishedSet
from dashboards.settings import Settings
from twin.lake.basis import Basis

HELD: Final = 16
"""Things that a page's own maker keeps in memory."""


@dataclass(frozen=True, slots=True)
class Wanted(Generic[T]):
    """An order of a page: what of which set, what that stands on, and when it was asked (UTC)."""

    order: Order[T]
    published: PublishedSet
    home: Path
    stands_on: str
    records: int
    now: datetime


def wanted_of(
    order: Order[T], published: PublishedSet, settings: Settings, basis: Basis | None = None
) -> Wanted[T]:
    """An order of a page, of the set that it shows or of a named basis."""
    named = basis is not None and basis.name is not None
    return Wanted(
        order=order,
        published=published,
        home=settings.home,
        stands_on=basis.id if basis is not None and named else published.meta.set_id,
        records=basis.records if basis is not None and named else published.meta.records,
        now=settings.now,
    )


@dataclass(slots=True)
class Work:
    """A thing that is waited for, and `begun` when its turn has come.

    `failed` says why there is nothing to wait for any more; `ended` is set when it was made or
    failed.
    """

    wanted: Wanted[Any]
    begun: bool = False
    failed: Failed | None = None
    ended: Event = field(default_factory=Event)


class Maker(Protocol):
    """Whoever makes things from the lake, one at a time."""

    def newest(self, home: Path, order: Order[T]) -> Made[T] | None:
        """What was made last for an order; None where nothing is kept."""
        ...

    def work(self, home: Path, order: Order[Any]) -> Work | None:
        """What is being made, or could not be, for an order; None where neither."""
        ...

    def ask(self, wanted: Wanted[Any]) -> Work:
        """Have a thing made, unless it is being made already."""
        ...


class OwnMaker:
    """Makes things in the thread that asks, and keeps them in memory."""

    def __init__(self) -> None:
        """Nothing is made yet."""
        self._made: OrderedDict[tuple[Path, Order[Any]], Made[Any]] = OrderedDict()
        self._failed: dict[tuple[Path, Order[Any]], Work] = {}

    def newest(self, home: Path, order: Order[T]) -> Made[T] | None:
        """What was made last."""
        return self._made.get((home, order))

    def work(self, home: Path, order: Order[Any]) -> Work | None:
        """What could not be made; nothing is ever waited for."""
        return self._failed.get((home, order))

    def ask(self, wanted: Wanted[Any]) -> Work:
        """Make it now."""
        place = wanted.home, wanted.order
        found = attempted(wanted.order, wanted.published, wanted.home)
        work = Work(wanted)
        work.ended.set()
        if isinstance(found, Failed):
            work.failed = found
            self._failed[place] = work
            return work
        self._failed.pop(place, None)
        of = MadeOf(wanted.stands_on, wanted.records, wanted.now, 0.0)
        self._made[place] = Made(found, of)
        if len(self._made) > HELD:
            self._made.popitem(last=False)
        return work


MAKING: Final = Installed[Maker](OwnMaker())
"""The maker of this process: the pages' own, until another is installed."""
