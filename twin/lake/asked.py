"""Ids of a campaign's requests are left out of the lake where campaign, device and step give them.

Such an id is the UUIDv5 of campaign, device, step and attempt (`twin.ids.request_id`). Kept is
`asked`: the step and the attempt, as in `11.1/2`.
"""

from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from twin.events.requests import RequestKind
from twin.ids import request_id

_ATTEMPTS: Final = range(1, 4)
_READS: Final = tuple(f"{RequestKind.READ}@{days}" for days in range(16))
"""A version is read so many days after the activation (`twin.campaign.executions`)."""
_OFTEN: Final = (RequestKind.UPDATE, RequestKind.ACTIVATE, *_READS[1:7])
_STEPS: Final = tuple(dict.fromkeys((*_OFTEN, *RequestKind, *_READS)))
"""Attempts and steps whose ids are looked for; those of any other are kept whole."""
_LIKELY: Final = tuple(
    (f"{step}/{attempt}", step, attempt)
    for steps in (_OFTEN, _STEPS[len(_OFTEN) :])
    for attempt in _ATTEMPTS
    for step in steps
)
"""In the order in which they are tried: nearly all are among the first."""
_CAMPAIGN: Final = "campaign:"
_REMEMBERED: Final = 1 << 14
_ID: Final = len('{"request_id":"') + 36


class _Named(Struct):
    """What names a request, in its own JSON."""

    campaign_id: str
    device_id: str


_decode = msgspec.json.Decoder(_Named).decode


def cause_asked(
    causation_id: str | None, *, correlation_id: str | None, device_id: str | None
) -> str | None:
    """The step and attempt of the request that caused a fact; None if they do not give its id."""
    if causation_id is None or device_id is None or not _is_campaign(correlation_id):
        return None
    assert correlation_id is not None
    return _asked(causation_id, correlation_id.removeprefix(_CAMPAIGN), device_id)


def cause_of(asked: str, *, correlation_id: str | None, device_id: str | None) -> str:
    """The id of the request that was asked with this step and attempt."""
    assert correlation_id is not None
    assert device_id is not None
    return _id(asked, correlation_id.removeprefix(_CAMPAIGN), device_id)


def request_spared(value: bytes) -> tuple[bytes, str] | None:
    """A request without its id, with what gives it back; None for one that must be kept whole."""
    rest = b"{" + value[_ID + 2 :]
    try:
        named = _decode(rest)
        asked = _asked(value[_ID - 36 : _ID].decode(), named.campaign_id, named.device_id)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return None if asked is None or request_of(rest, asked) != value else (rest, asked)


def request_of(rest: bytes, asked: str) -> bytes:
    """The bytes of a request."""
    named = _decode(rest)
    found = _id(asked, named.campaign_id, named.device_id)
    return b'{"request_id":"' + found.encode() + b'",' + rest[1:]


def _is_campaign(correlation_id: str | None) -> bool:
    return correlation_id is not None and correlation_id.startswith(_CAMPAIGN)


def _id(asked: str, campaign_id: str, device_id: str) -> str:
    step, _, attempt = asked.rpartition("/")
    return request_id(campaign_id=campaign_id, device_id=device_id, step=step, attempt=int(attempt))


@lru_cache(_REMEMBERED)
def _asked(wanted: str, campaign_id: str, device_id: str) -> str | None:
    """Remembered, for several facts follow upon one request."""
    name = {"campaign_id": campaign_id, "device_id": device_id}
    for asked, step, attempt in _LIKELY:
        if request_id(step=step, attempt=attempt, **name) == wanted:
            return asked
    return None
