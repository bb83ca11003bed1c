"""Firmware family, the twin's own words: silence, contradiction, and devices that keep failing."""

from typing import ClassVar, Literal

from msgspec import Struct

from twin.events.firmware import Attempt, Wave
from twin.ids import Actor, CampaignId, Eui64, FirmwareVersion, Uuid
from twin.vocabulary import DeviceType


class FirmwareUpdateUnanswered(Struct, frozen=True, forbid_unknown_fields=True):
    """An Update Firmware request (11.1) is out and the DCC has not answered it within a tick.

    The twin says so itself, so that silence from the very first request has a beginning: from
    here the attempt's time runs. What the DCC says later stands beside it.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.update-unanswered.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    request_id: Uuid
    firmware_version: FirmwareVersion


class FirmwareUpdateConflicted(Struct, frozen=True, forbid_unknown_fields=True):
    """A device tells midway what does not go with its attempt, which has failed with this cause.

    It changed to a version that is neither the target nor what it ran before, or it is of a model
    that the target is not for. `firmware_version` is what it was last told to run.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.update-conflicted.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    cause: Literal["third_version", "other_model"]
    firmware_version: FirmwareVersion | None = None


class FirmwareConfirmationTimedOut(Struct, frozen=True, forbid_unknown_fields=True):
    """A device told of its activation, and within the plan's time no version could be read.

    It counts as timed out, whatever it told: success is a version that was read. A read that
    comes later is the truth.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.confirmation-timed-out.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt


class QuarantineLifted(Struct, frozen=True, forbid_unknown_fields=True):
    """An operator lets a device that kept failing be asked again: its failures count anew."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.quarantine-lifted.v1"
    device_id: Eui64
    device_type: DeviceType
    actor: Actor
