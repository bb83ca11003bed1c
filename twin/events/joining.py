"""Pairing family, the device logs: who may join a hub, who joined, and with whom (CS03, CS14)."""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from twin.events.pairing import CodeLength, JoinWindow
from twin.ids import Eui64
from twin.vocabulary import (
    DeviceType,
    JoinMethod,
    JoinResponse,
    KeySource,
    LogAction,
    LogChange,
    Role,
    UnjoinResponse,
)

HISTORIC_LOG_MAX = 15
"""Entries of a hub's historic device log; the oldest is overwritten (BR22)."""
LOG_ENTRIES_MAX = 64
"""No hub known holds more; what a hub really holds is configuration, checked by BR25."""
LogEntries = Annotated[tuple[Eui64, ...], Meta(max_length=LOG_ENTRIES_MAX)]
HistoricEntries = Annotated[
    tuple[Eui64, ...], Meta(max_length=HISTORIC_LOG_MAX, extra_json_schema={"x-rule": "BR22"})
]


class DeviceLogUpdateRequested(Struct, frozen=True, forbid_unknown_fields=True):
    """Update HAN Device Log (8.11, CCS01 or CCS02) was sent to a hub for a device (Annex C).

    `device_id` is the hub's. Only the length of the install code is known here (BR03).
    """

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.device-log-update-requested.v1"
    device_id: Eui64
    subject_device_id: Eui64
    subject_device_type: DeviceType
    action: LogAction
    role: Role
    window_s: JoinWindow | None = None
    code_length: CodeLength | None = None


class ChfDeviceLogChanged(Struct, frozen=True, forbid_unknown_fields=True):
    """A hub's device log changed: one alert 0x8F12 a change, with the whole log (BR24)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.chf-device-log-changed.v1"
    device_id: Eui64
    subject_device_id: Eui64 | None
    change: LogChange
    entries: LogEntries
    historic: HistoricEntries


class DeviceJoined(Struct, frozen=True, forbid_unknown_fields=True):
    """A device joined the home area network within the join window (alert 0x8183, BR20, BR21)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.device-joined.v1"
    device_id: Eui64
    device_type: DeviceType
    key_source: KeySource
    seconds_into_window: Annotated[int, Meta(ge=0, le=3600, extra_json_schema={"x-rule": "BR20"})]
    window_s: JoinWindow


class JoinRequested(Struct, frozen=True, forbid_unknown_fields=True):
    """A Join Service request (8.7.1 critical, 8.7.2 not) names two devices and a method (BR26)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.join-requested.v1"
    device_id: Eui64
    device_type: DeviceType
    partner_device_id: Eui64
    partner_device_type: DeviceType
    method: JoinMethod
    role: Role


class JoinSucceeded(Struct, frozen=True, forbid_unknown_fields=True):
    """A device put a partner into its own device log (alert 0x8F49)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.join-succeeded.v1"
    device_id: Eui64
    device_type: DeviceType
    partner_device_id: Eui64
    partner_device_type: DeviceType


class JoinFailed(Struct, frozen=True, forbid_unknown_fields=True):
    """A device did not join a partner, and says why (alert 0x8F48, response codes 1 to 13)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.join-failed.v1"
    device_id: Eui64
    device_type: DeviceType
    partner_device_id: Eui64
    partner_device_type: DeviceType
    response: JoinResponse


class DeviceUnjoined(Struct, frozen=True, forbid_unknown_fields=True):
    """A partner was taken out of a device's log, or not (alerts 0x8F4B and 0x8F4A)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.device-unjoined.v1"
    device_id: Eui64
    device_type: DeviceType
    partner_device_id: Eui64
    response: UnjoinResponse


class GpfDeviceLogChanged(Struct, frozen=True, forbid_unknown_fields=True):
    """The gas proxy function's device log changed (alert 0x8071)."""

    TYPE: ClassVar[str] = "uk.gb.smart.pairing.gpf-device-log-changed.v1"
    device_id: Eui64
    entries: LogEntries
