"""Lifecycle family: premises, hubs and devices come into being."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from twin.ids import Eui64, FirmwareVersion, ModelId, SupplierId
from twin.vocabulary import (
    ChfLocation,
    CspRegion,
    DeviceStatus,
    DeviceType,
    GspGroup,
    HubInstallType,
    HubVariant,
    Obstruction,
    PremisesType,
    ReturnReason,
    Role,
    StatusReason,
)

GbcsVersion = Annotated[str, Meta(pattern=r"^[0-9]\.[0-9]$(?!\n)")]
Minutes = Annotated[int, Meta(ge=0, le=60 * 24 * 31)]


class PremisesRegistered(Struct, frozen=True, forbid_unknown_fields=True):
    """A premises entered the fleet, with what is known of it before any device."""

    TYPE: ClassVar[str] = "uk.gb.smart.lifecycle.premises-registered.v1"
    premises_type: PremisesType
    csp_region: CspRegion
    gsp_group: GspGroup
    supplier: SupplierId
    dual_fuel: bool
    shared_meter_space: bool


class DevicePreNotified(Struct, frozen=True, forbid_unknown_fields=True):
    """A device was announced to the inventory before it is installed (service request 12.2).

    Type 2 devices (IHD, CAD) are on no products list and carry no firmware (BR38).
    """

    TYPE: ClassVar[str] = "uk.gb.smart.lifecycle.device-pre-notified.v1"
    device_id: Eui64
    device_type: DeviceType
    role: Role
    model: ModelId | None = None
    firmware_version: FirmwareVersion | None = None
    gbcs_version: GbcsVersion | None = None


class CommsHubInstalled(Struct, frozen=True, forbid_unknown_fields=True):
    """A communications hub was installed (service requests 8.14.1 and 8.14.2)."""

    TYPE: ClassVar[str] = "uk.gb.smart.lifecycle.hub-installed.v1"
    device_id: Eui64
    model: ModelId
    hub_variant: HubVariant
    firmware_version: FirmwareVersion
    pairing_capable: bool
    gpf_id: Eui64 | None = None
    install_type: HubInstallType = HubInstallType.NEW
    location: ChfLocation | None = None
    obstructions: tuple[Obstruction, ...] = ()


class CommsHubReplaced(Struct, frozen=True, forbid_unknown_fields=True):
    """A hub was exchanged (8.14.3, 8.14.4); its device logs are restored on the new one (8.12).

    `device_id` is the new hub. With the log restored no pairing code is typed again (BR08).
    """

    TYPE: ClassVar[str] = "uk.gb.smart.lifecycle.hub-replaced.v1"
    device_id: Eui64
    replaced_device_id: Eui64
    reason: ReturnReason
    device_log_restored: bool
    gpf_log_restored: bool


class DeviceInstalled(Struct, frozen=True, forbid_unknown_fields=True):
    """A device other than the hub was installed; Type 2 devices carry no firmware (BR38)."""

    TYPE: ClassVar[str] = "uk.gb.smart.lifecycle.device-installed.v1"
    device_id: Eui64
    device_type: DeviceType
    model: ModelId | None = None
    firmware_version: FirmwareVersion | None = None
    pairing_capable: bool = False


class DeviceCommissioned(Struct, frozen=True, forbid_unknown_fields=True):
    """A device was commissioned (service request 8.1.1, alert 0x8F69)."""

    TYPE: ClassVar[str] = "uk.gb.smart.lifecycle.device-commissioned.v1"
    device_id: Eui64
    device_type: DeviceType


class DeviceStatusChanged(Struct, frozen=True, forbid_unknown_fields=True):
    """The inventory status of a device changed (service request 8.4 or the DCC itself)."""

    TYPE: ClassVar[str] = "uk.gb.smart.lifecycle.device-status-changed.v1"
    device_id: Eui64
    device_type: DeviceType
    from_status: DeviceStatus | None
    to_status: DeviceStatus
    reason: StatusReason


class InventoryEntryTold(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the inventory holds of a device: belief, whatever the device runs (BR35).

    `by` is the service request that tells it: an entry was read (8.2), or a user asked for one to
    be made (12.2) or corrected (8.4). Of what is None nothing was told; `listed` is whether its
    firmware is Active on the Central Products List.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.lifecycle.inventory-entry-told.v1"
    device_id: Eui64
    device_type: DeviceType
    by: Literal["8.2", "8.4", "12.2"]
    status: DeviceStatus | None = None
    model: ModelId | None = None
    hub_variant: HubVariant | None = None
    firmware_version: FirmwareVersion | None = None
    pairing_capable: bool = False
    gbcs_version: GbcsVersion | None = None
    csp_region: CspRegion | None = None
    listed: bool | None = None


class PowerOutageAlerted(Struct, frozen=True, forbid_unknown_fields=True):
    """The hub was without power and told so (alert AD1); why is for rule BR36 to find out."""

    TYPE: ClassVar[str] = "uk.gb.smart.lifecycle.power-outage-alerted.v1"
    device_id: Eui64
    minutes: Minutes
