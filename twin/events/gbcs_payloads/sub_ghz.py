"""What messages say of the shared air at 868 MHz: settings, channels, scans, alerts (DBCH)."""

from typing import TypeAlias

from msgspec import Struct

from twin.events.firmware import Moment
from twin.events.gbcs_payloads.device_logs import LoggedType
from twin.ids import Eui64
from twin.vocabulary import MessageKind

Channels: TypeAlias = tuple[int, ...]


class OperatingChannel(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A channel and the page that numbers it (28 to 31)."""

    page: int
    channel: int


class SubGhzSettings(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub's settings: allowed channels of each page, then the eleven of BR17 in their units."""

    lower_channels_0_to_26: Channels
    lower_channels_27_to_34: Channels
    lower_channels_35_to_61: Channels
    upper_channels_0_to_26: Channels
    normal_limited_percent: float
    limited_critical_percent: float
    channel_changes_per_week_max: int
    gsme_curfew: int
    channel_quieter_threshold: int
    channel_noisier_threshold: int
    non_gsme_poor_comms_percent: float
    non_gsme_poor_comms_periods: int
    local_noise_period: int
    local_failure_percent: float
    local_retry_percent: float


class SetSubGhzConfiguration(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """DBCH04 gives a hub its settings."""

    settings: SubGhzSettings


class SubGhzConfigurationAnswered(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub's answer to DBCH04: result 0 is success (DLMS)."""

    result: int


class ReadSubGhzConfiguration(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """DBCH03 asks a hub for its settings."""


class SubGhzConfigurationRead(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub's settings; without success (result 0) none."""

    result: int
    settings: SubGhzSettings | None


class RequestChannelScan(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """DBCH05 asks a hub for a channel scan."""


class ChannelScanAnswered(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub took the request (result 0) or not; what it made of it comes as an alert (DBCH08)."""

    result: int


class ReadSubGhzChannel(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """DBCH01 asks a hub for its channel."""


class SubGhzChannelRead(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub's channel; without success (result 0) none."""

    result: int
    channel: OperatingChannel | None


class ReadSubGhzChannelLog(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """DBCH02 asks a hub for its channel log between two moments."""

    since: Moment | None
    until: Moment | None


class ChannelLogEntry(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """An entry: when, which event, and channel and scan trigger where it names them.

    The numbers of triggers are not published with their names, so they stay numbers.
    """

    at: Moment | None
    event_code: int
    channel: OperatingChannel | None
    trigger_code: int | None


class SubGhzChannelLogRead(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub's channel log; without success (result 0) no entries."""

    result: int
    entries: tuple[ChannelLogEntry, ...]


class DutyCycleAlerted(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub limits the use of its air and suspends one device (0x8F20)."""

    suspended_device_id: Eui64 | None


class ChannelChanged(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub moved its network to another channel (0x8F26), with the number of what asked for it."""

    channel: OperatingChannel
    trigger_code: int


class ChannelScanAssessed(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """What a hub made of a request for a scan (0x8F28), in numbers whose names are unpublished."""

    status_code: int
    trigger_code: int


class SubGhzConfigurationChanged(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub has new settings (0x8F2A)."""

    settings: SubGhzSettings


class MessageDiscarded(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub discarded a message to or from a suspended device (0x8F2C)."""

    originator: Eui64
    target: Eui64
    counter: int
    kind: MessageKind


class CapacityReached(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A hub has no 868 MHz link left for a device (0x8F2D, BR15)."""

    device_id: Eui64
    device_type: LoggedType | None
