"""Around every payload: the MAC wrapper and the grouping header (GBCS section 7)."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from msgspec import Struct

from twin.ids import Eui64
from twin.ingest.gbcs.moments import dlms_moment
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.refusals import Cause, OctetFault
from twin.vocabulary import MessageKind

GENERAL_CIPHERING: Final = 0xDD
GENERAL_SIGNING: Final = 0xDF
GENERAL_BLOCK_TRANSFER: Final = 0xE0
MAC_LENGTH: Final = 12
SIGNATURE_LENGTH: Final = 64
"""Octets of an ECDSA signature on P-256, both numbers joined."""
_MAC_HEADER: Final = bytes.fromhex("DD000000000000")
"""General-ciphering with its six optional parts left out."""
_SECURITY_HEADER: Final = bytes.fromhex("1100000000")
"""Authentication only, suite 1, invocation counter 0."""
_GROUPING_HEADER: Final = bytes.fromhex("DF09")
"""General-signing, and a transaction id of nine octets: CRA flag and counter."""
_PAST_PARTY: Final = 10
_PAST_COUNTER: Final = 18
_PAST_ORIGINATOR_COUNTER: Final = 26


KINDS: Final = {1: MessageKind.COMMAND, 2: MessageKind.RESPONSE, 3: MessageKind.ALERT}


class Protection(StrEnum):
    """What protects a message; none of it is verified here.

    A command that still waits for its signature (a pre-command) has none.
    """

    NONE = "none"
    SIGNED = "signed"
    MACED = "maced"
    SIGNED_AND_MACED = "signed_and_maced"


class Header(Struct, frozen=True):
    """The grouping header: who says what to whom, and as which of their messages.

    `counter` is the originator counter, which a response takes over from its command. The
    supplementary parts are there where an access control broker speaks for another party;
    of a key agreement certificate only the length is kept.
    """

    kind: MessageKind
    counter: int
    originator: Eui64
    target: Eui64
    message_code: int
    date_time: datetime | None = None
    supplementary_party: Eui64 | None = None
    supplementary_party_counter: int | None = None
    supplementary_originator_counter: int | None = None
    certificate_length: int | None = None

    @property
    def request_id(self) -> str:
        """Id of the request that a message belongs to, the same for command and response (DUIS).

        `<originator>:<target>:<counter>` of the command; an alert has one of its own.
        """
        if self.kind is MessageKind.RESPONSE:
            return f"{self.target}:{self.originator}:{self.counter}"
        return f"{self.originator}:{self.target}:{self.counter}"


def eui64_of(octets: bytes) -> Eui64:
    """Eight octets as the hyphenated pairs that DUIS writes."""
    return octets.hex("-").upper()


def unwrapped(octets: bytes) -> tuple[Octets, bool]:
    """The general-signing part of a message, and whether a MAC wrapper was around it."""
    first = octets[0]
    if first == GENERAL_SIGNING:
        return Octets(octets), False
    if first == GENERAL_BLOCK_TRANSFER:
        raise OctetFault(Cause.BLOCK_TRANSFER, "a block of a longer message is no message itself")
    if first != GENERAL_CIPHERING:
        raise OctetFault(Cause.NOT_GBCS, "the first octet begins no GBCS message")
    whole = Octets(octets)
    _expect(whole, _MAC_HEADER, "the MAC header")
    wrapped = whole.part(whole.length())
    whole.expect_end("the MAC")
    _expect(wrapped, _SECURITY_HEADER, "the security header")
    if len(wrapped) < MAC_LENGTH:
        raise OctetFault(Cause.TRUNCATED, "the MAC wrapper is too short for its MAC")
    return Octets(octets, wrapped.at, wrapped.end - MAC_LENGTH), True


def header_of(signing: Octets) -> Header:
    """The grouping header at the start of a general-signing part; the content length is next."""
    _expect(signing, _GROUPING_HEADER, "the grouping header")
    kind = KINDS.get(signing.octet())
    if kind is None:
        raise OctetFault(Cause.KIND, "the CRA flag is neither command, response nor alert")
    counter = signing.number(8)
    originator = _title(signing)
    target = _title(signing)
    moment_length = signing.octet()
    if moment_length not in (0, 12):
        raise OctetFault(Cause.DATE_TIME, "the header's date-time has neither 0 nor 12 octets")
    date_time = dlms_moment(signing.take(12)) if moment_length else None
    return _with_other_information(
        signing.part(signing.length()), kind, counter, originator, target, date_time
    )


def signed_by(signing: Octets, *, maced: bool) -> bool:
    """Whether a signature of the right length ends a part; a pre-command has not even a length."""
    if not len(signing):
        if maced:
            raise OctetFault(Cause.TRUNCATED, "there is no place for a signature before the MAC")
        return False
    length = signing.length()
    if length not in (0, SIGNATURE_LENGTH):
        raise OctetFault(Cause.SIGNATURE, "a signature has neither 0 nor 64 octets")
    signing.skip(length)
    signing.expect_end("the signature")
    return length > 0


def protection_of(*, signed: bool, maced: bool) -> Protection:
    """The protection by its two parts."""
    if signed:
        return Protection.SIGNED_AND_MACED if maced else Protection.SIGNED
    return Protection.MACED if maced else Protection.NONE


def _with_other_information(
    other: Octets,
    kind: MessageKind,
    counter: int,
    originator: Eui64,
    target: Eui64,
    date_time: datetime | None,
) -> Header:
    """Message code, then what an access control broker adds: 2, 10, 18, 26 octets or more."""
    length = len(other)
    if length not in (2, _PAST_PARTY, _PAST_COUNTER) and length < _PAST_ORIGINATOR_COUNTER:
        raise OctetFault(Cause.OTHER_INFORMATION, f"other information has {length} octets")
    code = other.number(2)
    if length == 2:
        return Header(kind, counter, originator, target, code, date_time)
    return Header(
        kind=kind,
        counter=counter,
        originator=originator,
        target=target,
        message_code=code,
        date_time=date_time,
        supplementary_party=eui64_of(other.take(8)),
        supplementary_party_counter=other.number(8) if length >= _PAST_COUNTER else None,
        supplementary_originator_counter=(
            other.number(8) if length == _PAST_ORIGINATOR_COUNTER else None
        ),
        certificate_length=(length - _PAST_COUNTER if length > _PAST_ORIGINATOR_COUNTER else None),
    )


def _title(signing: Octets) -> Eui64:
    if signing.octet() != 8:
        raise OctetFault(Cause.HEADER, "a system title has not eight octets")
    return eui64_of(signing.take(8))


def _expect(octets: Octets, fixed: bytes, what: str) -> None:
    if octets.take(len(fixed)) != fixed:
        raise OctetFault(Cause.HEADER, f"{what} is not as GBCS fixes it")
