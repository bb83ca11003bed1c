"""Finding messages in hexadecimal text, as test sets and logs of gateways hold them.

White space, `0x`, commas and the case of digits do not matter. A blank line ends a message; so do
the lengths that it says itself, so that messages may follow each other on a line or line by line.
"""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

from twin.ingest.gbcs.header import GENERAL_CIPHERING, GENERAL_SIGNING
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.refusals import Cause, OctetFault, Unreadable

TEXT_MAX: Final = 64 * 1024 * 1024
"""Characters of one text: half a million messages of ordinary length."""
PIECES_MAX: Final = 200_000
"""Pieces that a text may be parted into: more than there is room for messages in a file."""
_TOO_MANY: Final = Unreadable(Cause.TOO_LARGE, f"there are more than {PIECES_MAX:,} pieces in it")
_NOISE: Final = re.compile(r"[\s,;:\ufeff]+")
_PREFIX: Final = re.compile(r"(?<![0-9A-Fa-f])0[xX]")
_BLANK: Final = re.compile(r"\n[^\S\n]*\n")
_HEX: Final = re.compile(r"[0-9A-Fa-f]*")
_STARTS: Final = ("DD00", "DF09")
_AFTER: Final = (GENERAL_CIPHERING, GENERAL_SIGNING)
_TITLES: Final = 8 + 9 + 9
"""Octets of the grouping header between CRA flag and date-time."""

Found: TypeAlias = bytes | Unreadable


def messages_in(text: str) -> tuple[Found, ...]:
    """The octets of each message in a text, or why a piece of it can hold none.

    Whether the octets are a message is for `read_message` to say. A text without any digit
    holds no message and is no fault.
    """
    if len(text) > TEXT_MAX:
        return (Unreadable(Cause.TOO_LARGE, f"the text is longer than {TEXT_MAX} characters"),)
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if sum(1 for _ in _BLANK.finditer(plain)) > PIECES_MAX:
        return (_TOO_MANY,)
    return tuple(found for block in _BLANK.split(plain) for found in _in_block(block))


def _in_block(block: str) -> Iterator[Found]:
    """Messages of lines that belong together: by their own lengths, else line by line.

    A long message may be wrapped anywhere, so digits are counted over all lines first.
    """
    lines = [digits for line in block.split("\n") if (digits := _digits_of(line))]
    whole = _octets_of("".join(lines))
    if isinstance(whole, bytes):
        parted = parted_of(whole)
        if parted is not None:
            yield from parted
            return
    if all(line[:4].upper() in _STARTS or not _HEX.fullmatch(line) for line in lines):
        yield from map(_octets_of, lines) if len(lines) <= PIECES_MAX else (_TOO_MANY,)
    else:
        yield whole


def parted_of(octets: bytes) -> tuple[bytes, ...] | None:
    """Octets parted where each message ends by its own lengths, or None where they do not fit."""
    parts = []
    rest = Octets(octets)
    try:
        while len(rest):
            start = rest.at
            _go_past(rest)
            parts.append(octets[start : rest.at])
            if len(parts) > PIECES_MAX:
                return None
    except OctetFault:
        return None
    return tuple(parts)


def _go_past(octets: Octets) -> None:
    """Go past one message; only the lengths on the way are looked at."""
    first = octets.octet()
    if first == GENERAL_CIPHERING:
        octets.skip(6)
        octets.skip(octets.length())
        return
    if first != GENERAL_SIGNING:
        raise OctetFault(Cause.NOT_GBCS, "the first octet begins no GBCS message")
    octets.skip(2 + _TITLES)
    for _ in range(3):  # date-time, other information, content
        octets.skip(octets.length())
    if octets.peek() not in (None, *_AFTER):  # a pre-command has no signature
        octets.skip(octets.length())


def _digits_of(line: str) -> str:
    return _NOISE.sub("", _PREFIX.sub("", line))


def _octets_of(digits: str) -> Found:
    if not _HEX.fullmatch(digits):
        return Unreadable(Cause.NOT_HEXADECIMAL, "a character is no hexadecimal digit")
    if len(digits) % 2:
        return Unreadable(Cause.ODD_DIGITS, f"{len(digits)} hexadecimal digits make no octets")
    return bytes.fromhex(digits)
