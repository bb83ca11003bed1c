"""One command of each payload that is read, and what reading it must give."""

from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_parts import (
    CHANNEL_AT,
    HASH,
    HELD,
    KEYED,
    LOG_AT,
    NOON,
    RANGE,
    SCAN_AT,
    SETTINGS,
    SETTINGS_AT,
    TYPED,
)
from twin.events.gbcs_payloads import device_logs, firmware, joins, privacy_pins, sub_ghz
from twin.events.gbcs_payloads.device_logs import LoggedType
from twin.events.gbcs_payloads.firmware import ActivationTiming
from twin.events.gbcs_payloads.joins import JoinPart
from twin.vocabulary import (
    JoinMethod,
)

COMMANDS = {
    "CCS01": (b.command(0x0001, b.add_device()), device_logs.AddDevice(b.CAD, 16, 120, True)),
    "CCS02": (
        b.command(0x0002, b.request((b.part(3, 104, b.LOG, 2), b.string(b.eui(b.CAD))))),
        device_logs.RemoveDevice(b.CAD),
    ),
    "CCS03": (b.command(0x0003, b.restore(HELD)), device_logs.RestoreDeviceLog(b.PAN, KEYED)),
    "CCS05": (
        b.command(0x0004, b.request((b.part(1, 104, b.LOG, 4), b.NOTHING))),
        device_logs.ReadDeviceLog(historic=False),
    ),
    "CCS06": (
        b.command(0x010F, b.request((b.part(1, 104, b.LOG, 4), b.NOTHING))),
        device_logs.ReadDeviceLog(historic=False),
    ),
    "CCS07": (
        b.command(
            0x00FE,
            b.request(
                (b.part(3, 104, b.LOG, 4), b.NOTHING), (b.part(3, 104, b.HISTORIC, 4), b.NOTHING)
            ),
        ),
        device_logs.ReadDeviceLog(historic=True),
    ),
    "CS07": (b.command(0x0013, b.NULL), device_logs.ReadJoinDetails()),
    "GCS59": (
        b.command(0x008C, b.sequence(b.typed((b.GAS, 0), (b.CAD, 6)))),
        device_logs.RestoreGpfDeviceLog(TYPED),
    ),
    "CS03A1": (
        b.command(0x000D, b.join(0)),
        joins.JoinDevice(JoinMethod.A, JoinPart.INITIATOR, b.SMALL, LoggedType.PPMID, None),
    ),
    "CS03A2": (
        b.command(0x00AB, b.join(1, partner=b.METER, kind=1)),
        joins.JoinDevice(JoinMethod.A, JoinPart.RESPONDER, b.METER, LoggedType.ESME, None),
    ),
    "CS03B": (
        b.command(0x000E, b.join(2, partner=b.CAD, kind=6)),
        joins.JoinDevice(JoinMethod.B, None, b.CAD, LoggedType.TYPE_2, None),
    ),
    "CS03C": (
        b.command(0x00AF, b.join(3, certificate=bytes(300))),
        joins.JoinDevice(JoinMethod.C, None, b.SMALL, LoggedType.PPMID, 304),
    ),
    "CS04AC": (b.command(0x000F, b.octet_string(b.eui(b.SMALL))), joins.UnjoinDevice(b.SMALL)),
    "CS04B": (b.command(0x0010, b.octet_string(b.eui(b.CAD))), joins.UnjoinDevice(b.CAD)),
    "CS06 immediate": (
        b.command(0x0012, b.activate()),
        firmware.ActivateFirmware(ActivationTiming.IMMEDIATE, HASH, 1000, None),
    ),
    "CS06 future dated": (
        b.command(0x0012, b.activate(moment=NOON)),
        firmware.ActivateFirmware(ActivationTiming.FUTURE_DATED, HASH, 1000, NOON),
    ),
    "CS06 cancellation": (
        b.command(0x0012, b.activate(moment=b.NEVER)),
        firmware.ActivateFirmware(ActivationTiming.CANCELLATION, HASH, 1000, None),
    ),
    "ECS52": (
        b.command(0x0059, b.request((b.part(1, 1, "0000000201FF", 2), b.NOTHING))),
        firmware.ReadFirmwareVersion(),
    ),
    "GCS38": (
        b.command(0x0084, b.gbz(b.component(0x0702, 0, 0, b"\x06\x02"))),
        firmware.ReadFirmwareVersion(),
    ),
    "CS08": (b.command(0x0129, b.NULL), firmware.ReadFirmwareVersion()),
    "ECS14": (
        b.command(0x0023, b.request((b.part(2, 1, "00005E2C0301", 2), b.NOTHING))),
        privacy_pins.DisablePrivacyPin(),
    ),
    "GCS11": (
        b.command(0x0073, b.gbz(b.component(0x0708, 9, 2, bytes(12)))),
        privacy_pins.DisablePrivacyPin(),
    ),
    "DBCH01": (
        b.command(0x010A, b.request((b.part(1, 1, CHANNEL_AT, 2), b.NOTHING))),
        sub_ghz.ReadSubGhzChannel(),
    ),
    "DBCH02": (
        b.command(0x010B, b.request((b.part(4, 7, LOG_AT, 2, b"\x01", RANGE), b.NOTHING))),
        sub_ghz.ReadSubGhzChannelLog(NOON, NOON.replace(minute=31)),
    ),
    "DBCH03": (
        b.command(0x010C, b.request((b.part(1, 1, SETTINGS_AT, 2), b.NOTHING))),
        sub_ghz.ReadSubGhzConfiguration(),
    ),
    "DBCH04": (
        b.command(0x010D, b.request((b.part(2, 1, SETTINGS_AT, 2), b.settings()))),
        sub_ghz.SetSubGhzConfiguration(SETTINGS),
    ),
    "DBCH05": (
        b.command(0x010E, b.request((b.part(2, 1, SCAN_AT, 2), b.unsigned(0)))),
        sub_ghz.RequestChannelScan(),
    ),
}
