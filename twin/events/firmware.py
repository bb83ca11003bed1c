"""Firmware family: from service request 11.1 to a confirmed running version."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from twin.ids import CampaignId, Eui64, FirmwareVersion, Uuid
from twin.vocabulary import ActivationOutcome, DeviceType

Wave = Annotated[int, Meta(ge=1, le=999)]
Attempt = Annotated[int, Meta(ge=1, le=99)]


class FirmwareUpdateRequested(Struct, frozen=True, forbid_unknown_fields=True):
    """The DCC accepted an Update Firmware request (11.1) for a device."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.update-requested.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    request_id: Uuid
    firmware_version: FirmwareVersion


class FirmwareDeliveredToHub(Struct, frozen=True, forbid_unknown_fields=True):
    """The image reached the communications hub (N60)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.delivered-to-hub.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt


class FirmwareVerified(Struct, frozen=True, forbid_unknown_fields=True):
    """The device holds the image and found its hash right (alert 0x8F72)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.verified.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    firmware_version: FirmwareVersion


class FirmwareActivationRequested(Struct, frozen=True, forbid_unknown_fields=True):
    """An Activate Firmware request (11.3) was sent to a device."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.activation-requested.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    request_id: Uuid


class FirmwareActivated(Struct, frozen=True, forbid_unknown_fields=True):
    """The device runs the new image; with a lost response the inventory does not know (BR35)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.activated.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    firmware_version: FirmwareVersion
    pairing_capable: bool
    response_lost: bool


class FirmwareActivationFailed(Struct, frozen=True, forbid_unknown_fields=True):
    """Activation failed and the device stays on the version it ran (CS06 outcomes 1 to 3)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.activation-failed.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    outcome: ActivationOutcome
    firmware_version: FirmwareVersion


class FirmwareUpdateTimedOut(Struct, frozen=True, forbid_unknown_fields=True):
    """Nothing decisive was heard within the plan's follow-up age; late truth stays welcome."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.update-timed-out.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt


class FirmwareVersionRead(Struct, frozen=True, forbid_unknown_fields=True):
    """A device answered which version it runs (11.2): belief follows truth (BR35)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.version-read.v1"
    device_id: Eui64
    device_type: DeviceType
    firmware_version: FirmwareVersion
    pairing_capable: bool
    request_id: Uuid
