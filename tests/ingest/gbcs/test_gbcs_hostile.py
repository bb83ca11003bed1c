"""Mutated messages: each is read or refused by name, in time and in little memory.

`GBCS_MUTATIONS` sets how many (20,000 unless told otherwise) and `GBCS_SEED` from which seed.
"""

import os
import time
import tracemalloc
from random import Random

import msgspec
import pytest

from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_messages import EVERY
from tests.ingest.gbcs.gbcs_parts import NOON, note
from tests.ingest.timing import quickest
from twin.ingest.gbcs.facts import facts_of, received
from twin.ingest.gbcs.message import OCTETS_MAX, GbcsMessage, read_message
from twin.ingest.gbcs.refusals import Cause, Unreadable

COUNT = int(os.environ.get("GBCS_MUTATIONS", "20000"))
SEED = int(os.environ.get("GBCS_SEED", "2017"))
SECONDS_MAX = 0.1
BASES = tuple(octets for octets, _ in EVERY.values())
TELLING = (0x00, 0x01, 0x02, 0x04, 0x09, 0x30, 0x7F, 0x80, 0x81, 0x82, 0x84, 0xDA, 0xFF)
"""Octets that are lengths, tags or limits somewhere."""


def flip(rng: Random, octets: bytearray) -> None:
    octets[rng.randrange(len(octets))] ^= 1 << rng.randrange(8)


def put(rng: Random, octets: bytearray) -> None:
    octets[rng.randrange(len(octets))] = rng.choice(TELLING)


def insert(rng: Random, octets: bytearray) -> None:
    place = rng.randrange(len(octets) + 1)
    octets[place:place] = rng.choices(TELLING, k=rng.randrange(1, 9))


def remove(rng: Random, octets: bytearray) -> None:
    place = rng.randrange(len(octets))
    del octets[place : place + rng.randrange(1, 9)]


def cut(rng: Random, octets: bytearray) -> None:
    del octets[rng.randrange(len(octets)) :]


def repeat(rng: Random, octets: bytearray) -> None:
    place = rng.randrange(len(octets))
    octets[place:place] = octets[place : place + rng.randrange(1, 60)] * rng.randrange(1, 20)


def splice(rng: Random, octets: bytearray) -> None:
    other = rng.choice(BASES)
    octets[rng.randrange(len(octets)) :] = other[rng.randrange(len(other)) :]


MUTATIONS = (flip, flip, put, put, insert, remove, cut, repeat, splice)


def mutated(rng: Random) -> bytes:
    """A built message, mutated; every other time within its payload, so that it gets that far."""
    octets = bytearray(rng.choice(BASES))
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        if octets:
            rng.choice(MUTATIONS)(rng, octets)
    return bytes(octets)


def mutated_payload(rng: Random) -> bytes:
    """A message whose wrapper and header are right around a mutated payload."""
    octets = rng.choice(BASES)
    signing = octets[octets.index(b"\xdf\x09") : -len(b.MAC)]
    size = 2 + 9 + 9 + 9
    code_at = size + 1 + 1 + signing[size]
    code, kind = int.from_bytes(signing[code_at : code_at + 2], "big"), signing[2]
    payload = bytearray(signing[code_at + 3 :])
    for _ in range(rng.choice((1, 1, 2, 4))):
        if payload:
            rng.choice(MUTATIONS)(rng, payload)
    return b.wrapped(b.signing(kind, code, bytes(payload)))


@pytest.mark.parametrize("count", [COUNT, pytest.param(200_000, marks=pytest.mark.faults)])
def test_mutated_messages_are_read_or_refused_by_name_and_in_time(count: int) -> None:
    """A tenth of them in ordinary tests, all 200,000 among the long ones."""
    print(f"seed {SEED}, {count} mutations")
    rng = Random(SEED)
    slowest, refused, read = 0.0, dict.fromkeys(Cause, 0), 0
    for number in range(count):
        octets = mutated(rng) if number % 2 else mutated_payload(rng)
        began = time.process_time()
        found = read_message(octets)
        told = facts_of(found) if isinstance(found, GbcsMessage) else None
        slowest = max(slowest, time.process_time() - began)
        if isinstance(found, Unreadable):
            refused[found.cause] += 1
            assert found.why
        elif found.is_broken:
            refused[Cause.PAYLOAD] += 1
            assert told == (received(found),)
        else:
            read += 1
            assert told
            msgspec.json.encode(told)
    counted = {cause.value: count for cause, count in refused.items() if count}
    print(f"read {read}, refused {counted}, slowest {slowest * 1000:.1f} ms")
    assert slowest < SECONDS_MAX
    assert read > count // 50
    assert len(counted) >= 8


@pytest.mark.parametrize(
    "payload",
    [
        b.request((b.part(3, 104, b.LOG, 2), b"\x01\x82\xfd\x00" + bytes(0xFD00))),
        b"\xd9\x20\x00\x03\xe8\x00\x82\x0f\x00" + b.part(1, 1, b.LOG, 2) * 3840,
        b.answer((1, 0, b"\x01\x84\xff\xff\xff\xff")),
        b.answer((1, 0, b"\x02\x84\x7f\xff\xff\xff" + bytes(60_000))),
        b.answer((1, 0, b"\x04\x84\xff\xff\xff\xff" + bytes(60_000))),
        b.answer((1, 0, b"\x09\x84\xff\xff\xff\xff" + bytes(60_000))),
        b.answer((1, 0, b"\x13" + b"\x01\xff\xff" * 11 + b"\x11" + b.sized(bytes(50_000)))),
        b.answer((1, 0, b"\x13\x02\x82\xea\x60" + b"\x11" * 60_000 + b"\x02\x00\x00")),
        b.answer((1, 0, b"\x02\x01" * 30_000)),
        b.sequence(*[b.typed((b.GAS, 0)) for _ in range(3_000)]),
        b.sequence(b.integer(0), b.typed(*[(b.GAS, 0)] * 3_500)),
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x80" * 30_000,
        b.gbz() + bytes(60_000),
        b"\x01\x09\xff" + b.component(0, 0, 0, bytes(200)) * 255,
        note(0x8F12, b.backup(NOON, [(b.CAD, bytes(16))] * 1_700)),
    ],
)
def test_large_payloads_cost_little_time_and_memory(payload: bytes) -> None:
    for kind, table in ((b.COMMAND, (1, 2, 0x13)), (b.RESPONSE, (1, 4, 0x13)), (b.ALERT, (0x18,))):
        for code in table:
            octets = b.wrapped(b.signing(kind, code, payload))
            assert len(octets) <= OCTETS_MAX
            read_message(octets)  # what is loaded once is not counted
            tracemalloc.start()
            read_message(octets)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert peak < 16 * 1024 * 1024
            assert isinstance(read_message(octets), GbcsMessage | Unreadable)
            assert quickest(read_message, octets) < SECONDS_MAX


def test_mutated_messages_take_little_memory() -> None:
    rng = Random(SEED)
    tracemalloc.start()
    for number in range(2_000):
        read_message(mutated(rng) if number % 2 else mutated_payload(rng))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 16 * 1024 * 1024


def test_a_mutation_reaches_the_payloads() -> None:
    """With a sound wrapper and header around it, no spoilt payload costs more than itself."""
    rng = Random(SEED)
    found = [read_message(mutated_payload(rng)) for _ in range(200)]
    messages = [one for one in found if isinstance(one, GbcsMessage)]
    assert len(messages) == len(found)
    assert 20 < sum(one.is_broken for one in messages) < 180
