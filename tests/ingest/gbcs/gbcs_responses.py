"""One response of each payload that is read, and what reading it must give."""

from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_parts import (
    ACTIVE,
    CHANNEL,
    CHANNEL_MASK,
    HELD,
    KEYED,
    NOON,
    SECONDS,
    SETTINGS,
    TYPED,
    VERSION,
    attribute,
    default_response,
)
from twin.events.gbcs_payloads import device_logs, firmware, joins, privacy_pins, sub_ghz
from twin.events.gbcs_payloads.device_logs import LoggedType, LogRequest
from twin.vocabulary import (
    ActivationOutcome,
    JoinResponse,
    UnjoinResponse,
)

RESPONSES = {
    "CCS01": (
        b.response(0x0001, b.answer((3, 0, b.NOTHING), (2, 0, b.NOTHING), (2, 3, b.NOTHING))),
        device_logs.DeviceLogAnswered(LogRequest.ADD, (0, 0, 3)),
    ),
    "CCS02": (
        b.response(0x0002, b.answer((3, 0, b.NOTHING))),
        device_logs.DeviceLogAnswered(LogRequest.REMOVE, (0,)),
    ),
    "CCS03": (
        b.response(0x0003, b.answer((3, 12, b.NOTHING))),
        device_logs.DeviceLogAnswered(LogRequest.RESTORE, (12,)),
    ),
    "CCS05": (
        b.response(0x0004, b.answer((1, 0, ACTIVE))),
        device_logs.DeviceLogRead(
            0,
            (
                device_logs.SeenEntry(b.METER, NOON, -56),
                device_logs.SeenEntry(b.CAD, None, None),
            ),
        ),
    ),
    "CCS06 failed": (
        b.response(0x010F, b.answer((1, 2, b.NOTHING))),
        device_logs.DeviceLogRead(2, ()),
    ),
    "CCS07": (
        b.response(
            0x00FE, b.answer((3, 0, b.backup(NOON, HELD)), (3, 0, b.backup(NOON, HELD[1:])))
        ),
        device_logs.DeviceLogsRead((0, 0), KEYED, KEYED[1:]),
    ),
    "CS07": (
        b.response(0x0013, b.sequence(b.integer(0), b.typed((b.GAS, 0), (b.CAD, 6)))),
        device_logs.JoinDetailsRead(True, TYPED),
    ),
    "CS07 failed": (
        b.response(0x0013, b.sequence(b.integer(1))),
        device_logs.JoinDetailsRead(False, ()),
    ),
    "GCS59": (
        b.response(
            0x008C,
            b.sequence(
                b.sequence(
                    b.sequence(b.sequence(b.octet_string(b.eui(b.GAS)), b.integer(0)), b.integer(4))
                )
            ),
        ),
        device_logs.GpfDeviceLogRestored(
            (device_logs.RestoredEntry(b.GAS, LoggedType.GSME, JoinResponse.DEVICE_LOG_FULL),)
        ),
    ),
    "CS03A1": (b.response(0x000D, b.integer(0)), joins.JoinAnswered(JoinResponse.SUCCESS)),
    "CS03A2": (
        b.response(0x00AB, b.integer(13)),
        joins.JoinAnswered(JoinResponse.NO_CBKE_RESPONSE),
    ),
    "CS03B": (b.response(0x000E, b.integer(4)), joins.JoinAnswered(JoinResponse.DEVICE_LOG_FULL)),
    "CS03C": (b.response(0x00AF, b.integer(5)), joins.JoinAnswered(JoinResponse.WRITE_FAILURE)),
    "CS04AC": (b.response(0x000F, b.integer(0)), joins.UnjoinAnswered(UnjoinResponse.SUCCESS)),
    "CS04B": (
        b.response(0x0010, b.integer(2)),
        joins.UnjoinAnswered(UnjoinResponse.OTHER_FAILURE),
    ),
    "CS06 accepted": (b.response(0x0012, b.NULL), firmware.ActivationAccepted()),
    "CS06 succeeded": (
        b.response(0x0012, b.outcome(0)),
        firmware.ActivationEnded(None, VERSION),
    ),
    "CS06 failed": (
        b.response(0x0012, b.outcome(2)),
        firmware.ActivationEnded(ActivationOutcome.HASH_MISMATCH, VERSION),
    ),
    "ECS52": (
        b.response(0x0059, b.answer((1, 0, b.string(b.VERSION)))),
        firmware.FirmwareVersionAnswered(0, VERSION),
    ),
    "ECS52 in digits": (
        b.response(0x0059, b.answer((1, 0, b.string(b"01f0A0B0", tag=10)))),
        firmware.FirmwareVersionAnswered(0, VERSION),
    ),
    "ECS52 failed": (
        b.response(0x0059, b.answer((1, 1, b.NOTHING))),
        firmware.FirmwareVersionAnswered(1, None),
    ),
    "GCS38": (
        b.response(0x0084, attribute(b"\x00\x41" + b.sized(b.VERSION))),
        firmware.FirmwareVersionAnswered(0, VERSION),
    ),
    "GCS38 as a number": (
        b.response(0x0084, attribute(b"\x00\x23" + b.VERSION[::-1])),
        firmware.FirmwareVersionAnswered(0, VERSION),
    ),
    "GCS38 failed": (
        b.response(0x0084, attribute(b"\x86")),
        firmware.FirmwareVersionAnswered(0x86, None),
    ),
    "CS08": (
        b.response(0x0129, b.sequence(b.octet_string(b.VERSION), b.integer(0))),
        firmware.FirmwareVersionAnswered(0, VERSION),
    ),
    "CS08 failed": (
        b.response(0x0129, b.sequence(b.octet_string(b""), b.integer(1))),
        firmware.FirmwareVersionAnswered(1, None),
    ),
    "ECS14": (
        b.response(0x0023, b.answer((2, 1, b.NOTHING))),
        privacy_pins.PrivacyPinAnswered(1),
    ),
    "GCS11": (
        b.response(0x0073, default_response(2, 0x8A)),
        privacy_pins.PrivacyPinAnswered(0x8A),
    ),
    "DBCH01": (
        b.response(0x010A, b.answer((1, 0, CHANNEL_MASK))),
        sub_ghz.SubGhzChannelRead(0, CHANNEL),
    ),
    "DBCH01 as a pair": (
        b.response(0x010A, b.answer((1, 0, b.structure(b.unsigned(29), b.unsigned(62))))),
        sub_ghz.SubGhzChannelRead(0, CHANNEL),
    ),
    "DBCH01 failed": (
        b.response(0x010A, b.answer((1, 1, b.NOTHING))),
        sub_ghz.SubGhzChannelRead(1, None),
    ),
    "DBCH02": (
        b.response(
            0x010B,
            b.answer(
                (
                    1,
                    0,
                    b.array(
                        b.structure(
                            b.double_long_unsigned(SECONDS),
                            b.long_unsigned(0x8F26),
                            CHANNEL_MASK,
                            b.enum(3),
                        ),
                        b.structure(
                            b.double_long_unsigned(SECONDS),
                            b.long_unsigned(0x8F28),
                            b.structure(b.NOTHING, b.enum(1)),
                        ),
                        b.structure(b.string(b.cosem_moment(NOON)), b.long_unsigned(0x8F29)),
                    ),
                )
            ),
        ),
        sub_ghz.SubGhzChannelLogRead(
            0,
            (
                sub_ghz.ChannelLogEntry(NOON, 0x8F26, CHANNEL, 3),
                sub_ghz.ChannelLogEntry(NOON, 0x8F28, None, 1),
                sub_ghz.ChannelLogEntry(NOON, 0x8F29, None, None),
            ),
        ),
    ),
    "DBCH03": (
        b.response(0x010C, b.answer((1, 0, b.settings()))),
        sub_ghz.SubGhzConfigurationRead(0, SETTINGS),
    ),
    "DBCH04": (
        b.response(0x010D, b.answer((2, 1, b.NOTHING))),
        sub_ghz.SubGhzConfigurationAnswered(1),
    ),
    "DBCH05": (b.response(0x010E, b.answer((2, 0, b.NOTHING))), sub_ghz.ChannelScanAnswered(0)),
}
