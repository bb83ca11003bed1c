"""What a response of the DCC or of a device carries, each field under its name in DUIS."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, field

from twin.events.lifecycle import GbcsVersion
from twin.ids import Eui64, FirmwareVersion, ModelId
from twin.ingest.duis.values import (
    AlertCode,
    CplStatus,
    EsmeVariant,
    Form,
    GbcsPayload,
    Nothing,
    Specification,
)
from twin.vocabulary import CspRegion, DeviceStatus, DeviceType, HubVariant

Instruction = Annotated[int, Meta(ge=0, le=65_535)]


class DeviceAnswer(Form, frozen=True):
    """A device's GBCS response."""

    payload: GbcsPayload = field(name="GBCSPayload")


class ScheduledAnswer(Form, frozen=True):
    """A device's GBCS response to a request that the DCC sends by a schedule."""

    payload: GbcsPayload = field(name="GBCSPayload")
    schedule: Nothing = field(name="DSPScheduleID")


class CommandToSign(Form, frozen=True, kw_only=True):
    """A critical command that its user has to sign before it is sent (PreCommand)."""

    gbcs_version: GbcsVersion | None = field(default=None, name="GBCSVersion")
    payload: GbcsPayload = field(name="GBCSPayload")


class CommandToDeliver(Form, frozen=True):
    """A command that its user delivers at the premises (LocalCommand)."""

    payload: GbcsPayload = field(name="GBCSPayload")


class FutureDatedOutcome(Form, frozen=True, kw_only=True):
    """How a future-dated command ended: 0x8F66 well, 0x8F67 not (BR33)."""

    alert_code: Literal["0x8F66", "0x8F67"] = field(name="FutureDatedAlertCode")
    payload: GbcsPayload = field(name="GBCSPayload")
    instruction: Instruction = field(name="InstructionNumber")
    instructions: Instruction = field(name="TotalCommandInstructions")


class InventoryEntry(Form, frozen=True, kw_only=True):
    """What the inventory holds of a device: belief, not what the device says (BR35).

    None where the entry is silent, or says it in another form than this domain's.
    """

    device_id: Eui64 = field(name="DeviceID")
    device_type: DeviceType = field(name="DeviceType")
    status: DeviceStatus | None = field(default=None, name="DeviceStatus")
    model: ModelId | None = field(default=None, name="DeviceModel")
    specification: Specification | None = field(default=None, name="SMETSCHTSVersion")
    firmware_version: FirmwareVersion | None = field(default=None, name="DeviceFirmwareVersion")
    firmware_status: CplStatus | None = field(default=None, name="DeviceFirmwareVersionStatus")
    cpl_status: CplStatus | None = field(default=None, name="CPLStatus")
    commissioned_on: date | None = field(default=None, name="DateCommissioned")
    esme_variant: EsmeVariant | None = field(default=None, name="ESMEVariant")
    csp_region: CspRegion | None = field(default=None, name="CSPRegion")
    gbcs_version: GbcsVersion | None = field(default=None, name="DeviceGBCSVersion")
    hub_variant: HubVariant | None = field(default=None, name="HANVariant")


class Inventory(Form, frozen=True):
    """The inventory entries of a premises (8.2)."""

    entries: tuple[InventoryEntry, ...] = field(name="Device")


class UpdateWarning(Form, frozen=True, kw_only=True):
    """The five lists of devices that an 11.1 or 11.4 does not reach (BR28)."""

    invalid_device_id: tuple[Eui64, ...] = field(default=(), name="InvalidDeviceIDList")
    not_commissioned: tuple[Eui64, ...] = field(default=(), name="NotCommissionedDeviceIDList")
    not_applicable_firmware: tuple[Eui64, ...] = field(
        default=(), name="NotApplicableFirmwareDeviceIDList"
    )
    other_request_in_progress: tuple[Eui64, ...] = field(
        default=(), name="OtherRequestInProgressList"
    )
    invalid_gbcs_version: tuple[Eui64, ...] = field(default=(), name="InvalidGBCSVersionList")


class DeviceAlert(Form, frozen=True, kw_only=True):
    """An alert of a device, as GBCS has it."""

    alert_code: AlertCode = field(name="AlertCode")
    payload: GbcsPayload = field(name="GBCSPayload")


ResponseContent: TypeAlias = (
    DeviceAnswer
    | ScheduledAnswer
    | CommandToSign
    | CommandToDeliver
    | FutureDatedOutcome
    | Inventory
    | UpdateWarning
    | DeviceAlert
)
