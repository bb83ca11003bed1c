"""Bodies of the service requests that this domain reads, each field under its name in DUIS.

What names a consumer or a meter point, references of a user's own and every free text stay out:
see `elements.FORGOTTEN`. A body of another service request is not read at all.
"""

from typing import Annotated, TypeAlias

from msgspec import Meta, field

from twin.events.firmware import ImageHash
from twin.events.pairing import CodeLength, JoinWindow
from twin.ids import Eui64, FirmwareVersion, ModelId
from twin.ingest.duis.sub_ghz import (
    ReadSubGhzChannel,
    ReadSubGhzChannelLog,
    ReadSubGhzConfiguration,
    RequestChannelScan,
    SubGhzSettings,
)
from twin.ingest.duis.values import (
    EsmeVariant,
    FaultFound,
    FirmwareImage,
    Form,
    GbcsPayload,
    HubFault,
    HubReturn,
    Moment,
    Nothing,
    Specification,
)
from twin.vocabulary import (
    ChfLocation,
    DeviceStatus,
    DeviceType,
    HubInstallType,
    LogAction,
    Obstruction,
    PremisesType,
)


class DisablePrivacyPin(Nothing, frozen=True):
    """3.5: disable the Privacy PIN of the target (BR10)."""


class CommissionDevice(Form, frozen=True):
    """8.1.1: set the target's clock, within a tolerance in seconds, which commissions it."""

    clock: Moment = field(name="CurrentDateTime")
    tolerance_s: Annotated[int, Meta(ge=0, le=86_400)] = field(name="TolerancePeriod")


class DeviceDetails(Form, frozen=True, kw_only=True):
    """What an 8.4 corrects in an inventory entry; None where it says nothing of it."""

    model: ModelId | None = field(default=None, name="DeviceModel")
    specification: Specification | None = field(default=None, name="SMETSCHTSVersion")
    firmware_version: FirmwareVersion | None = field(default=None, name="FirmwareVersion")
    esme_variant: EsmeVariant | None = field(default=None, name="ESMEVariant")


class UpdateInventory(Form, frozen=True, kw_only=True):
    """8.4: one change of one inventory entry; that a meter point changed is all that is kept.

    Raises:
        ValueError: it asks for nothing, or for more than one thing.
    """

    device_id: Eui64 = field(name="DeviceID")
    status: DeviceStatus | None = field(default=None, name="UpdateDeviceStatusExceptCH")
    hub_status: DeviceStatus | None = field(default=None, name="UpdateDeviceStatusCH")
    details: DeviceDetails | None = field(default=None, name="UpdateDeviceDetails")
    delete: Nothing | None = field(default=None, name="DeleteDevice")
    meter_point: Nothing | None = field(default=None, name="UpdateMPxN")

    def __post_init__(self) -> None:
        """One of the five changes, as the schema's choice has it."""
        asked = (self.status, self.hub_status, self.details, self.delete, self.meter_point)
        if sum(one is not None for one in asked) != 1:
            raise ValueError("an UpdateInventory asks for one change")


class JoinService(Form, frozen=True):
    """8.7.1, 8.7.2: let the target put another device into its log (BR26)."""

    other_device_id: Eui64 = field(name="OtherDeviceID")


class UnjoinService(Form, frozen=True):
    """8.8.1, 8.8.2: let the target take another device out of its log."""

    other_device_id: Eui64 = field(name="OtherDeviceID")


class ReadDeviceLog(Form, frozen=True, kw_only=True):
    """8.9: tell the device log; `security` asks for the hashes beside the entries as well."""

    execute_at: Moment | None = field(default=None, name="ExecutionDateTime")
    security: Nothing | None = field(default=None, name="ReadSecurityDetails")


class Admission(Form, frozen=True):
    """How long a hub is open to a device, in seconds, and how long its install code is.

    The code itself is counted while the document is parsed and goes no further (BR03).
    """

    window_s: JoinWindow = field(name="JoinTimePeriod")
    code_length: CodeLength = field(name="InstallCode")


class UpdateHanDeviceLog(Form, frozen=True, kw_only=True):
    """8.11: put a device on the target hub's log, or take it off.

    Raises:
        ValueError: something is added without an admission, or removed with one.
    """

    execute_at: Moment | None = field(default=None, name="ExecutionDateTime")
    device_id: Eui64 = field(name="DeviceID")
    action: LogAction = field(name="RequestType")
    admission: Admission | None = field(default=None, name="AddDeviceToCHFWhitelist")

    def __post_init__(self) -> None:
        """Who is added is admitted; who is removed is not."""
        if (self.action is LogAction.ADD) != (self.admission is not None):
            raise ValueError("an UpdateHANDeviceLog has AddDeviceToCHFWhitelist where it adds")


class RestoreHanDeviceLog(Form, frozen=True):
    """8.12.1: restore the log of a hub that was taken away on the target."""

    old_hub_id: Eui64 = field(name="OldCHFID")


class RestoreGpfDeviceLog(Form, frozen=True):
    """8.12.2: restore the log of a gas proxy function that was taken away on the target."""

    old_gpf_id: Eui64 = field(name="OldGPFID")


class HubInstalled(Form, frozen=True, kw_only=True):
    """8.14.1 and 8.14.2: a hub was installed, with the wide area network or without.

    What only an 8.14.2 says is None in an 8.14.1.
    """

    device_id: Eui64 = field(name="DeviceID")
    install_type: HubInstallType = field(name="CHFInstallType")
    installed_at: Moment | None = field(default=None, name="InstallDateTime")
    aerial: bool = field(name="AerialInstall")
    location: ChfLocation = field(name="CHFLocation")
    premises_type: PremisesType | None = field(default=None, name="PremiseType")
    metal: bool | None = field(default=None, name="MetalObstructionCheck")
    connectivity: bool | None = field(default=None, name="ConnectivityObstructionCheck")
    shared: bool | None = field(default=None, name="SharedObstructionCheck")

    @property
    def obstructions(self) -> tuple[Obstruction, ...]:
        """What stood in the way of the wide area network."""
        flags = (self.aerial, self.metal, self.connectivity, self.shared)
        return tuple(one for one, stood in zip(Obstruction, flags, strict=True) if stood)


class HubFaultReturned(Form, frozen=True, kw_only=True):
    """8.14.3: a hub goes back for a fault."""

    device_id: Eui64 = field(name="DeviceID")
    found: FaultFound = field(name="CHFFaultReturnType")
    returned_at: Moment | None = field(default=None, name="UserRefDateTime")
    other_device_id: Eui64 = field(name="OtherDeviceID")
    fault: HubFault = field(name="CHFFaultReason")


class HubReturned(Form, frozen=True, kw_only=True):
    """8.14.4: a hub goes back without a fault, from single to dual band for example."""

    device_id: Eui64 = field(name="DeviceID")
    reason: HubReturn = field(name="CHFNoFaultReturnType")
    returned_at: Moment | None = field(default=None, name="UserRefDateTime")


class UpdateFirmware(Form, frozen=True, kw_only=True):
    """11.1 and 11.4: send an image to the hubs of at most 50,000 devices (BR28).

    `firmware_version` is None where DUIS holds another text than eight hex digits.
    """

    image: FirmwareImage = field(name="FirmwareImage")
    firmware_version: FirmwareVersion | None = field(default=None, name="FirmwareVersion")
    device_ids: tuple[Eui64, ...] = field(name="DeviceIDList")


class ReadFirmwareVersion(Form, frozen=True):
    """11.2: tell which version the target runs, now or at a time."""

    execute_at: Moment | None = field(default=None, name="ExecutionDateTime")


class ActivateFirmware(Form, frozen=True, kw_only=True):
    """11.3: switch to the image with this hash, now or at a time (BR29, BR33)."""

    execute_at: Moment | None = field(default=None, name="ExecutionDateTime")
    image_hash: ImageHash = field(name="FirmwareHash")


class PreNotification(Form, frozen=True, kw_only=True):
    """12.2: a device is announced to the inventory."""

    device_id: Eui64 = field(name="DeviceID")
    model: ModelId | None = field(default=None, name="DeviceModel")
    device_type: DeviceType = field(name="DeviceType")
    specification: Specification | None = field(default=None, name="SMETSCHTSVersion")
    firmware_version: FirmwareVersion | None = field(default=None, name="FirmwareVersion")
    esme_variant: EsmeVariant | None = field(default=None, name="ESMEVariant")
    gpf_id: Eui64 | None = field(default=None, name="AssociatedGPFDeviceID")


class SignedPreCommand(Form, frozen=True, kw_only=True):
    """A critical command that its user signed: what it asks for stands in its GBCS message."""

    execute_at: Moment | None = field(default=None, name="ExecutionDateTime")
    payload: GbcsPayload = field(name="GBCSPayload")


RequestBody: TypeAlias = (
    DisablePrivacyPin
    | SubGhzSettings
    | RequestChannelScan
    | ReadSubGhzConfiguration
    | ReadSubGhzChannel
    | ReadSubGhzChannelLog
    | CommissionDevice
    | UpdateInventory
    | JoinService
    | UnjoinService
    | ReadDeviceLog
    | UpdateHanDeviceLog
    | RestoreHanDeviceLog
    | RestoreGpfDeviceLog
    | HubInstalled
    | HubFaultReturned
    | HubReturned
    | UpdateFirmware
    | ReadFirmwareVersion
    | ActivateFirmware
    | PreNotification
    | SignedPreCommand
)
