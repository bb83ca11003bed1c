"""Made-up ids: none is an MPAN, a device of the real world, or reads like a long number (D5)."""

import re
from collections.abc import Callable
from hashlib import blake2b
from typing import Final
from uuid import uuid5

from twin.ids import NAMESPACE

_LONG_NUMBER: Final = re.compile(r"[0-9]{8}|[0-9][0-9-]{7,}[0-9]")
"""Eight decimal digits in a row, or what looks like a number with hyphens in it."""


def premises_id(*, seed: int, index: int) -> str:
    """Id of the premises with a number; drawn again while it holds a long run of digits."""
    return "P" + _shown(f"{seed}|premises|{index}", bytes.hex)


def device_id(*, seed: int, owner: str, role: str) -> str:
    """EUI-64 of a device of a premises, marked as locally administered: of no real maker."""
    return _shown(f"{seed}|device|{owner}|{role}", _pairs)


def attempt_id(*, owner: str, number: int) -> str:
    """Id of a pairing attempt of a premises."""
    return str(uuid5(NAMESPACE, f"{owner}|pairing|{number}"))


def _pairs(drawn: bytes) -> str:
    first = (drawn[0] & 0xFC) | 0x02
    return bytes((first, *drawn[1:])).hex("-").upper()


def _shown(text: str, how: Callable[[bytes], str]) -> str:
    """Eight drawn bytes in a way of showing them in which they hold no long number."""
    for attempt in range(1000):
        found = how(blake2b(f"{text}|{attempt}".encode(), digest_size=8).digest())
        if not _LONG_NUMBER.search(found):
            return found
    raise AssertionError("a thousand ids with a long run of digits")
