"""One alert of each payload that is read, and what reading it must give."""

from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_parts import (
    CHANNEL,
    CHANNEL_MASK,
    HASH,
    HELD,
    KEYED,
    NOON,
    OUTCOME_OF,
    SECONDS,
    SETTINGS,
    TYPED,
    VERSION,
    note,
    raised,
)
from twin.events.gbcs_payloads import device_logs, firmware, plain, sub_ghz
from twin.events.gbcs_payloads.device_logs import LoggedType
from twin.vocabulary import (
    ActivationOutcome,
    MessageKind,
    TransferOutcome,
)

ALERTS = {
    "CS14": (
        b.alert(0x0018, note(0x8F12, b.backup(NOON, HELD))),
        device_logs.ChfDeviceLogBackedUp(NOON, b.PAN, KEYED),
    ),
    "GCS62": (
        b.alert(0x00B2, raised(0x8071, b.typed((b.GAS, 0), (b.CAD, 6))), originator=b.PROXY),
        device_logs.GpfDeviceLogBackedUp(TYPED),
    ),
    "CS06 0x8F66": (
        b.alert(0x00CA, raised(0x8F66, b.integer(1000), b.outcome(0)), originator=b.METER),
        firmware.FutureActivationEnded(1000, None, VERSION),
    ),
    "CS06 0x8F67": (
        b.alert(0x00CA, raised(0x8F67, b.integer(1000), b.outcome(1)), originator=b.METER),
        firmware.FutureActivationEnded(1000, ActivationOutcome.NO_IMAGE_HELD, VERSION),
    ),
    "future dated 0x8F66": (
        b.alert(0x00CC, note(0x8F66, b.string(OUTCOME_OF + bytes(9))), originator=b.METER),
        firmware.FutureDatedOutcome(0x0059, 77),
    ),
    "future dated 0x8F67 of a gas meter": (
        b.alert(
            0x00CD,
            b.gbz_alert(0x8F67, SECONDS, b"\x0e" + OUTCOME_OF + bytes(4)),
            originator=b.GAS,
        ),
        firmware.FutureDatedOutcome(0x0059, 77),
    ),
    "receipt 0x8F72": (
        b.alert(0x00CE, note(0x8F72, b.string(b.IMAGE_HASH)), originator=b.METER),
        firmware.FirmwareReceipt(HASH),
    ),
    "receipt 0x8F1C of a gas meter": (
        b.alert(0x00CF, b.gbz_alert(0x8F1C, SECONDS, b"\x09\x20" + b.IMAGE_HASH), originator=b.GAS),
        firmware.FirmwareReceipt(HASH),
    ),
    "CCS08": (
        b.alert(
            0x0128,
            raised(0x8F89, b.octet_string(b.eui(b.SMALL)), b.octet_string(b.VERSION), b.integer(3)),
        ),
        firmware.FirmwareTransferEnded(b.SMALL, VERSION, TransferOutcome.FILE_TRANSFER_FAILURE),
    ),
    "CS08": (
        b.alert(
            0x0129,
            raised(0x8F8B, b.octet_string(b.VERSION), b.integer(0)),
            originator=b.SMALL,
        ),
        firmware.FirmwareVersionAlerted(VERSION, activated=True),
    ),
    "DBCH06": (
        b.alert(0x0110, note(0x8F20, b.string(b.eui(b.GAS)))),
        sub_ghz.DutyCycleAlerted(b.GAS),
    ),
    "DBCH07": (
        b.alert(0x0111, note(0x8F26, CHANNEL_MASK, b.enum(2))),
        sub_ghz.ChannelChanged(CHANNEL, 2),
    ),
    "DBCH07 in three parts": (
        b.alert(0x0111, note(0x8F26, b.unsigned(29), b.unsigned(62), b.enum(2))),
        sub_ghz.ChannelChanged(CHANNEL, 2),
    ),
    "DBCH08": (
        b.alert(0x0112, note(0x8F28, b.structure(b.enum(4), b.enum(2)))),
        sub_ghz.ChannelScanAssessed(4, 2),
    ),
    "DBCH09": (
        b.alert(0x0113, note(0x8F2A, b.settings())),
        sub_ghz.SubGhzConfigurationChanged(SETTINGS),
    ),
    "DBCH10": (
        b.alert(
            0x0114,
            note(
                0x8F2C,
                b.string(b"\x01" + (77).to_bytes(8, "big")),
                b.string(b.eui(b.PARTY)),
                b.string(b.eui(b.GAS)),
            ),
        ),
        sub_ghz.MessageDiscarded(b.PARTY, b.GAS, 77, MessageKind.COMMAND),
    ),
    "DBCH10 in four parts": (
        b.alert(
            0x0114,
            note(
                0x8F2C,
                b.structure(
                    b.string(b.eui(b.PARTY)),
                    b.string(b.eui(b.GAS)),
                    b.string((77).to_bytes(8, "big")),
                    b.enum(1),
                ),
            ),
        ),
        sub_ghz.MessageDiscarded(b.PARTY, b.GAS, 77, MessageKind.COMMAND),
    ),
    "DBCH11": (
        b.alert(0x0115, note(0x8F2D, b.string(b.eui(b.GAS)), b.enum(0))),
        sub_ghz.CapacityReached(b.GAS, LoggedType.GSME),
    ),
    "generic critical": (
        b.alert(0x1000, note(0x8F69), originator=b.METER),
        plain.AlertRaised(),
    ),
    "generic of a gas meter": (
        b.alert(0x1001, b.gbz_alert(0x8F1B, SECONDS), originator=b.GAS),
        plain.AlertRaised(),
    ),
}
