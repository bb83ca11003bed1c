"""Reading the commands and responses of the shared air: DBCH01 to DBCH05."""

from typing import Final

from twin.events.gbcs_payloads import sub_ghz as said
from twin.ingest.gbcs.access import AccessKind, Answered, Asked, answered_in, asked_in
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.plain_values import Value
from twin.ingest.gbcs.reading.channels import channel_in, channels_in
from twin.ingest.gbcs.refusals import OtherShape
from twin.ingest.gbcs.shapes import each, moment_in, number_in, parts_of

SETTINGS: Final = bytes.fromhex("00005E2C0A00")
SCAN: Final = bytes.fromhex("00005E2C0A01")
CHANNEL: Final = bytes.fromhex("00005E2C0A02")
CHANNEL_LOG: Final = bytes.fromhex("00005E2C0A03")
_HUNDREDTHS: Final = 100
_SETTINGS_COUNT: Final = 15
_PAGES: Final = (28, 29, 30, 31)


def set_configuration(payload: Octets) -> said.SetSubGhzConfiguration:
    """DBCH04: the settings."""
    return said.SetSubGhzConfiguration(settings_in(_asked(payload, AccessKind.SET, SETTINGS).value))


def configuration_answered(payload: Octets) -> said.SubGhzConfigurationAnswered:
    """The answer to DBCH04."""
    return said.SubGhzConfigurationAnswered(_answered(payload, AccessKind.SET).result)


def read_configuration(payload: Octets) -> said.ReadSubGhzConfiguration:
    """DBCH03."""
    _asked(payload, AccessKind.GET, SETTINGS)
    return said.ReadSubGhzConfiguration()


def configuration_read(payload: Octets) -> said.SubGhzConfigurationRead:
    """The answer to DBCH03."""
    part = _answered(payload, AccessKind.GET)
    settings = None if part.result else settings_in(part.value)
    return said.SubGhzConfigurationRead(part.result, settings)


def request_scan(payload: Octets) -> said.RequestChannelScan:
    """DBCH05."""
    _asked(payload, AccessKind.SET, SCAN)
    return said.RequestChannelScan()


def scan_answered(payload: Octets) -> said.ChannelScanAnswered:
    """The answer to DBCH05."""
    return said.ChannelScanAnswered(_answered(payload, AccessKind.SET).result)


def read_channel(payload: Octets) -> said.ReadSubGhzChannel:
    """DBCH01."""
    _asked(payload, AccessKind.GET, CHANNEL)
    return said.ReadSubGhzChannel()


def channel_read(payload: Octets) -> said.SubGhzChannelRead:
    """The answer to DBCH01."""
    part = _answered(payload, AccessKind.GET)
    return said.SubGhzChannelRead(part.result, None if part.result else channel_in(part.value))


def read_channel_log(payload: Octets) -> said.ReadSubGhzChannelLog:
    """DBCH02: entries are narrowed to a range of moments."""
    selection = _asked(payload, AccessKind.GET, CHANNEL_LOG).selection
    if selection is None:
        return said.ReadSubGhzChannelLog(None, None)
    _, narrowed = parts_of(selection, at_least=2, at_most=2)
    _, since, until, _ = parts_of(narrowed, at_least=4, at_most=4)
    return said.ReadSubGhzChannelLog(moment_in(since), moment_in(until))


def channel_log_read(payload: Octets) -> said.SubGhzChannelLogRead:
    """The answer to DBCH02."""
    part = _answered(payload, AccessKind.GET)
    entries = () if part.result or part.value is None else each(part.value, _entry)
    return said.SubGhzChannelLogRead(part.result, entries)


def settings_in(value: Value) -> said.SubGhzSettings:
    """The fifteen settings in their order; shares come in hundredths of a per cent."""
    parts = parts_of(value, at_least=_SETTINGS_COUNT, at_most=_SETTINGS_COUNT)
    lowest, lower, higher, upper = (
        channels_in(part, page) for part, page in zip(parts, _PAGES, strict=False)
    )
    normal, limited, changes, curfew, quieter, noisier, poor, periods, noise, failure, retry = (
        number_in(part) for part in parts[len(_PAGES) :]
    )
    return said.SubGhzSettings(
        lower_channels_0_to_26=lowest,
        lower_channels_27_to_34=lower,
        lower_channels_35_to_61=higher,
        upper_channels_0_to_26=upper,
        normal_limited_percent=normal / _HUNDREDTHS,
        limited_critical_percent=limited / _HUNDREDTHS,
        channel_changes_per_week_max=changes,
        gsme_curfew=curfew,
        channel_quieter_threshold=quieter,
        channel_noisier_threshold=noisier,
        non_gsme_poor_comms_percent=poor / _HUNDREDTHS,
        non_gsme_poor_comms_periods=periods,
        local_noise_period=noise,
        local_failure_percent=failure / _HUNDREDTHS,
        local_retry_percent=retry / _HUNDREDTHS,
    )


def _entry(value: Value) -> said.ChannelLogEntry:
    """Moment and event code; channel and scan trigger where the entry names them."""
    at, event_code, *others = parts_of(value, at_least=2, at_most=4)
    if len(others) == 1 and isinstance(others[0], tuple):
        others = list(others[0])
    channel, trigger = (*others, None, None)[:2]
    return said.ChannelLogEntry(
        moment_in(at),
        number_in(event_code),
        None if channel is None else channel_in(channel),
        None if trigger is None else number_in(trigger),
    )


def _asked(payload: Octets, kind: AccessKind, instance: bytes) -> Asked:
    asked = asked_in(payload)
    if [(part.kind, part.instance) for part in asked] != [(kind, instance)]:
        raise OtherShape
    return asked[0]


def _answered(payload: Octets, kind: AccessKind) -> Answered:
    parts = answered_in(payload)
    if [part.kind for part in parts] != [kind]:
        raise OtherShape
    return parts[0]
