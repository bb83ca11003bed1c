"""All shares of a generated fleet, asked the same thing at once: here, or in other processes."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from heapq import merge
from typing import Any, TypeAlias

from twin.campaign.executions import Order
from twin.generate.reports import Report
from twin.generate.share import Share
from twin.generate.told import Written

Ask: TypeAlias = Callable[..., list[Any]]
"""Asks every share by the name of a method, and with its arguments; gives all answers."""


class Crew:
    """The shares behind one way of asking them."""

    def __init__(self, ask: Ask) -> None:
        """Shares that are reached by `ask`."""
        self._ask = ask

    def tell(self, *, tick: int, now: datetime) -> list[Report]:
        """See `Share.tell`."""
        return self._ask("tell", tick, now)

    def carry_out(self, order: Order) -> list[Report]:
        """See `Share.carry_out`."""
        return self._ask("carry_out", order)

    def write(self) -> list[Written]:
        """See `Share.write`; all files, in order of their partitions."""
        found = [written for of_share in self._ask("write") for written in of_share]
        return sorted(found, key=lambda written: written.of)

    def keep_states(self) -> None:
        """See `Share.keep_states`."""
        self._ask("keep_states")

    def digest(self) -> str:
        """The digest of the whole fleet, as `fleet_digest` has it."""
        total = sha256()
        for name, digest in merge(*self._ask("digests")):
            total.update(name.encode())
            total.update(digest)
        return total.hexdigest()


def at_hand(*shares: Share) -> Crew:
    """A crew in this very process."""
    return Crew(lambda name, *args: [getattr(share, name)(*args) for share in shares])
