"""Identifiers: meter points, devices, and one active hub; no refusal quotes one (DUIS; BR43)."""

import re
from collections.abc import Collection
from typing import Final

from twin.rules.marks import rule
from twin.rules.refusal import Answer, first_refusal, unless

_WEIGHTS: Final = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
"""Weights of an MPAN's first twelve digits; the thirteenth is their sum mod 11 mod 10."""
_MPAN: Final = re.compile(r"[0-9]{13}")
_MPRN: Final = re.compile(r"[0-9]{1,10}")
_EUI_64: Final = re.compile(r"[0-9A-F]{2}(-[0-9A-F]{2}){7}|[0-9A-F]{16}")


@rule("BR43")
def check_mpan(*, mpan: str) -> Answer:
    """An MPAN has thirteen digits, of which the last is the check digit."""
    return first_refusal(
        unless(broken=not _MPAN.fullmatch(mpan), rule="BR43", why="an MPAN has thirteen digits"),
        unless(
            broken=mpan[12:] != str(_check_digit(mpan)),
            rule="BR43",
            why="the check digit does not belong to the MPAN",
        ),
    )


@rule("BR43")
def check_mprn(*, mprn: str) -> Answer:
    """An MPRN has one to ten digits."""
    return unless(broken=not _MPRN.fullmatch(mprn), rule="BR43", why="an MPRN has 1 to 10 digits")


@rule("BR43")
def check_eui64(*, device_id: str) -> Answer:
    """A device id has sixteen hex digits, in a run or in eight pairs joined by hyphens."""
    return unless(
        broken=not _EUI_64.fullmatch(device_id), rule="BR43", why="a device id has 16 hex digits"
    )


@rule("BR43")
def check_active_hubs(*, hubs: Collection[str]) -> Answer:
    """One hub is active in a premises at a time."""
    return unless(
        broken=len(set(hubs)) > 1,
        rule="BR43",
        why=f"{len(set(hubs))} hubs are active in the premises",
    )


@rule("BR43")
def check_known_device(*, device_id: str, installed: Collection[str]) -> Answer:
    """A fact is about a device that was installed in the premises."""
    return unless(
        broken=device_id not in installed,
        rule="BR43",
        why="the device was never installed in this premises",
    )


def _check_digit(mpan: str) -> int:
    digits = (ord(digit) - ord("0") for digit in mpan)
    return sum(w * d for w, d in zip(_WEIGHTS, digits, strict=False)) % 11 % 10
