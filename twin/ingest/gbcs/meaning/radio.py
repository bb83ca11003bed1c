"""What messages of the shared air mean, and alerts that say no more than their code."""

from typing import Final

from msgspec.structs import asdict

from twin.events import bands, firmware, lifecycle
from twin.events import sub_ghz as facts
from twin.events.gbcs_payloads import sub_ghz as said
from twin.events.gbcs_payloads.plain import AlertRaised, Received
from twin.ids import Eui64
from twin.ingest.gbcs.meaning.known import Known, device_of, type_of, type_of_entry
from twin.ingest.gbcs.message import GbcsMessage
from twin.vocabulary import MessageKind
from twin.vocabulary.radio import THRESHOLDS

COMMISSIONED: Final = 0x8F69
FAILED_AT_POWER_ON: Final = 0x8F1B
_MASKS: Final = (
    "lower_channels_0_to_26",
    "lower_channels_27_to_34",
    "lower_channels_35_to_61",
    "upper_channels_0_to_26",
)


def configuration_changed(
    message: GbcsMessage, payload: said.SubGhzConfigurationChanged, _: Known
) -> facts.SubGhzConfigurationChanged:
    """DBCH09; which channels are allowed no fact says yet.

    Raises:
        ValueError: the thresholds contradict BR17.
    """
    settings = asdict(payload.settings)
    for mask in _MASKS:
        del settings[mask]
    return facts.SubGhzConfigurationChanged(device_id=device_of(message.header), **settings)


def channel_changed(
    message: GbcsMessage, payload: said.ChannelChanged, _: Known
) -> facts.SubGhzChannelChanged:
    """DBCH07."""
    page, channel = payload.channel.page, payload.channel.channel
    return facts.SubGhzChannelChanged(device_of(message.header), page, channel)  # type: ignore[arg-type]


def message_discarded(
    message: GbcsMessage, payload: said.MessageDiscarded, _: Known
) -> facts.MessageDiscarded | None:
    """DBCH10 of a command, whose target is then the suspended device."""
    if payload.kind is not MessageKind.COMMAND:
        return None
    return facts.MessageDiscarded(device_of(message.header), payload.target)


def duty_cycle(
    message: GbcsMessage, payload: said.DutyCycleAlerted, _: Known
) -> facts.DutyCycleAlerted | None:
    """DBCH06: the first threshold, and the device that is suspended for it."""
    return _crossed(message, payload.suspended_device_id)


def link_refused(
    _: GbcsMessage, payload: said.CapacityReached, known: Known
) -> bands.HighBandwidthLinkRefused | None:
    """DBCH11: all links are taken (BR15)."""
    kind = type_of_entry(payload.device_id, payload.device_type, known)
    if kind is None:
        return None
    return bands.HighBandwidthLinkRefused(payload.device_id, kind, bands.HIGH_BANDWIDTH_LINKS_MAX)


def alert_raised(
    message: GbcsMessage, _: AlertRaised | Received, known: Known
) -> (
    lifecycle.DeviceCommissioned
    | firmware.FirmwareVerificationFailedAtPowerOn
    | facts.DutyCycleAlerted
    | None
):
    """An alert whose code is a whole fact, whatever else it says."""
    crossed = _crossed(message, None)
    if crossed is not None:
        return crossed
    device, kind = device_of(message.header), type_of(message.header, known)
    code = message.alert.code if message.alert else None
    if kind is None:
        return None
    if code == COMMISSIONED:
        return lifecycle.DeviceCommissioned(device, kind)
    if code == FAILED_AT_POWER_ON:
        return firmware.FirmwareVerificationFailedAtPowerOn(device, kind)
    return None


def _crossed(message: GbcsMessage, suspended: Eui64 | None) -> facts.DutyCycleAlerted | None:
    """That a hub crossed a threshold, by the code of its alert."""
    states = THRESHOLDS.get(message.alert.code) if message.alert else None
    return states and facts.DutyCycleAlerted(device_of(message.header), *states, suspended)
