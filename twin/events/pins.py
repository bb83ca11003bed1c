"""Pins family: that a Privacy PIN was set, cleared or entered, never its value (BR10, D32)."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from twin.vocabulary import PinClass, PinClearedBy, PinPurpose

Entry = Annotated[int, Meta(ge=1, le=20)]


class PrivacyPinSet(Struct, frozen=True, forbid_unknown_fields=True):
    """A consumer set a Privacy PIN (paragraphs 32 and 33)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pins.pin-set.v1"
    pin_class: PinClass


class PrivacyPinCleared(Struct, frozen=True, forbid_unknown_fields=True):
    """The Privacy PIN was cleared, at the meter or by service request 3.5."""

    TYPE: ClassVar[str] = "uk.gb.smart.pins.pin-cleared.v1"
    by: PinClearedBy


class PrivacyPinEntered(Struct, frozen=True, forbid_unknown_fields=True):
    """A Privacy PIN was asked for and entered, rightly or not."""

    TYPE: ClassVar[str] = "uk.gb.smart.pins.pin-entered.v1"
    accepted: bool
    entry: Entry
    purpose: PinPurpose
