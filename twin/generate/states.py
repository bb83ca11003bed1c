"""The states of a share's premises: those at hand as they are, the others packed away.

A state is some forty objects, which take seven times the memory of the same state as packed bytes
(6.4 kB, 1.0 kB); and of a large fleet only a few premises hear anything on most days.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Final

import msgspec
import pyarrow as pa

from twin.state.premises import Premises

AT_HAND: Final = 20_000
"""Premises of a share that are never packed: a small fleet stays as it is."""
CROWD: Final = 4
"""Times as many as are never packed: so many heard something within a few ticks."""
_CODEC: Final = pa.Codec("lz4_raw")
"""Names in a state repeat, so that the quickest codec leaves 40 %; zlib left 34 % in ten times."""
_SIZE: Final = 4
"""Bytes that tell how long a state is unpacked."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Premises).decode


class States(Mapping[str, Premises]):
    """Every premises by its id; what is packed is unpacked as it is asked for. Mutable."""

    def __init__(self, *, at_hand: int = AT_HAND) -> None:
        """No premises is known yet; up to `at_hand` are never packed."""
        self._most = at_hand
        self._room = CROWD * at_hand
        self._near: dict[str, Premises] = {}
        self._packed: dict[str, bytes] = {}
        self._heard: set[str] = set()

    def __getitem__(self, name: str) -> Premises:
        """The premises as it stands."""
        found = self._near.get(name)
        return _unpacked(self._packed[name]) if found is None else found

    def __contains__(self, name: object) -> bool:
        """Whether a premises is known."""
        return name in self._near or name in self._packed

    def __iter__(self) -> Iterator[str]:
        """The ids of all premises."""
        yield from self._near
        yield from self._packed

    def __len__(self) -> int:
        """How many premises are known."""
        return len(self._near) + len(self._packed)

    def __setitem__(self, name: str, premises: Premises) -> None:
        """Take over a premises as it stands now."""
        self._packed.pop(name, None)
        self._near[name] = premises
        self._heard.add(name)

    def make_room(self, *, but: Container[str]) -> None:
        """Pack all, `but` for some, where an enrolment has called up too many at once."""
        if len(self._near) > self._room:
            self._put_away([name for name in self._near if name not in but])
            self._room = max(self._room, 2 * len(self._near))  # or it would be tried at each fact

    def pack(self, *, but: Container[str]) -> None:
        """Pack the premises that have heard nothing since the last time, `but` for some."""
        if len(self._near) > self._most:
            quiet = [name for name in self._near if name not in self._heard and name not in but]
            self._put_away(quiet)
        self._room = CROWD * self._most
        self._heard = set()

    def _put_away(self, names: Iterable[str]) -> None:
        for name in names:
            self._packed[name] = _packed(self._near.pop(name))


def _packed(premises: Premises) -> bytes:
    encoded = _encode(premises)
    return len(encoded).to_bytes(_SIZE) + bytes(_CODEC.compress(encoded, asbytes=True))


def _unpacked(packed: bytes) -> Premises:
    size = int.from_bytes(packed[:_SIZE])
    return _decode(_CODEC.decompress(packed[_SIZE:], size, asbytes=True))
