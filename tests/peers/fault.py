"""What a row of the peers' faults is: whose it is, what happens, where it is told of, how we stand.

A peer is another system that brings firmware to many devices. Places are sections of the rollout
specification; for section 8, whose tables list inputs and faults, they name the row as well.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

PEERS: Final = {
    "hawkbit": "hawkBit",
    "mender": "Mender",
    "nerveshub": "NervesHub",
    "goosebit": "gooseBit",
    "aws": "AWS IoT Jobs",
    "azure": "Azure Device Update",
    "golioth": "Golioth",
    "tuf": "python-tuf",
    "uptane": "Uptane",
    "others": "Others",
    "ours": "Ours in addition",
}
"""What a peer is called on the page, by the word in its ids."""


class Place(StrEnum):
    """Where the rollout specification tells of a fault."""

    COMMANDS = "5"
    RULES_COMPARED = "6.1"
    FINDINGS = "7.1"
    PECULIARITIES = "7.2"
    COMPLAINTS = "7.3"
    HAWKBIT_ROLLOUTS = "8, hawkBit rollouts"
    HAWKBIT_CONDITIONS = "8, hawkBit conditions"
    HAWKBIT_FLOW = "8, hawkBit flow"
    HAWKBIT_DEVICES = "8, hawkBit devices"
    MENDER = "8, Mender"
    MENDER_PAGES = "8, Mender's pages"
    NERVESHUB = "8, NervesHub"
    GOOSEBIT = "8, gooseBit"
    TUF = "8, python-tuf"
    UPTANE = "8, Uptane"
    AWS = "8, AWS"
    OURS = "8, ours in addition"


class Standing(StrEnum):
    """How we stand to a fault: a test proves it, or it cannot happen here."""

    TESTED = "tested"
    ABSENT = "does not arise here"


class Fault(Struct, frozen=True):
    """One bad input or fault in one sentence; `because` says why it is absent.

    `issues` are threads of the peer's own, and of others that tell of the same.
    """

    id: str
    place: Place
    says: str
    issues: tuple[str, ...] = ()
    standing: Standing = Standing.TESTED
    because: str = ""

    @property
    def peer(self) -> str:
        """The word for the peer in the id."""
        return self.id.split("-")[1]


def absent(id: str, place: Place, says: str, *, because: str) -> Fault:
    """A fault that cannot happen here, and why."""
    return Fault(id, place, says, standing=Standing.ABSENT, because=because)
