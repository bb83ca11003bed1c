"""Documents spoilt at random, by a seed that is printed: octets, elements and texts."""

import random
import re
from collections.abc import Iterator, Sequence

HOSTILE = (
    *(b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"&b;", b"&#0;", b"&#x110000;", b"<![CDATA[", b"]]>"),
    *(
        b"<!--",
        b"-->",
        b"<?xml version='1.0'?>",
        b"<?a",
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
    ),
    *(b"<a>", b"</a>", b"<a xmlns='b'/>", b"xmlns=''", b">" * 9, b"<" * 9, b"'" * 3, b'"' * 3),
    *(b"9" * 400, b"-1", b"1e999", b"NaN", b"A" * 5_000, b"AQID" * 99, b"=" * 7, b" " * 999),
    *("\u202e".encode(), "\U0001f600".encode(), "é".encode(), b"%s%n", b"2017-13-45T99:99:99Z"),
)
TAG = re.compile(rb"<[^>]*>")
LEAF = re.compile(rb"<(\w+)>[^<]*</\1>|<\w+/>")
TEXT = re.compile(rb">([^<]+)<")


def mutated(sources: Sequence[bytes], *, number: int, seed: int) -> Iterator[bytes]:
    """So many spoilt documents, the same for the same seed."""
    rng = random.Random(seed)
    for _ in range(number):
        octets = rng.choice(sources)
        ways = GENTLE if rng.random() < 0.5 else WAYS
        for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
            octets = rng.choice(ways)(octets, rng, sources)
        yield octets


def flipped(octets: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """One octet is another one."""
    if not octets:
        return octets
    at = rng.randrange(len(octets))
    return octets[:at] + bytes([rng.randrange(256)]) + octets[at + 1 :]


def cut(octets: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """A part is missing, from the middle or to the end."""
    first, last = sorted(rng.randrange(len(octets) + 1) for _ in range(2))
    return octets[:first] + (octets[last:] if rng.random() < 0.7 else b"")


def repeated(octets: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """A part stands several times."""
    first, last = sorted(rng.randrange(len(octets) + 1) for _ in range(2))
    return octets[:last] + octets[first:last] * rng.randrange(1, 4) + octets[last:]


def inserted(octets: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """Something hostile stands in it."""
    at = rng.randrange(len(octets) + 1)
    return octets[:at] + rng.choice(HOSTILE) + octets[at:]


def spliced(octets: bytes, rng: random.Random, sources: Sequence[bytes]) -> bytes:
    """It begins as one document and ends as another."""
    other = rng.choice(sources)
    return octets[: rng.randrange(len(octets) + 1)] + other[rng.randrange(len(other) + 1) :]


def retagged(octets: bytes, rng: random.Random, sources: Sequence[bytes]) -> bytes:
    """One tag is another document's."""
    tags, others = list(TAG.finditer(octets)), TAG.findall(rng.choice(sources))
    if not tags or not others:
        return octets
    tag = rng.choice(tags)
    return octets[: tag.start()] + rng.choice(others) + octets[tag.end() :]


def untagged(octets: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """One tag is gone."""
    tags = list(TAG.finditer(octets))
    if not tags:
        return octets
    tag = rng.choice(tags)
    return octets[: tag.start()] + octets[tag.end() :]


def reworded(octets: bytes, rng: random.Random, sources: Sequence[bytes]) -> bytes:
    """One text is another document's, or hostile."""
    found, others = list(TEXT.finditer(octets)), TEXT.findall(rng.choice(sources))
    if not found:
        return octets
    text = rng.choice(found)
    return octets[: text.start(1)] + rng.choice((*others, *HOSTILE)) + octets[text.end(1) :]


def exchanged(octets: bytes, rng: random.Random, sources: Sequence[bytes]) -> bytes:
    """One text is another document's, and all tags stay."""
    found, others = list(TEXT.finditer(octets)), TEXT.findall(rng.choice(sources))
    if not found or not others:
        return octets
    text = rng.choice(found)
    return octets[: text.start(1)] + rng.choice(others) + octets[text.end(1) :]


def moved(octets: bytes, rng: random.Random, sources: Sequence[bytes]) -> bytes:
    """One element without elements is gone, stands twice, or is another document's."""
    found, others = (
        list(LEAF.finditer(octets)),
        [one[0] for one in LEAF.finditer(rng.choice(sources))],
    )
    if not found or not others:
        return octets
    leaf = rng.choice(found)
    put = rng.choice((b"", leaf[0] * 2, rng.choice(others), leaf[0] + rng.choice(others)))
    return octets[: leaf.start()] + put + octets[leaf.end() :]


def nudged(octets: bytes, rng: random.Random, _: Sequence[bytes]) -> bytes:
    """One digit is another one."""
    digits = list(re.finditer(rb"[0-9]", octets))
    if not digits:
        return octets
    at = rng.choice(digits).start()
    return octets[:at] + str(rng.randrange(10)).encode() + octets[at + 1 :]


WAYS = (flipped, flipped, cut, repeated, inserted, spliced, retagged, untagged, reworded, reworded)
GENTLE = (exchanged, moved, nudged)
"""Ways that leave most documents well formed, so that what comes after the parser is tried."""
