"""Version and change log of the document's own content: what it says, not what was counted."""

from typing import Final

from msgspec import Struct


class Change(Struct, frozen=True):
    """A version of the document with what is new in it."""

    version: str
    says: str


CHANGES: Final = (
    Change(
        "1.0",
        "The eight functional areas; eight processes as designed and as they ran; who does what; "
        "which messages.",
    ),
)
"""Newest last. A change of a flow, an area or a teller is a new version; new counts are none."""
VERSION: Final = CHANGES[-1].version
