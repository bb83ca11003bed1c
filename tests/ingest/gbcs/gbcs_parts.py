"""Parts of which the built messages are made, and what reading such a part must give."""

from datetime import UTC, datetime

from tests.ingest.gbcs import gbcs_builder as b
from twin.events.gbcs_payloads.device_logs import KeyedEntry, LoggedType, TypedEntry
from twin.events.gbcs_payloads.sub_ghz import OperatingChannel, SubGhzSettings

NOON = datetime(2017, 9, 4, 12, 30, 15, tzinfo=UTC)
SECONDS = int((NOON - datetime(2000, 1, 1, tzinfo=UTC)).total_seconds())
KEY = bytes(range(16))
VERSION = "01F0A0B0"
HASH = b.IMAGE_HASH.hex()
KEYED = (KeyedEntry(b.METER, 16), KeyedEntry(b.CAD, 16))
TYPED = (TypedEntry(b.GAS, LoggedType.GSME), TypedEntry(b.CAD, LoggedType.TYPE_2))
HELD = ((b.METER, KEY), (b.CAD, KEY))
SETTINGS = SubGhzSettings(
    lower_channels_0_to_26=(0, 5, 26),
    lower_channels_27_to_34=(27, 30, 62),
    lower_channels_35_to_61=(35, 61),
    upper_channels_0_to_26=(13,),
    normal_limited_percent=1.2,
    limited_critical_percent=2.3,
    channel_changes_per_week_max=3,
    gsme_curfew=9,
    channel_quieter_threshold=20,
    channel_noisier_threshold=4,
    non_gsme_poor_comms_percent=55.5,
    non_gsme_poor_comms_periods=75,
    local_noise_period=90,
    local_failure_percent=25.25,
    local_retry_percent=10.5,
)
CHANNEL = OperatingChannel(29, 62)
CHANNEL_MASK = b.bits(29 << 27 | 1 << 8)
SETTINGS_AT, SCAN_AT, CHANNEL_AT, LOG_AT = (f"00005E2C0A0{n}" for n in range(4))
RANGE = b.structure(
    b.structure(
        b.long_unsigned(1),
        b.string(bytes.fromhex("00005E2C64FF")),
        b"\x0f\x02",
        b.long_unsigned(0),
    ),
    b.double_long_unsigned(SECONDS),
    b.double_long_unsigned(SECONDS + 60),
    b.array(),
)
ACTIVE = b.array(
    b.structure(
        b.string(b.eui(b.METER)),
        b.NOTHING,
        b.NOTHING,
        b"\x0f\xc8",
        b.NOTHING,
        *(b.NOTHING,) * 3,
        b.string(b.cosem_moment(NOON)),
        *(b.NOTHING,) * 5,
    ),
    b.structure(b.string(b.eui(b.CAD))),
)
OUTCOME_OF = (0x0059).to_bytes(2, "big") + (77).to_bytes(8, "big")


def note(code: int, *parts: bytes) -> bytes:
    return b.notification(code, NOON, *parts)


def raised(code: int, *parts: bytes) -> bytes:
    return b.sequence(b.integer(code), b.generalized(NOON), *parts)


def default_response(number: int, status: int) -> bytes:
    return b.gbz(b.component(0x0708, 0, 0x0B, bytes((number, status))))


def attribute(value: bytes) -> bytes:
    return b.gbz(b.component(0x0702, 8, 0x01, b"\x06\x02" + value))
