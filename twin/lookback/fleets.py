"""Digests of the fleet at several ends of the log, premises after premises in order."""

from hashlib import sha256
from itertools import accumulate
from typing import Final

from twin.lookback.rows import Row
from twin.state.entry import UNADDRESSED

CHUNK: Final = 2000
"""Premises whose digests are fed together."""


class Fleets:
    """As `twin.state.digest.fleet_digest` has it: at each end, over all that stands there."""

    def __init__(self, ends: int) -> None:
        """Of no premises yet, at so many ends."""
        self._totals = [sha256() for _ in range(ends)]
        self._waiting: list[list[bytes]] = [[] for _ in range(ends)]
        self._count = 0
        self._came = [0] * (ends + 1)

    def stood(self, row: Row, *, since: int, until: int) -> None:
        """A premises had this row at the ends from one up to and without another."""
        self._came[since] += 1
        self._came[until] -= 1
        if row.facts and row.premises_id != UNADDRESSED:
            content = row.premises_id.encode() + row.digest
            for waiting in self._waiting[since:until]:
                waiting.append(content)

    def next(self) -> None:
        """All of a premises was told."""
        self._count += 1
        if self._count % CHUNK == 0:
            self._settle()

    def premises(self) -> list[int]:
        """How many premises have a row at each end."""
        return list(accumulate(self._came))[:-1]

    def told(self) -> list[str]:
        """The digest at each end, as hex."""
        self._settle()
        return [total.hexdigest() for total in self._totals]

    def _settle(self) -> None:
        for total, waiting in zip(self._totals, self._waiting, strict=True):
            total.update(b"".join(waiting))
            waiting.clear()
