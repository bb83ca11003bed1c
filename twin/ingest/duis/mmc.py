"""What a device's message says, as parse and correlate software writes it out (MMC).

Values that the software marks as sensitive stay closed; descriptions are free text and stay out.
"""

from typing import Annotated, TypeAlias

from msgspec import Meta, field

from twin.events.firmware import ImageHash
from twin.ids import Eui64, FirmwareVersion
from twin.ingest.duis.values import Form, Moment
from twin.vocabulary import DeviceType

Counter = Annotated[int, Meta(ge=0)]


class Status(Form, frozen=True):
    """An outcome by its number in GBCS; its name follows from the use case."""

    code: Annotated[int, Meta(ge=0, le=255)] = field(name="@ResponseCode")


class Done(Form, frozen=True):
    """A device did what it was asked, or did not, and says no more that is read here."""

    succeeded: bool | None = field(default=None, name="@MessageSuccess")


class PrivacyPinAnswer(Form, frozen=True):
    """3.5: the meter asks for no Privacy PIN any more, or does as before (BR10)."""

    succeeded: bool | None = field(default=None, name="@MessageSuccess")


class FirmwareVersionAnswer(Form, frozen=True, kw_only=True):
    """11.2: the version that the device runs."""

    succeeded: bool | None = field(default=None, name="@MessageSuccess")
    firmware_version: FirmwareVersion | None = field(default=None, name="FirmwareVersion")


class ActivationAnswer(Form, frozen=True, kw_only=True):
    """11.3: how an activation ended; without an outcome it was taken for a later time (BR33)."""

    succeeded: bool | None = field(default=None, name="@MessageSuccess")
    outcome: Status | None = field(default=None, name="ActivateImageResponseCode")
    firmware_version: FirmwareVersion | None = field(default=None, name="FirmwareVersion")


class JoinAnswer(Form, frozen=True, kw_only=True):
    """8.7.1, 8.7.2: how a join ended (CS03)."""

    succeeded: bool | None = field(default=None, name="@MessageSuccess")
    outcome: Status = field(name="joinResponseCode")


class UnjoinAnswer(Form, frozen=True, kw_only=True):
    """8.8.1, 8.8.2: how an unjoin ended (CS04)."""

    succeeded: bool | None = field(default=None, name="@MessageSuccess")
    outcome: Status = field(name="unjoinResponseCode")


class LogEntry(Form, frozen=True, kw_only=True):
    """A device on a device log; GBCS calls IHD and CAD Type 2 and does not tell them apart."""

    device_id: Eui64 = field(name="DeviceID")
    device_type: DeviceType | None = field(default=None, name="DeviceType")


class DeviceLog(Form, frozen=True):
    """The log of a meter, a gas proxy function or a PPMID."""

    entries: tuple[LogEntry, ...] = field(default=(), name="LogEntry")


class HubLogEntry(Form, frozen=True, kw_only=True):
    """A device on a hub's log: when it was heard last, and how well on 868 MHz."""

    device_id: Eui64 | None = field(default=None, name="DeviceID")
    heard_at: Moment | None = field(default=None, name="LastCommunicationsDateTime")
    link_quality: Annotated[int, Meta(ge=-128, le=127)] | None = field(
        default=None, name="SubGHzLinkQuality"
    )


class HubLog(Form, frozen=True):
    """A hub's device log (CCS06)."""

    entries: tuple[HubLogEntry, ...] = field(default=(), name="CHFDeviceLogEntry")


class KnownToHub(Form, frozen=True):
    """A device on one of a hub's two logs; the hash of its key stays out."""

    device_id: Eui64 | None = field(default=None, name="DeviceID")


class HubLogs(Form, frozen=True, kw_only=True):
    """A hub's device log and its historic log (CCS07, BR22)."""

    entries: tuple[KnownToHub, ...] = field(default=(), name="CHFCurrentConnectedDeviceLogEntry")
    historic: tuple[KnownToHub, ...] = field(default=(), name="CHFHistoricConnectedDeviceLogEntry")


class DeviceLogAnswer(Form, frozen=True, kw_only=True):
    """8.9: a device log, of the kind that the device has."""

    succeeded: bool | None = field(default=None, name="@MessageSuccess")
    log: DeviceLog | None = field(default=None, name="DeviceLogEntries")
    hub_log: HubLog | None = field(default=None, name="CHFDeviceLog")
    hub_logs: HubLogs | None = field(default=None, name="CHFConnectedDeviceLog")


class Restored(Form, frozen=True, kw_only=True):
    """A device that was put back on the log of a gas proxy function, or was not."""

    entry: LogEntry | None = field(default=None, name="DeviceLogEntry")
    outcome: Status | None = field(default=None, name="joinResponseCode")


class GpfLogAnswer(Form, frozen=True, kw_only=True):
    """8.12.2: what became of each device of the log."""

    succeeded: bool | None = field(default=None, name="@MessageSuccess")
    outcomes: tuple[Restored, ...] = field(default=(), name="RestoreDeviceLogOutcome")


class ChannelAnswer(Form, frozen=True, kw_only=True):
    """6.31: the channel in use, as page and channel."""

    succeeded: bool | None = field(default=None, name="@MessageSuccess")
    channel: tuple[int, int] | None = field(default=None, name="OperatingSubGHzChannel")


class VerificationAlert(Form, frozen=True):
    """0x8F72 or 0x8F1C: the hash of the image that was found right, or wrong."""

    image_hash: ImageHash | None = field(default=None, name="ManufacturerImageHash")


class ActivationAlert(Form, frozen=True, kw_only=True):
    """0x8F66 or 0x8F67 after an 11.3: how it ended (BR33)."""

    execute_at: Moment | None = field(default=None, name="ExecutionDateTime")
    counter: Counter | None = field(default=None, name="OriginatorCounterFromCommand")
    outcome: Status | None = field(default=None, name="ActivateImageResponseCode")
    firmware_version: FirmwareVersion | None = field(default=None, name="FirmwareVersion")


class FutureDatedAlert(Form, frozen=True):
    """How a future-dated command ended; only activations of firmware are read."""

    activation: ActivationAlert | None = field(default=None, name="FirmwareActivationDeviceAlert")


class AlertDetails(Form, frozen=True, kw_only=True):
    """What an alert says besides its code, of the kinds that this domain knows."""

    verification: VerificationAlert | None = field(
        default=None, name="FirmwareVerificationDeviceAlert"
    )
    future_dated: FutureDatedAlert | None = field(
        default=None, name="FutureDatedCommandOutcomeDeviceAlert"
    )


MmcContent: TypeAlias = (
    Done
    | PrivacyPinAnswer
    | FirmwareVersionAnswer
    | ActivationAnswer
    | JoinAnswer
    | UnjoinAnswer
    | DeviceLogAnswer
    | GpfLogAnswer
    | ChannelAnswer
    | AlertDetails
)
