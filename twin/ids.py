"""Identifiers: their patterns, and the deterministic ids that make a resend a duplicate (D3).

Patterns end in `$(?!\\n)`, because Python's `$` alone lets a newline follow.
"""

from hashlib import sha1
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

NAMESPACE = UUID("6f1d3c52-0f7e-5b0e-9d43-15d536201512")
"""Namespace of every UUIDv5 of the twin; changing it changes all ids, so it never changes."""
_PREFIX: Final = sha1(NAMESPACE.bytes, usedforsecurity=False)
_VARIANT: Final = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The digit that says whose layout an id has, by the digit that the digest has in its place."""

PremisesId = Annotated[str, Meta(pattern=r"^P[0-9a-f]{16}$(?!\n)")]
"""Random id of a premises, never an MPAN (D5)."""

CampaignId = Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9-]{1,30}$(?!\n)")]
Eui64 = Annotated[str, Meta(pattern=r"^[0-9A-F]{2}(-[0-9A-F]{2}){7}$(?!\n)")]
"""Device id, the 'MAC address' of the seed's Annex D: eight hyphenated hex pairs (DUIS, BR43)."""

Uuid = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$(?!\n)")]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
FirmwareVersion = Annotated[str, Meta(pattern=r"^[0-9A-F]{8}$(?!\n)")]
"""Eight hex characters, as on the Central Products List."""

ModelId = Annotated[str, Meta(pattern=r"^[0-9A-F]{4}-[0-9A-F]{8}$(?!\n)")]
"""Manufacturer identifier and model with hardware version, as on the Central Products List."""

SupplierId = Annotated[str, Meta(pattern=r"^S[0-9]{2}$(?!\n)")]
Actor = Annotated[str, Meta(pattern=r"^[a-z][a-z-]{1,30}$(?!\n)")]
"""A role-like name of who acts; free names of people have no place in an event (D31)."""


def named(name: str) -> str:
    """The text of `uuid5(NAMESPACE, name)` (RFC 9562, 5.5) in half the library's time.

    Every event and every request has one.
    """
    digest = _PREFIX.copy()
    digest.update(name.encode())
    text = digest.hexdigest()
    variant = _VARIANT[text[16]] + text[17:20]
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{variant}-{text[20:32]}"


def event_id(*, source: str, sequence: int, event_type: str) -> str:
    """Id of the fact that `source` numbered `sequence`: the same fact always gets the same id."""
    return named(f"{source}|{sequence}|{event_type}")


def request_id(*, campaign_id: str, device_id: str, step: str, attempt: int) -> str:
    """Id of one service request of one attempt, so that sending it twice asks once."""
    return named(f"{campaign_id}|{device_id}|{step}|{attempt}")
