"""Walking along octets: every step says how far it goes and is refused where they end before."""

from typing import Final

from twin.ingest.gbcs.refusals import Cause, OctetFault

LENGTH_OCTETS_MAX: Final = 4
"""A length is said in one octet, or in up to four behind one that counts them (BER, A-XDR)."""


class Octets:
    """A stretch of octets with the place up to which it has been read."""

    __slots__ = ("at", "end", "octets")

    def __init__(self, octets: bytes, at: int = 0, end: int | None = None) -> None:
        self.octets = octets
        self.at = at
        self.end = len(octets) if end is None else end

    def __len__(self) -> int:
        """How many octets are left."""
        return self.end - self.at

    def take(self, count: int) -> bytes:
        """The next `count` octets."""
        at = self.at
        upto = at + count
        if upto > self.end:
            raise OctetFault(Cause.TRUNCATED, f"{count} octets are due where {len(self)} are left")
        self.at = upto
        return self.octets[at:upto]

    def skip(self, count: int) -> None:
        """Go past `count` octets without looking at them."""
        upto = self.at + count
        if upto > self.end:
            raise OctetFault(Cause.TRUNCATED, f"{count} octets are due where {len(self)} are left")
        self.at = upto

    def octet(self) -> int:
        """The next octet as a number."""
        at = self.at
        if at >= self.end:
            raise OctetFault(Cause.TRUNCATED, "an octet is due where none is left")
        self.at = at + 1
        return self.octets[at]

    def peek(self) -> int | None:
        """The next octet without going past it; None at the end."""
        return self.octets[self.at] if self.at < self.end else None

    def number(self, count: int) -> int:
        """The next `count` octets as an unsigned number, the most significant first."""
        return int.from_bytes(self.take(count), "big")

    def length(self) -> int:
        """A length in BER form; the indefinite form is refused."""
        first = self.octet()
        if first < 0x80:
            return first
        count = first & 0x7F
        if not 1 <= count <= LENGTH_OCTETS_MAX:
            raise OctetFault(Cause.LENGTH, "a length is said in no octets or in more than four")
        return self.number(count)

    def part(self, count: int) -> "Octets":
        """The next `count` octets as a stretch of their own."""
        at = self.at
        self.skip(count)
        return Octets(self.octets, at, self.at)

    def expect_end(self, what: str) -> None:
        """Refuse octets behind what should have been the last."""
        if self.at != self.end:
            raise OctetFault(Cause.TRAILING, f"{len(self)} octets stand behind {what}")
