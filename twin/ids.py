"""Identifiers: their patterns, and the deterministic ids that make a resend a duplicate (D3).

Patterns end in `$(?!\\n)`, because Python's `$` alone lets a newline follow.
"""

from hashlib import sha1
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

NAMESPACE = UUID("6f1d3c52-0f7e-5b0e-9d43-15d536201512")
"""Namespace of every UUIDv5 of the twin; changing it changes all ids, so it never changes."""
_SPACE: Final = NAMESPACE.bytes

PremisesId = Annotated[str, Meta(pattern=r"^P[0-9a-f]{16}$(?!\n)")]
"""Random id of a premises, never an MPAN (D5)."""

CampaignId = Annotated[str, Meta(pattern=r"^[A-Z][A-Z0-9-]{1,30}$(?!\n)")]
EUI64_PATTERN = r"^[0-9A-F]{2}(-[0-9A-F]{2}){7}$"
Eui64 = Annotated[str, Meta(pattern=EUI64_PATTERN + r"(?!\n)")]
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


def event_id(*, source: str, sequence: int, event_type: str) -> str:
    """Id of the fact that `source` numbered `sequence`: the same fact always gets the same id."""
    return name_id(f"{source}|{sequence}|{event_type}")


def request_id(*, campaign_id: str, device_id: str, step: str, attempt: int) -> str:
    """Id of one service request of one attempt, so that sending it twice asks once."""
    return name_id(f"{campaign_id}|{device_id}|{step}|{attempt}")


def name_id(name: str) -> str:
    """The UUIDv5 of a name (RFC 9562), as `uuid.uuid5` makes it at a third of the time.

    Every event has one, so it is a tenth of what making and reading an event costs.
    """
    digest = bytearray(sha1(_SPACE + name.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    text = digest.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
