"""Payloads of which less is told: encrypted, of another use case, or a bare alert."""

from enum import StrEnum

from msgspec import Struct


class Reading(StrEnum):
    """Why of a message only code, name and length are told."""

    NOT_READ = "not_read"
    OTHER_SHAPE = "other_shape"
    BROKEN = "broken"


class AlertRaised(Struct, frozen=True, tag=True):
    """A generic alert: its code and moment are all that it says."""


class Closed(Struct, frozen=True, tag=True):
    """A payload with encrypted parts, which stay closed; its length in octets."""

    code: int
    name: str
    length: int


class Received(Struct, frozen=True, tag=True):
    """A payload that is not read: another use case, another shape, or lengths that contradict.

    Nothing is guessed: code, name and length in octets.
    """

    code: int
    name: str
    length: int
    reading: Reading
