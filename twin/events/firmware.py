"""Firmware family: from service request 11.1 to a confirmed running version."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Meta, Struct

from twin.ids import CampaignId, Eui64, FirmwareVersion, SupplierId, Uuid
from twin.vocabulary import (
    ActivationOutcome,
    CspRegion,
    DeviceType,
    Exclusion,
    TransferOutcome,
    WarningList,
)

Wave = Annotated[int, Meta(ge=1, le=999)]
Attempt = Annotated[int, Meta(ge=1, le=99)]
Moment = Annotated[datetime, Meta(tz=True)]
ImageHash = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", extra_json_schema={"x-rule": "BR29"})
]
"""SHA-256 of a firmware image: 32 bytes as 64 hex digits (BR29)."""

TimeOutCause: TypeAlias = Literal[
    "delivery_timed_out", "transfer_timed_out", "activation_timed_out"
]
"""Causes of `FailureCause` that are the end of a step's time."""


class DeviceEnrolled(Struct, frozen=True, forbid_unknown_fields=True):
    """The device is a member of a campaign from now on, in this wave and stratum, for good.

    `place` is where it stands in the wave's order of release: a hash, so that no home is always
    first. Region and supplier are those of the moment: who moves stays in its stratum.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.device-enrolled.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    place: Annotated[float, Meta(ge=0, lt=1)]
    region: CspRegion | None
    supplier: SupplierId | None
    firmware_version: FirmwareVersion


class DeviceExcluded(Struct, frozen=True, forbid_unknown_fields=True):
    """The device is no member of a campaign, and why."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.device-excluded.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    reason: Exclusion


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


class FirmwareUpdateWarned(Struct, frozen=True, forbid_unknown_fields=True):
    """The DCC's answer to 11.1 put the device on one of its five lists; nothing is sent (BR28)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.update-warned.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    warning: WarningList


class FirmwareDeliveredToHub(Struct, frozen=True, forbid_unknown_fields=True):
    """The image reached the communications hub (N60)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.delivered-to-hub.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt


class FirmwareDeliveryFailed(Struct, frozen=True, forbid_unknown_fields=True):
    """The image did not reach the communications hub (N61)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.delivery-failed.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt


class FirmwareTransferred(Struct, frozen=True, forbid_unknown_fields=True):
    """The transfer from hub to device ended, well (0x8F8A) or not (0x8F89)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.transferred.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    transfer: TransferOutcome


class FirmwareVerified(Struct, frozen=True, forbid_unknown_fields=True):
    """The device holds the image and found its hash right (alert 0x8F72)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.verified.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    firmware_version: FirmwareVersion
    image_hash: ImageHash | None = None


class FirmwareVerificationFailed(Struct, frozen=True, forbid_unknown_fields=True):
    """The device found the image's hash wrong and discarded it (alert 0x8F1C, BR31)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.verification-failed.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt


class FirmwareActivationRequested(Struct, frozen=True, forbid_unknown_fields=True):
    """An Activate Firmware request (11.3) was sent to a device."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.activation-requested.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    request_id: Uuid
    execute_at: Moment | None = None
    image_hash: ImageHash | None = None


class FirmwareActivationAccepted(Struct, frozen=True, forbid_unknown_fields=True):
    """The device took a future-dated activation and will act at its time (BR33)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.activation-accepted.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    execute_at: Moment


class FirmwareActivationCancelled(
    Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True
):
    """A future-dated activation was cancelled before its time (CS06 with a null date, BR33).

    `recalled_by` is the request of an aborted campaign; without one a user thought better of it.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.activation-cancelled.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    recalled_by: Uuid | None = None


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


class ExecutingFirmwareChanged(Struct, frozen=True, forbid_unknown_fields=True):
    """The device tells which version it executes now (alert 0x8F43)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.executing-changed.v1"
    device_id: Eui64
    device_type: DeviceType
    firmware_version: FirmwareVersion
    pairing_capable: bool


class FirmwareVerificationFailedAtPowerOn(Struct, frozen=True, forbid_unknown_fields=True):
    """The device found its firmware wrong when power came back (alert 0x8F1B)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.power-on-verification-failed.v1"
    device_id: Eui64
    device_type: DeviceType


class FirmwareUpdateTimedOut(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Nothing decisive was heard within the plan's time; late truth stays welcome.

    `cause` says what the attempt waited for: the hub's word, the image, or the news of its
    activation. Older words do not say it.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.update-timed-out.v1"
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    cause: TimeOutCause | None = None


class FirmwareVersionRead(Struct, frozen=True, forbid_unknown_fields=True):
    """A device answered which version it runs (11.2): belief follows truth (BR35)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.version-read.v1"
    device_id: Eui64
    device_type: DeviceType
    firmware_version: FirmwareVersion
    pairing_capable: bool
    request_id: Uuid


class FirmwareVersionMismatchFound(Struct, frozen=True, forbid_unknown_fields=True):
    """The version a device runs is not the one its inventory entry names (BR35)."""

    TYPE: ClassVar[str] = "uk.gb.smart.firmware.version-mismatch-found.v1"
    device_id: Eui64
    device_type: DeviceType
    running_version: FirmwareVersion
    inventory_version: FirmwareVersion
