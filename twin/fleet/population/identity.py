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
    return "P" + _hex(f"{seed}|premises|{index}", lambda digits: digits)


def device_id(*, seed: int, owner: str, role: str) -> str:
    """EUI-64 of a device of a premises, marked as locally administered: of no real maker."""
    return _pairs(_hex(f"{seed}|device|{owner}|{role}", _pairs))


def attempt_id(*, owner: str, number: int) -> str:
    """Id of a pairing attempt of a premises."""
    return str(uuid5(NAMESPACE, f"{owner}|pairing|{number}"))


def _pairs(digits: str) -> str:
    first = (int(digits[:2], 16) & 0xFC) | 0x02
    text = f"{first:02X}{digits[2:].upper()}"
    return "-".join(text[place : place + 2] for place in range(0, 16, 2))


def _hex(text: str, shown: Callable[[str], str]) -> str:
    """Sixteen hex digits of which what is shown holds no long number."""
    for attempt in range(1000):
        digits = blake2b(f"{text}|{attempt}".encode(), digest_size=8).hexdigest()
        if not _LONG_NUMBER.search(shown(digits)):
            return digits
    raise AssertionError("a thousand ids with a long run of digits")
