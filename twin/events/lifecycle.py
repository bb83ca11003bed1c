"""Lifecycle family: premises, hubs and devices come into being."""

from typing import ClassVar

from msgspec import Struct

from twin.ids import Eui64, FirmwareVersion, ModelId, SupplierId
from twin.vocabulary import CspRegion, DeviceType, GspGroup, HubVariant, PremisesType


class PremisesRegistered(Struct, frozen=True, forbid_unknown_fields=True):
    """A premises entered the fleet, with what is known of it before any device."""

    TYPE: ClassVar[str] = "uk.gb.smart.lifecycle.premises-registered.v1"
    premises_type: PremisesType
    csp_region: CspRegion
    gsp_group: GspGroup
    supplier: SupplierId
    dual_fuel: bool
    shared_meter_space: bool


class CommsHubInstalled(Struct, frozen=True, forbid_unknown_fields=True):
    """A communications hub was installed (service requests 8.14.1 and 8.14.2)."""

    TYPE: ClassVar[str] = "uk.gb.smart.lifecycle.hub-installed.v1"
    device_id: Eui64
    model: ModelId
    hub_variant: HubVariant
    firmware_version: FirmwareVersion
    pairing_capable: bool


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
