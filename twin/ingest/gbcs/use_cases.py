"""Which payload is read by which function: the whole wiring, by message code and kind."""

from collections.abc import Callable
from typing import Final, TypeAlias

from twin.events.gbcs_payloads import Payload
from twin.events.gbcs_payloads.device_logs import LogRequest
from twin.ingest.gbcs.notification import Raised
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.reading import (
    alerts,
    device_logs,
    firmware,
    joins,
    privacy_pins,
    sub_ghz,
    sub_ghz_alerts,
)
from twin.vocabulary import MessageKind

Read: TypeAlias = Callable[[Octets], Payload]
ReadAlert: TypeAlias = Callable[[Octets, Raised], Payload]

COMMANDS: Final[dict[int, Read]] = {
    0x0001: device_logs.add_device,
    0x0002: device_logs.remove_device,
    0x0003: device_logs.restore_device_log,
    0x0004: device_logs.read_device_log,
    0x000D: joins.join_device,
    0x000E: joins.join_device,
    0x000F: joins.unjoin_device,
    0x0010: joins.unjoin_device,
    0x0012: firmware.activate,
    0x0013: device_logs.read_join_details,
    0x0023: privacy_pins.disable,
    0x0059: firmware.read_version,
    0x0073: privacy_pins.gas_disable,
    0x0084: firmware.read_gas_version,
    0x008C: device_logs.restore_gpf_log,
    0x00AB: joins.join_device,
    0x00AF: joins.join_device,
    0x00FE: device_logs.read_device_logs,
    0x010A: sub_ghz.read_channel,
    0x010B: sub_ghz.read_channel_log,
    0x010C: sub_ghz.read_configuration,
    0x010D: sub_ghz.set_configuration,
    0x010E: sub_ghz.request_scan,
    0x010F: device_logs.read_device_log,
    0x0129: firmware.read_small_version,
}
RESPONSES: Final[dict[int, Read]] = {
    0x0001: device_logs.answered(LogRequest.ADD),
    0x0002: device_logs.answered(LogRequest.REMOVE),
    0x0003: device_logs.answered(LogRequest.RESTORE),
    0x0004: device_logs.device_log_read,
    0x000D: joins.join_answered,
    0x000E: joins.join_answered,
    0x000F: joins.unjoin_answered,
    0x0010: joins.unjoin_answered,
    0x0012: firmware.activation_answered,
    0x0013: device_logs.join_details_read,
    0x0023: privacy_pins.answered,
    0x0059: firmware.version_answered,
    0x0073: privacy_pins.gas_answered,
    0x0084: firmware.gas_version_answered,
    0x008C: device_logs.gpf_log_restored,
    0x00AB: joins.join_answered,
    0x00AF: joins.join_answered,
    0x00FE: device_logs.device_logs_read,
    0x010A: sub_ghz.channel_read,
    0x010B: sub_ghz.channel_log_read,
    0x010C: sub_ghz.configuration_read,
    0x010D: sub_ghz.configuration_answered,
    0x010E: sub_ghz.scan_answered,
    0x010F: device_logs.device_log_read,
    0x0129: firmware.small_version_answered,
}
ALERTS: Final[dict[int, ReadAlert]] = {
    0x0018: device_logs.chf_log_backed_up,
    0x00B2: device_logs.gpf_log_backed_up,
    0x00CA: firmware.future_activation_ended,
    0x00CC: firmware.future_dated,
    0x00CD: firmware.gas_future_dated,
    0x00CE: firmware.receipt,
    0x00CF: firmware.gas_receipt,
    0x0110: sub_ghz_alerts.duty_cycle,
    0x0111: sub_ghz_alerts.channel_changed,
    0x0112: sub_ghz_alerts.scan_assessed,
    0x0113: sub_ghz_alerts.configuration_changed,
    0x0114: sub_ghz_alerts.message_discarded,
    0x0115: sub_ghz_alerts.capacity_reached,
    0x0128: firmware.transfer_ended,
    0x0129: firmware.small_version_alerted,
    0x1000: alerts.plain_alert,
    0x1001: alerts.plain_alert,
}


def reader_of(code: int, kind: MessageKind) -> Read | None:
    """The reader of a command or response, or None where its use case is not read."""
    return (COMMANDS if kind is MessageKind.COMMAND else RESPONSES).get(code)
