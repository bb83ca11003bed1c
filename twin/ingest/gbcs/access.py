"""DLMS access requests and responses: what is asked of which object, and how each part ended."""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from twin.ingest.gbcs.dlms import many_of, value_of
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.plain_values import Value
from twin.ingest.gbcs.refusals import Cause, OctetFault, OtherShape

REQUEST: Final = 0xD9
RESPONSE: Final = 0xDA


class AccessKind(StrEnum):
    """What is done to an object."""

    GET = "get"
    SET = "set"
    ACTION = "action"


_KINDS: Final = {1: AccessKind.GET, 2: AccessKind.SET, 3: AccessKind.ACTION}
_GET_WITH_SELECTION: Final = 4


class Asked(Struct, frozen=True):
    """One part of an access request: an attribute or a method of one object.

    `instance` are the six octets of its OBIS code; `value` is what is written or handed over,
    `selection` what narrows a read.
    """

    kind: AccessKind
    class_id: int
    instance: bytes
    index: int
    value: Value = None
    selection: Value = None


class Answered(Struct, frozen=True):
    """How one part of an access request ended; code 0 is success (DLMS data-access-result)."""

    kind: AccessKind
    result: int
    value: Value = None


def asked_in(payload: Octets) -> tuple[Asked, ...]:
    """The parts of an access request, each with its value.

    Raises:
        OtherShape: the payload is no access request.
        OctetFault: the lists of parts and values differ in length, or octets are missing.
    """
    if payload.octet() != REQUEST:
        raise OtherShape
    payload.skip(4)
    payload.skip(payload.length())
    parts = [_part(payload) for _ in range(payload.length())]
    values = many_of(payload, payload.length())
    payload.expect_end("the access request")
    if len(values) != len(parts):
        raise OctetFault(Cause.PAYLOAD, "an access request has not one value for each part")
    return tuple(
        Asked(kind, class_id, instance, index, value, selection)
        for (kind, class_id, instance, index, selection), value in zip(parts, values, strict=True)
    )


def answered_in(payload: Octets) -> tuple[Answered, ...]:
    """The parts of an access response, each with its value.

    Raises:
        OtherShape: the payload is no access response.
        OctetFault: the lists of parts and values differ in length, or octets are missing.
    """
    if payload.octet() != RESPONSE:
        raise OtherShape
    payload.skip(4)
    payload.skip(payload.length())
    if payload.octet() != 0:  # GBCS never has the request repeated
        raise OtherShape
    values = many_of(payload, payload.length())
    results = [_result(payload) for _ in range(payload.length())]
    payload.expect_end("the access response")
    if len(values) != len(results):
        raise OctetFault(Cause.PAYLOAD, "an access response has not one value for each part")
    return tuple(
        Answered(kind, result, value) for (kind, result), value in zip(results, values, strict=True)
    )


def _part(payload: Octets) -> tuple[AccessKind, int, bytes, int, Value]:
    choice = payload.octet()
    kind = AccessKind.GET if choice == _GET_WITH_SELECTION else _KINDS.get(choice)
    if kind is None:
        raise OtherShape
    class_id, instance, index = payload.number(2), payload.take(6), payload.octet()
    selection: Value = None
    if choice == _GET_WITH_SELECTION:
        selection = (payload.octet(), value_of(payload))
    return kind, class_id, instance, index, selection


def _result(payload: Octets) -> tuple[AccessKind, int]:
    kind = _KINDS.get(payload.octet())
    if kind is None:
        raise OtherShape
    return kind, payload.octet()
