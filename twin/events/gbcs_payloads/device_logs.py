"""What messages say of the device logs of hub and gas proxy, and of join details."""

from enum import StrEnum

from msgspec import Struct

from twin.events.firmware import Moment
from twin.ids import Eui64
from twin.vocabulary import JoinResponse


class LoggedType(StrEnum):
    """Device types as GBCS numbers them from 0; Type 2 is a display or a consumer's device."""

    GSME = "GSME"
    ESME = "ESME"
    CHF = "CHF"
    GPF = "GPF"
    HCALCS = "HCALCS"
    PPMID = "PPMID"
    TYPE_2 = "Type2"


class LogRequest(StrEnum):
    """What was asked of a hub's device log."""

    ADD = "add"
    REMOVE = "remove"
    RESTORE = "restore"


class KeyedEntry(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """An entry with the length in octets of a hash of its key; the hash itself is skipped."""

    device_id: Eui64
    key_hash_length: int


class SeenEntry(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """An entry with when the hub last heard the device, and how well at 868 MHz (dBm, signed)."""

    device_id: Eui64
    last_communicated_at: Moment | None
    sub_ghz_link_quality: int | None


class TypedEntry(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """An entry of a log that holds the type of each device."""

    device_id: Eui64
    device_type: LoggedType


class RestoredEntry(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """An entry of the gas proxy's log and how its restoring ended."""

    device_id: Eui64
    device_type: LoggedType
    response: JoinResponse


class AddDevice(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """CCS01 asks a hub to let a device join within a window; the install code is skipped (BR03)."""

    device_id: Eui64
    install_code_length: int
    window_s: int
    joining_enabled: bool


class RemoveDevice(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """CCS02 asks a hub to take a device out of its log."""

    device_id: Eui64


class RestoreDeviceLog(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """CCS03 hands a hub the log of the hub before it (BR08); hashes of keys are skipped."""

    pan_id: Eui64
    entries: tuple[KeyedEntry, ...]


class DeviceLogAnswered(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub's answer to CCS01, CCS02 or CCS03: a result for each part, 0 for success (DLMS)."""

    request: LogRequest
    results: tuple[int, ...]

    @property
    def succeeded(self) -> bool:
        """Whether every part was carried out."""
        return not any(self.results)


class ReadDeviceLog(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """CCS04 to CCS07 ask a hub for its device log, CCS07 for the historic one as well."""

    historic: bool


class DeviceLogRead(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub's device log with what it heard of each device (CCS04 to CCS06); result 0 is success.

    A result other than success comes without entries.
    """

    result: int
    entries: tuple[SeenEntry, ...]


class DeviceLogsRead(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub's device log and its historic one (CCS07); results of both, 0 for success."""

    results: tuple[int, ...]
    entries: tuple[KeyedEntry, ...]
    historic: tuple[KeyedEntry, ...]


class ReadJoinDetails(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """CS07 asks a device for its own log."""


class JoinDetailsRead(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A device's own log (CS07); without success no entries."""

    succeeded: bool
    entries: tuple[TypedEntry, ...]


class RestoreGpfDeviceLog(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """GCS59 hands a gas proxy the log of the one before it."""

    entries: tuple[TypedEntry, ...]


class GpfDeviceLogRestored(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A gas proxy's answer to GCS59, entry by entry."""

    entries: tuple[RestoredEntry, ...]


class ChfDeviceLogBackedUp(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """CS14: a hub's device log changed, and here is all of it; hashes of keys are skipped (BR24).

    What changed is not said: it shows beside the log before.
    """

    backed_up_at: Moment | None
    pan_id: Eui64
    entries: tuple[KeyedEntry, ...]


class GpfDeviceLogBackedUp(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """GCS62: a gas proxy's device log changed, and here is all of it."""

    entries: tuple[TypedEntry, ...]
