"""One entry of a Central Products List, and the mistakes that a list can hold."""

from typing import Final, Literal

from msgspec import Struct

from twin.vocabulary import DeviceType

COLUMNS: Final = (
    "Version",
    "Entry.number",
    "Entry.status",
    "Device_Type.name",
    "Device_Model.manufacturer_identifier",
    "Device_Model.model_identifier",
    "Device_Model.hardware_version.version",
    "Device_Model.hardware_version.revision",
    "Device_Model.model_identifier_concatenated_with_hardware_version",
    "Device_Model.firmware_version",
    "SMETS_CHTS Version.Version_number_and_effective_date",
    "GBCS Version.version_number",
    "Manufacturer_Image.hash",
)
"""The columns of the published list, in its order."""

KINDS: Final = {
    "Communications Hub": DeviceType.CHF,
    "Single Element Electricity Metering Equipment": DeviceType.ESME,
    "Twin Element Electricity Metering Equipment": DeviceType.ESME,
    "Polyphase Electricity Metering Equipment": DeviceType.ESME,
    "Gas Smart Meter": DeviceType.GSME,
    "Pre-Payment Interface Device": DeviceType.PPMID,
    "HAN Connected Auxiliary Load Control Switch": DeviceType.HCALCS,
}
"""The list's names of device types; IHD and CAD are Type 2 and are never on it (BR38)."""

SMETS1: Final = "SMETS V1.2"
"""Entries of first-generation equipment: read, but no part of this fleet."""

Status = Literal["Current", "Removed"]


class CplEntry(Struct, frozen=True):
    """A firmware version of a device model; `image_hash` is the SHA-256 of its image, if given."""

    number: str
    status: Status
    type_name: str
    kind: DeviceType
    model: str
    firmware_version: str
    specification: str
    gbcs: str
    image_hash: str | None


class CplFault(Struct, frozen=True):
    """A mistake in a list: the line (the heading is line 1), the column and one sentence."""

    line: int
    column: str
    why: str


class CplReading(Struct, frozen=True):
    """What a list says, or every mistake in it: with any fault there are no entries."""

    version: str
    entries: tuple[CplEntry, ...]
    faults: tuple[CplFault, ...]
