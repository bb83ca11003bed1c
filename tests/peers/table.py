"""All rows of the peers' faults by id, in the order of the page."""

from collections import Counter
from typing import Final

from tests.peers.engines import ENGINES
from tests.peers.fault import Fault
from tests.peers.hawkbit import HAWKBIT
from tests.peers.ours import OURS
from tests.peers.trust import TRUST

ROWS: Final = (*HAWKBIT, *ENGINES, *TRUST, *OURS)
FAULTS: Final = {row.id: row for row in ROWS}


def rows_of(peer: str) -> tuple[Fault, ...]:
    """The rows of one peer, by the word in their ids."""
    return tuple(row for row in ROWS if row.peer == peer)


def counts() -> Counter[tuple[str, str]]:
    """How many rows of each peer stand in each way."""
    return Counter((row.peer, row.standing) for row in ROWS)
