"""Which GBCS messages go on to their decoder, and of which only the length does (BR03, D32).

A command to put a device on a hub's log holds its install code in clear. A command of a service
request outside this domain may hold a number or a name of a consumer, and no one here reads it.
"""

from typing import Final, TypeVar

from msgspec.structs import replace

from twin.ingest.duis import requests, responses
from twin.ingest.duis.names import REQUESTS
from twin.ingest.duis.values import GbcsPayload

C = TypeVar("C", bound=requests.RequestBody | responses.ResponseContent)
_COMMANDS: Final = (
    requests.SignedPreCommand,
    responses.CommandToSign,
    responses.CommandToDeliver,
)
WITHHELD: Final = "8.11"
"""The one service request of this domain whose command holds an install code."""


def passed_on(content: C, *, variant: str) -> C:
    """The content, its command closed where it may hold a secret."""
    if not isinstance(content, _COMMANDS) or variant in _OPEN:
        return content
    closed = GbcsPayload(length=content.payload.length, withheld=True)
    return replace(content, payload=closed)


_OPEN: Final = frozenset(asked.variant for asked in REQUESTS.values()) - {WITHHELD}
