"""Pins family: that a Privacy PIN was set, cleared or entered, never its value (BR10, D32)."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from twin.ids import Eui64
from twin.vocabulary import DeviceType, IntruderOutcome, PinClass, PinPurpose, Role

Entry = Annotated[int, Meta(ge=1, le=20)]
Guesses = Annotated[int, Meta(ge=0, le=10_000)]


class PrivacyPinSet(Struct, frozen=True, forbid_unknown_fields=True):
    """A consumer set a Privacy PIN (paragraphs 32 and 33)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pins.pin-set.v1"
    pin_class: PinClass


class PrivacyPinChanged(Struct, frozen=True, forbid_unknown_fields=True):
    """A consumer changed the Privacy PIN at the meter."""

    TYPE: ClassVar[str] = "uk.gb.smart.pins.pin-changed.v1"
    pin_class: PinClass


class PrivacyPinCleared(Struct, frozen=True, forbid_unknown_fields=True):
    """The consumer cleared the Privacy PIN at the meter."""

    TYPE: ClassVar[str] = "uk.gb.smart.pins.pin-cleared.v1"


class PrivacyPinDisabled(Struct, frozen=True, forbid_unknown_fields=True):
    """The Privacy PIN was disabled remotely (service request 3.5, ECS14 or GCS11, BR10)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pins.pin-disabled.v1"
    device_id: Eui64
    device_type: DeviceType
    role: Role


class PrivacyPinEntered(Struct, frozen=True, forbid_unknown_fields=True):
    """A Privacy PIN was asked for and entered, rightly or not."""

    TYPE: ClassVar[str] = "uk.gb.smart.pins.pin-entered.v1"
    accepted: bool
    entry: Entry
    purpose: PinPurpose


class UnauthorisedPairingAttempted(Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody else tried to pair a device at the meter (paragraph 33, question Q9).

    `guesses` counts the PINs tried; without a PIN set there is nothing to guess.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.pins.unauthorised-pairing-attempted.v1"
    pin_set: bool
    guesses: Guesses
    outcome: IntruderOutcome
