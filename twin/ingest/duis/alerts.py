"""What an alert of the DCC carries, each field under its name in DUIS."""

from datetime import date
from enum import StrEnum
from typing import TypeAlias

from msgspec import field

from twin.ids import Eui64, FirmwareVersion
from twin.ingest.duis.sub_ghz import SubGhzSettings
from twin.ingest.duis.values import AlertCode, Form, Moment, Nothing, RequestId
from twin.vocabulary import DeviceType, ScanAnswer, ScanTrigger, TransferOutcome


class PowerOutage(Form, frozen=True):
    """AD1: a hub is without power since a moment; how long, the DCC does not say."""

    hub_id: Eui64 = field(name="CommsHubDeviceID")
    began_at: Moment = field(name="StartDateTime")


class StatusChange(StrEnum):
    """What became of a device, by the element that DUIS has for it."""

    METER_IDENTITY = "MeterIdentity"
    METER_DECOMMISSIONED = "MeterDecommissioningOrWithdrawal"
    REMOVED = "DeviceRemovedFromInventory"
    HUB_DECOMMISSIONED = "CHFDecommissioning"
    SUSPENDED = "DeviceSuspended"
    RESTORED = "DeviceRestored"
    RECOVERED_WITH_ACB = "RecoveryCompleteACBCredentials"
    RECOVERED = "RecoveryComplete"


class DeviceStatusEvent(Form, frozen=True):
    """The inventory status of a device changed, and into what."""

    device_id: Eui64 = field(name="DeviceID")
    change: StatusChange = field(name="DeviceStatusChange")


class CommandFailure(Form, frozen=True, kw_only=True):
    """A command was not delivered or not answered; `schedule` where a schedule sent it."""

    request: RequestId = field(name="CommandRequestID")
    schedule: Nothing | None = field(default=None, name="DSPScheduleID")
    device_id: Eui64 = field(name="DeviceID")


class DistributionFailure(Form, frozen=True):
    """The image of an 11.1 did not reach these devices' hubs."""

    request: RequestId = field(name="UpdateFirmwareRequestID")
    device_ids: tuple[Eui64, ...] = field(name="MeterIDs")


class LogUpdateResult(Form, frozen=True):
    """An 8.11 had its result; which one, the alert's code says."""

    request: RequestId = field(name="UpdateHANDeviceLogServiceRequestID")


class HubExchange(Form, frozen=True):
    """A hub and its gas proxy function, before and after an exchange."""

    old_hub_id: Eui64 = field(name="OldCHFDeviceID")
    new_hub_id: Eui64 = field(name="NewCHFDeviceID")
    old_gpf_id: Eui64 = field(name="OldGPFDeviceID")
    new_gpf_id: Eui64 = field(name="NewGPFDeviceID")


class LogRestored(Form, frozen=True, kw_only=True):
    """A device log was restored on the new hub, the hub's own or the gas proxy function's.

    Raises:
        ValueError: it names no log, or both.
    """

    restored_on: date = field(name="RestoredDate")
    hub_log: HubExchange | None = field(default=None, name="CHFDeviceLog")
    gpf_log: HubExchange | None = field(default=None, name="GPFDeviceLog")

    def __post_init__(self) -> None:
        """One of the two logs, as the schema's choice has it."""
        if (self.hub_log is None) == (self.gpf_log is None):
            raise ValueError("a DeviceLogRestored names one log")


class UpgradeResult(StrEnum):
    """How the activation of a PPMID's image ended."""

    SUCCESS = "ActivationSuccess"
    FAILURE = "ActivationFailure"


class PpmidUpgrade(Form, frozen=True, kw_only=True):
    """Which version a PPMID switched to, or not."""

    firmware_version: FirmwareVersion | None = field(default=None, name="FirmwareVersion")
    result: UpgradeResult = field(name="ActivateImageResultCode")


class PpmidAlert(Form, frozen=True, kw_only=True):
    """An alert of a PPMID, that the DCC passes on."""

    device_id: Eui64 = field(name="DeviceID")
    alert_code: AlertCode = field(name="DeviceAlertCode")
    at: Moment | None = field(default=None, name="Timestamp")
    upgrade: PpmidUpgrade | None = field(default=None, name="PPMIDFirmwareUpgradeAlert")


class PpmidRemoval(Form, frozen=True):
    """A PPMID was taken off a hub's log."""

    device_id: Eui64 = field(name="PPMIDDeviceID")
    hub_id: Eui64 = field(name="CHFDeviceID")


class VersionMismatch(Form, frozen=True, kw_only=True):
    """The inventory names another firmware version than the device runs (BR35)."""

    device_id: Eui64 = field(name="DeviceID")
    device_type: DeviceType = field(name="DeviceType")
    inventory_version: FirmwareVersion | None = field(default=None, name="FirmwareVersionSMI")
    running_version: FirmwareVersion | None = field(default=None, name="FirmwareVersionDevice")


class Suspension(Form, frozen=True):
    """Which device the hub suspends (BR18)."""

    device_id: Eui64 = field(name="DeviceIDToSuspend")


class ChannelChange(Form, frozen=True):
    """The channel in use now, as page and channel, and why it changed (BR19)."""

    channel: tuple[int, int] = field(name="OperatingSubGHzChannel")
    trigger: ScanTrigger = field(name="ScanTrigger")


class ScanAssessment(Form, frozen=True):
    """What became of a request for a channel scan, and who asked (BR19)."""

    answer: ScanAnswer = field(name="StatusCode")
    trigger: ScanTrigger = field(name="ScanTrigger")


class MessageKind(StrEnum):
    """Kinds of GBCS message."""

    COMMAND = "Command"
    RESPONSE = "Response"
    ALERT = "Alert"


class Discarded(Form, frozen=True):
    """Which message was discarded (BR18)."""

    request: RequestId = field(name="RequestID")
    kind: MessageKind = field(name="CRAFlag")


class NoCapacity(Form, frozen=True, kw_only=True):
    """Which device found no place on 868 MHz (BR15)."""

    device_id: Eui64 = field(name="DeviceID")
    device_type: DeviceType | None = field(default=None, name="DeviceType")


class DualBandAlert(Form, frozen=True, kw_only=True):
    """An alert of a dual band hub; one of the details stands with the codes that have them."""

    hub_id: Eui64 = field(name="CHFDeviceID")
    alert_code: AlertCode = field(name="DeviceAlertCode")
    message_code: AlertCode | None = field(default=None, name="GBCSHexadecimalMessageCode")
    suspension: Suspension | None = field(default=None, name="LimitedDutyCycleActionTaken")
    channel: ChannelChange | None = field(default=None, name="SubGHzChannelChanged")
    scan: ScanAssessment | None = field(
        default=None, name="SubGHzChannelScanRequestAssessmentOutcome"
    )
    settings: SubGhzSettings | None = field(default=None, name="SubGHzConfigurationChanged")
    discarded: Discarded | None = field(
        default=None, name="MessageDiscardedDueToDutyCycleManagement"
    )
    refused: NoCapacity | None = field(default=None, name="NoMoreSubGHzDeviceCapacity")


class UpgradeRequested(Form, frozen=True, kw_only=True):
    """Somebody asked for an upgrade of these devices."""

    device_type: DeviceType = field(name="DeviceType")
    firmware_version: FirmwareVersion | None = field(default=None, name="FirmwareVersion")
    device_ids: tuple[Eui64, ...] = field(name="DeviceList")


class HubTransfer(StrEnum):
    """Whether an image reached a hub."""

    SUCCESS = "Success"
    FAILURE = "Failure"


class DeliveryStatus(Form, frozen=True, kw_only=True):
    """N60, N61: the image for a device reached its hub, or did not."""

    request: RequestId = field(name="UpdateFirmwareRequestID")
    hub_id: Eui64 = field(name="CommsHubDeviceID")
    device_id: Eui64 = field(name="TargetDeviceID")
    firmware_version: FirmwareVersion | None = field(default=None, name="FirmwareVersion")
    at: Moment = field(name="TimeStamp")
    transfer: HubTransfer = field(name="CommsHubTransferStatus")


class TransferToDevice(Form, frozen=True, kw_only=True):
    """How the transfer of an image from hub to device ended (CCS08)."""

    request: RequestId | None = field(default=None, name="UpdateFirmwareRequestID")
    device_id: Eui64 = field(name="OtherDeviceID")
    firmware_version: FirmwareVersion | None = field(default=None, name="FirmwareVersion")
    outcome: TransferOutcome = field(name="TransferResponseCode")


class HubAlert(Form, frozen=True, kw_only=True):
    """An alert of a hub, that the DCC passes on."""

    hub_id: Eui64 = field(name="CommsHubDeviceID")
    alert_code: AlertCode = field(name="AlertCode")
    at: Moment | None = field(default=None, name="TimeStamp")
    transfer: TransferToDevice | None = field(default=None, name="FirmwareTransferAlert")


class HubActivation(Form, frozen=True, kw_only=True):
    """A hub runs another firmware version now."""

    device_id: Eui64 = field(name="DeviceID")
    firmware_version: FirmwareVersion | None = field(default=None, name="FirmwareVersion")


AlertContent: TypeAlias = (
    PowerOutage
    | DeviceStatusEvent
    | CommandFailure
    | DistributionFailure
    | LogUpdateResult
    | LogRestored
    | PpmidAlert
    | PpmidRemoval
    | VersionMismatch
    | DualBandAlert
    | UpgradeRequested
    | DeliveryStatus
    | HubAlert
    | HubActivation
)
