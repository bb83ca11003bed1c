"""How a text of DUIS becomes a value; a text without a form in this domain becomes UNSET."""

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Final

from msgspec import UNSET

from twin.ingest.duis.refusals import Cause, Unfit
from twin.ingest.duis.values import COUNTER_MAX, DEVICES_MAX, IMAGE_MAX

_EUI: Final = re.compile(r"[0-9A-Fa-f]{2}(?:-[0-9A-Fa-f]{2}){7}")
_REQUEST: Final = re.compile(rf"({_EUI.pattern}):({_EUI.pattern}):(0|[1-9][0-9]{{0,19}})")
_DIGITS: Final = re.compile(r"[0-9]{1,20}")
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2})*")
_LIST: Final = re.compile(rf"{_EUI.pattern}(?:,{_EUI.pattern})*+")
_ZONE: Final = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})$")
_BLANK: Final = re.compile(rb"[ \t\r\n]+")

Convert = Callable[[str, str], object]
"""From an element's name and its text to a value; UNSET where the text has no form here."""


def eui(name: str, text: str) -> str:
    """A device, in capitals."""
    if not _EUI.fullmatch(text):
        raise Unfit(Cause.VALUE, f"{name} is no EUI-64", name)
    return text.upper()


def euis(name: str, text: str) -> tuple[str, ...]:
    """A list of devices, at most 50,000 (BR28)."""
    if not _LIST.fullmatch(text):
        raise Unfit(Cause.VALUE, f"{name} is no list of EUI-64", name)
    if len(text) > 24 * DEVICES_MAX - 1:
        raise Unfit(Cause.VALUE, f"{name} has more than {DEVICES_MAX:,} devices (BR28)", name)
    return tuple(text.upper().split(","))


def request_id(name: str, text: str) -> dict[str, object]:
    """The three parts of a request's or response's id."""
    found = _REQUEST.fullmatch(text)
    if found is None or int(found[3]) > COUNTER_MAX:
        raise Unfit(Cause.VALUE, f"{name} is not EUI:EUI:counter", name)
    return {"originator": found[1].upper(), "target": found[2].upper(), "counter": int(found[3])}


def counter(name: str, text: str) -> int:
    """An originator's counter, of 64 bits."""
    if not _DIGITS.fullmatch(text) or int(text) > COUNTER_MAX:
        raise Unfit(Cause.VALUE, f"{name} is no number of 64 bits", name)
    return int(text)


def octets_of_code(name: str, text: str) -> int:
    """How many octets an install code has, and nothing else of it (BR03)."""
    if not _HEX.fullmatch(text):
        raise Unfit(Cause.VALUE, f"{name} is not in hexadecimal", name)
    return len(text) // 2


def hex_lower(name: str, text: str) -> str:
    """Hexadecimal in small letters, as hashes are written here."""
    if not _HEX.fullmatch(text):
        raise Unfit(Cause.VALUE, f"{name} is not in hexadecimal", name)
    return text.lower()


def code(name: str, text: str) -> str:
    """An alert or message code, as 0x8F12."""
    if len(text) != 4 or not _HEX.fullmatch(text):
        raise Unfit(Cause.VALUE, f"{name} is no code of two octets", name)
    return f"0x{text.upper()}"


def image(name: str, text: str) -> dict[str, object]:
    """A firmware image's length and hash."""
    octets = _octets(name, text)
    if len(octets) > IMAGE_MAX:
        raise Unfit(Cause.VALUE, f"{name} has more than {IMAGE_MAX:,} octets (BR28)", name)
    return {"octets": len(octets), "sha256": sha256(octets).hexdigest()}


def payload(name: str, text: str) -> dict[str, object]:
    """A GBCS message with its length."""
    octets = _octets(name, text)
    return {"length": len(octets), "octets": octets}


def day(_: str, text: str) -> str:
    """A day; DUIS may write a zone behind it."""
    return _ZONE.sub("", text)


def shaped(pattern: str) -> Convert:
    """Capitals of this shape; another text of DUIS, which admits any, has no form here."""
    shape = re.compile(pattern)
    return lambda _, text: text.upper() if shape.fullmatch(text.upper()) else UNSET


def one_of(words: Mapping[str, object], *, others: bool = False) -> Convert:
    """A word of DUIS as the word of this domain, UNSET where this domain has none for it.

    With `others` the schema admits any text, and a text that is no word is UNSET as well.
    """

    def convert(name: str, text: str) -> object:
        if text not in words and not others:
            raise Unfit(Cause.VALUE, f"{name} is none of the schema's values", name)
        return words.get(text, UNSET)

    return convert


def _octets(name: str, text: str) -> bytes:
    try:
        return b64decode(_BLANK.sub(b"", text.encode("ascii")), validate=True)
    except (NoBase64, UnicodeEncodeError):
        raise Unfit(Cause.VALUE, f"{name} is not in base64", name) from None
