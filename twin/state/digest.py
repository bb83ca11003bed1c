"""Canonical digests: equal states give equal bytes, whichever way they were reached."""

from collections.abc import Iterable
from hashlib import sha256

import msgspec
from msgspec.structs import astuple

from twin.state.entry import UNADDRESSED, Entry
from twin.state.premises import Premises

_encode = msgspec.msgpack.Encoder(order="deterministic").encode


def premises_digest(premises: Premises) -> bytes:
    """SHA-256 of a premises; positions and counters of the log are no part of it.

    `lifted` came later than all else: a premises without it has the digest that it always had.
    """
    *fields, lifted = astuple(premises)
    digest = sha256(_encode(tuple(fields)))
    if lifted:
        digest.update(_encode(lifted))
    return digest.digest()


def fleet_digest(entries: Iterable[Entry]) -> str:
    """SHA-256 over the premises digests in order of premises id, as hex.

    Serves for a partition and for the whole fleet; the number of partitions does not matter.
    """
    total = sha256()
    premises = (e.premises for e in entries if e.premises.premises_id != UNADDRESSED)
    for one in sorted(premises, key=lambda p: p.premises_id):
        total.update(one.premises_id.encode())
        total.update(premises_digest(one))
    return total.hexdigest()
