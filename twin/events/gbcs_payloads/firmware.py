"""What messages say of firmware: receipt, transfer, activation, running version."""

from enum import StrEnum

from msgspec import Struct

from twin.events.firmware import Moment
from twin.ids import Eui64, FirmwareVersion, Sha256
from twin.vocabulary import ActivationOutcome, TransferOutcome


class ActivationTiming(StrEnum):
    """The three forms of CS06."""

    IMMEDIATE = "immediate"
    FUTURE_DATED = "future_dated"
    CANCELLATION = "cancellation"


class ActivateFirmware(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """CS06 tells a device to run an image that it holds: now, at a moment, or not after all.

    `command_counter` is the counter that the command names in its payload as well.
    """

    timing: ActivationTiming
    image_hash: Sha256
    command_counter: int
    execute_at: Moment | None


class ActivationAccepted(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The device took a future dated activation, or its cancellation (BR33)."""


class ActivationEnded(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """How an activation ended, and which version the device runs now; no outcome is success."""

    outcome: ActivationOutcome | None
    firmware_version: FirmwareVersion


class FutureActivationEnded(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """How a future dated activation ended (0x8F66, 0x8F67); no outcome is success (BR33)."""

    command_counter: int
    outcome: ActivationOutcome | None
    firmware_version: FirmwareVersion


class FirmwareReceipt(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """The hash that a device calculated of an image: right (0x8F72) or wrong (0x8F1C, BR31)."""

    image_hash: Sha256


class FirmwareTransferEnded(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub tells how the transfer of an image to a device ended (CCS08: 0x8F8A, 0x8F89)."""

    device_id: Eui64
    firmware_version: FirmwareVersion
    outcome: TransferOutcome


class ReadFirmwareVersion(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A device is asked which version it runs (ECS52, GCS38, CS08)."""


class FirmwareVersionAnswered(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Which version a device runs; with a result other than 0 it could not be read."""

    result: int
    firmware_version: FirmwareVersion | None


class FirmwareVersionAlerted(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A PPMID or HCALCS tells by itself which version it runs (0x8F8B); no success, no change."""

    firmware_version: FirmwareVersion
    activated: bool


class FutureDatedOutcome(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A future dated command of another use case was carried out (0x8F66) or not (0x8F67)."""

    command_code: int
    command_counter: int
