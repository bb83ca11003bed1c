"""Install codes: lengths, digits, range and check (paragraph 24, ZigBee; BR01, BR02).

That the typed form is the code with its check as one big-endian number, zero padded, is an
ASSUMPTION: no decimal form is published. It fits paragraph 24, since the four lengths of the
ZigBee standard then have 20, 25, 34 and 44 digits. A code is judged here and forgotten: nothing
returned or raised holds any part of it (BR03).
"""

from typing import Final, get_args

from twin.events.pairing import CodeLength
from twin.rules.marks import rule
from twin.rules.refusal import Refusal
from twin.vocabulary import CodeFault

LENGTHS: Final[dict[int, CodeLength]] = {6: 6, 8: 8, 12: 12, 16: 16}
"""Legal bytes of a code without its check; none may be left out (BR02)."""
DIGITS: Final[dict[int, CodeLength]] = {20: 6, 25: 8, 34: 12, 44: 16}
"""Digits to type for a code of so many bytes with its two bytes of check."""
CHECK_BYTES: Final = 2
_WHY: Final = {
    CodeFault.LENGTH: "an install code has 20, 25, 34 or 44 digits",
    CodeFault.NON_DIGIT: "an install code has no characters but the digits 0 to 9",
    CodeFault.RANGE: "the number is too large for an install code of this length",
    CodeFault.CRC: "the check at the end does not belong to the code: look for a mistyped digit",
}


class CodeRefusal(Refusal, frozen=True):
    """A refused install code: the first check that failed, and nothing of the code."""

    fault: CodeFault


@rule("BR01")
def crc16_x25(*, code: bytes) -> int:
    """The check of a code: CRC-16/X-25, reflected polynomial 0x8408 (ZigBee)."""
    crc = 0xFFFF
    for byte in code:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
    return crc ^ 0xFFFF


@rule("BR01", "BR02", "BR03")
def check_install_code(*, digits: str) -> CodeLength | CodeRefusal:
    """Bytes of the code that was typed, or the first failing check: length, digits, range, CRC."""
    length = DIGITS.get(len(digits))
    if length is None:
        return _refused(CodeFault.LENGTH)
    if not (digits.isascii() and digits.isdigit()):
        return _refused(CodeFault.NON_DIGIT)
    number, size = int(digits), length + CHECK_BYTES
    if number >> 8 * size:
        return _refused(CodeFault.RANGE)
    whole = number.to_bytes(size, "big")
    if crc16_x25(code=whole[:length]) != int.from_bytes(whole[length:], "little"):
        return _refused(CodeFault.CRC)
    return length


@rule("BR01", "BR02")
def check_code_bytes(*, length: int) -> CodeLength | CodeRefusal:
    """The length in bytes of a code in an 8.11 request; stricter than DUIS, which admits 7."""
    if length not in LENGTHS:
        return CodeRefusal("BR01", "an install code has 6, 8, 12 or 16 bytes", CodeFault.LENGTH)
    return LENGTHS[length]


@rule("BR01")
def typed_form(*, code: bytes) -> str:
    """The digits that a consumer would type for a made-up code (ASSUMED encoding).

    Raises:
        ValueError: the code has no legal length.
    """
    width = next((digits for digits, length in DIGITS.items() if length == len(code)), None)
    if width is None:
        raise ValueError("an install code has 6, 8, 12 or 16 bytes")
    whole = code + crc16_x25(code=code).to_bytes(CHECK_BYTES, "little")
    return f"{int.from_bytes(whole, 'big'):0{width}d}"


@rule("BR02")
def lengths_accepted() -> tuple[int, ...]:
    """Bytes of all codes that are accepted: the longer code is not required (paragraph 24)."""
    return tuple(sorted(get_args(get_args(CodeLength)[0])))


def _refused(fault: CodeFault) -> CodeRefusal:
    return CodeRefusal("BR01", _WHY[fault], fault)
