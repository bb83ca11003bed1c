"""Ids as numbers: those that a pattern of each kind knows, and no others."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.state.histories import LAWS
from twin.bulk.ids import (
    SYSTEMS,
    UNKNOWN_SOURCE,
    device_numbers,
    premises_numbers,
    source_numbers,
    uuid_numbers,
)
from twin.bulk.parquet.column import Texts

FEW = settings(LAWS, max_examples=60)
DIGITS = "0123456789abcdefABCDEF"
PREMISES = re.compile(rb"P([0-9a-fA-F]{16})")
DEVICE = re.compile(rb"[0-9a-fA-F]{2}(?:-[0-9a-fA-F]{2}){7}")
PATTERNS = ("P" + "0" * 16, "-".join(["00"] * 8), "-".join("0" * n for n in (8, 4, 4, 4, 12)))


@st.composite
def ids(draw: st.DrawFn) -> bytes:
    """An id of some kind, whole or with one byte of another."""
    pattern = draw(st.sampled_from(PATTERNS))
    digits = iter(draw(st.text(DIGITS, min_size=32, max_size=32)))
    octets = bytearray("".join(next(digits) if c == "0" else c for c in pattern).encode())
    if draw(st.booleans()):
        octets[draw(st.integers(0, len(octets) - 1))] = draw(st.integers(0, 255))
    return bytes(octets[: draw(st.sampled_from([None, None, None, 16, 22]))])


def texts(of: Sequence[bytes]) -> Texts:
    """Texts one behind the other; nothing stands behind the last."""
    ends = np.cumsum([0, *map(len, of)])
    bounds = np.column_stack([ends[:-1], ends[1:]]).astype(np.int64)
    return Texts(np.frombuffer(b"".join(of), np.uint8), bounds)


def number(octets: bytes) -> int:
    return int(octets.replace(b"-", b""), 16)


@FEW
@given(st.lists(ids(), min_size=1, max_size=6))
def test_premises_devices_and_attempts(of: list[bytes]) -> None:
    as_texts = texts(of)
    for pattern, numbers in ((PREMISES, premises_numbers), (DEVICE, device_numbers)):
        values, known = numbers(as_texts)
        hits = [pattern.fullmatch(one) for one in of]
        assert known.tolist() == [hit is not None for hit in hits]
        assert values.tolist() == [number(hit[hit.lastindex or 0]) if hit else 0 for hit in hits]
    high, low = uuid_numbers(as_texts)
    wanted = [_uuid(one) for one in of]
    assert high.tolist() == [one >> 64 for one in wanted]
    assert low.tolist() == [one & (2**64 - 1) for one in wanted]


def _uuid(octets: bytes) -> int:
    """Where 32 digits stand there is a number, whatever stands between them."""
    places = [n for n, char in enumerate(PATTERNS[2]) if char == "0"]
    digits = bytes(octets[n] for n in places) if len(octets) == 36 else b""
    is_all = re.fullmatch(rb"[0-9a-fA-F]{32}", digits)
    return UUID(digits.decode()).int if is_all else 0


@FEW
@given(st.lists(st.tuples(st.sampled_from([*SYSTEMS, "x", ""]), ids()), min_size=1, max_size=6))
def test_sources(of: list[tuple[str, bytes]]) -> None:
    values, kinds = source_numbers(texts([f"urn:gb:{a}:".encode() + one for a, one in of]))
    for system, name, value, kind in zip(*zip(*of, strict=True), values, kinds, strict=True):
        home, device = PREMISES.fullmatch(name), DEVICE.fullmatch(name)
        wanted: tuple[Any, int] = (0, UNKNOWN_SOURCE)
        if system in SYSTEMS and home:
            wanted = number(home[1]), 2 * SYSTEMS.index(system) + 1
        elif system in SYSTEMS and device:
            wanted = number(name), 2 * SYSTEMS.index(system)
        assert (int(value), int(kind)) == wanted


def test_every_byte_at_every_place() -> None:
    of = [
        bytes([*pattern[:place], byte, *pattern[place + 1 :]])
        for pattern in (b"P0123456789abcdef", b"01-23-45-67-89-AB-CD-EF")
        for place in range(len(pattern))
        for byte in range(256)
    ]
    for pattern, numbers in ((PREMISES, premises_numbers), (DEVICE, device_numbers)):
        hits = [pattern.fullmatch(one) for one in of]
        values, known = numbers(texts(of))
        assert known.tolist() == [hit is not None for hit in hits]
        assert values.tolist() == [number(hit[hit.lastindex or 0]) if hit else 0 for hit in hits]
