"""Builds GBCS messages octet by octet, apart from the code that reads them, of invented ids."""

from collections.abc import Iterable
from datetime import datetime
from struct import pack

COMMAND, RESPONSE, ALERT = 1, 2, 3
PARTY = "FE-D0-00-00-00-00-0A-01"
BROKER = "FE-D0-00-00-00-00-0A-02"
HUB = "FE-E1-00-00-00-00-0B-02"
PROXY = "FE-E1-00-00-00-00-0B-03"
METER = "FE-E1-00-00-00-00-0B-01"
GAS = "FE-E1-00-00-00-00-0B-04"
SMALL = "FE-E1-00-00-00-00-0B-05"
CAD = "FE-E1-00-00-00-00-0B-06"
PAN = "FE-E1-00-00-00-00-0B-FF"
SIGNATURE = bytes(range(64))
MAC = bytes(12)
VERSION = bytes.fromhex("01F0A0B0")
IMAGE_HASH = bytes(range(100, 132))
MASKS = (0xE4000021, 0xE8000109, 0xF4000001, 0xF8002000)
SETTINGS = (120, 230, 3, 9, 20, 4, 5550, 75, 90, 2525, 1050)


def eui(text: str) -> bytes:
    return bytes.fromhex(text.replace("-", ""))


def length(count: int) -> bytes:
    if count < 0x80:
        return bytes((count,))
    digits = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(digits),)) + digits


def sized(octets: bytes) -> bytes:
    return length(len(octets)) + octets


# --- around the payload -------------------------------------------------------------------------
def other_information(code: int, *more: bytes) -> bytes:
    return pack(">H", code) + b"".join(more)


def signing(
    kind: int,
    code: int,
    payload: bytes,
    *,
    counter: int = 1000,
    originator: str = PARTY,
    target: str = METER,
    other: bytes | None = None,
    date_time: bytes = b"",
    signature: bytes | None = b"",
) -> bytes:
    """A general-signing part; `signature` None makes a pre-command."""
    header = b"\xdf\x09" + pack(">BQ", kind, counter)
    header += sized(eui(originator)) + sized(eui(target)) + sized(date_time)
    header += sized(other_information(code) if other is None else other)
    return header + sized(payload) + (b"" if signature is None else sized(signature))


def wrapped(octets: bytes, *, mac: bytes = MAC) -> bytes:
    """The same in a MAC wrapper."""
    return b"\xdd" + bytes(6) + sized(b"\x11" + bytes(4) + octets + mac)


def command(code: int, payload: bytes, *, target: str = METER, **more: object) -> bytes:
    return wrapped(signing(COMMAND, code, payload, target=target, **more))


def response(code: int, payload: bytes, *, originator: str = METER, **more: object) -> bytes:
    return wrapped(signing(RESPONSE, code, payload, originator=originator, target=PARTY, **more))


def alert(code: int, payload: bytes, *, originator: str = HUB, **more: object) -> bytes:
    return wrapped(signing(ALERT, code, payload, originator=originator, target=PARTY, **more))


# --- ASN.1 ---------------------------------------------------------------------------------------
def sequence(*parts: bytes) -> bytes:
    return b"\x30" + sized(b"".join(parts))


def integer(value: int) -> bytes:
    digits = value.to_bytes(max(1, (value.bit_length() + 8) // 8), "big", signed=True)
    return b"\x02" + sized(digits)


def octet_string(octets: bytes) -> bytes:
    return b"\x04" + sized(octets)


def generalized(moment: datetime | str) -> bytes:
    text = moment if isinstance(moment, str) else moment.strftime("%Y%m%d%H%M%SZ")
    return b"\x18" + sized(text.encode())


NULL = b"\x05\x00"
NEVER = "99991231235959Z"


# --- DLMS ----------------------------------------------------------------------------------------
def string(octets: bytes, *, tag: int = 9) -> bytes:
    return bytes((tag,)) + sized(octets)


def unsigned(value: int) -> bytes:
    return b"\x11" + pack(">B", value)


def long_unsigned(value: int) -> bytes:
    return b"\x12" + pack(">H", value)


def double_long_unsigned(value: int) -> bytes:
    return b"\x06" + pack(">I", value)


def enum(value: int) -> bytes:
    return b"\x16" + pack(">B", value)


def boolean(value: bool) -> bytes:
    return b"\x03\xff" if value else b"\x03\x00"


def bits(value: int) -> bytes:
    return b"\x04\x20" + pack(">I", value)


def structure(*parts: bytes) -> bytes:
    return b"\x02" + length(len(parts)) + b"".join(parts)


def array(*parts: bytes) -> bytes:
    return b"\x01" + length(len(parts)) + b"".join(parts)


NOTHING = b"\x00"


def cosem_moment(moment: datetime) -> bytes:
    date = pack(">HBBB", moment.year, moment.month, moment.day, 0xFF)
    return date + pack(">BBBBHB", moment.hour, moment.minute, moment.second, 0, 0x8000, 0xFF)


def part(choice: int, class_id: int, instance: str, index: int, *selection: bytes) -> bytes:
    """A part of an access request: get 1, set 2, action 3, get with selection 4."""
    named = pack(">BH", choice, class_id) + bytes.fromhex(instance) + bytes((index,))
    return named + b"".join(selection)


def request(*asked: tuple[bytes, bytes]) -> bytes:
    """An access request of parts with their values."""
    head = b"\xd9\x20\x00\x03\xe8\x00"
    parts, values = zip(*asked, strict=True)
    return head + length(len(parts)) + b"".join(parts) + length(len(values)) + b"".join(values)


def answer(*answered: tuple[int, int, bytes]) -> bytes:
    """An access response of choice, result and value."""
    head = b"\xda\x20\x00\x03\xe8\x00\x00"
    values = b"".join(value for _, _, value in answered)
    results = b"".join(bytes((choice, result)) for choice, result, _ in answered)
    return head + length(len(answered)) + values + length(len(answered)) + results


def notification(code: int, moment: datetime, *parts: bytes) -> bytes:
    said = structure(long_unsigned(code), string(cosem_moment(moment)), *parts)
    return b"\x0f\x20\x00\x0f\xa0\x00" + said


# --- GBZ -----------------------------------------------------------------------------------------
def component(
    cluster: int, frame_control: int, number: int, content: bytes, *, control: int = 1
) -> bytes:
    extra = bytes(2) if control & 2 else bytes(4) if control & 16 else b""
    inner = extra + bytes((frame_control, 0, number)) + content
    return pack(">BHH", control, cluster, len(inner)) + inner


def gbz(*components: bytes) -> bytes:
    return b"\x01\x09" + bytes((len(components),)) + b"".join(components)


def gbz_alert(code: int, seconds: int, content: bytes = b"", *, count: int = 0) -> bytes:
    return b"\x01\x09" + pack(">BHI", count, code, seconds) + content


# --- payloads ------------------------------------------------------------------------------------
LOG, HISTORIC = "00001E0300FF", "00001E0301FF"


def add_device(*, device: str = CAD, code: bytes = bytes(16), window: int = 120) -> bytes:
    """CCS01."""
    entry = structure(string(eui(device)), enum(1), string(code), enum(0))
    return request(
        (part(3, 104, LOG, 1), entry),
        (part(2, 104, LOG, 3), long_unsigned(window)),
        (part(2, 104, LOG, 2), boolean(True)),
    )


def backup(moment: datetime, entries: Iterable[tuple[str, bytes]], *, pan: str = PAN) -> bytes:
    listed = [structure(string(eui(device)), string(key)) for device, key in entries]
    return structure(string(cosem_moment(moment)), string(eui(pan)), array(*listed))


def restore(entries: Iterable[tuple[str, bytes]], *, pan: str = PAN) -> bytes:
    """CCS03."""
    listed = [structure(string(eui(device)), string(key)) for device, key in entries]
    value = structure(string(eui(pan)), array(*listed))
    return request((part(3, 104, LOG, 5), value))


def typed(*entries: tuple[str, int]) -> bytes:
    return sequence(
        *(sequence(octet_string(eui(device)), integer(kind)) for device, kind in entries)
    )


def settings(masks: Iterable[int] = MASKS, values: Iterable[int] = SETTINGS) -> bytes:
    numbers = tuple(values)
    wide = (0, 1, 3, 6, 7, 8, 9, 10)
    coded = (
        long_unsigned(number) if place in wide else unsigned(number)
        for place, number in enumerate(numbers)
    )
    return structure(*map(bits, masks), *coded)


def activate(*, counter: int = 1000, moment: datetime | str | None = None) -> bytes:
    """CS06."""
    at = () if moment is None else (generalized(moment),)
    return sequence(octet_string(IMAGE_HASH), integer(counter), *at)


def outcome(code: int, version: bytes = VERSION) -> bytes:
    return sequence(integer(code), octet_string(version))


def join(number: int, *, partner: str = SMALL, kind: int = 5, certificate: bytes = b"") -> bytes:
    """CS03."""
    more = (sequence(octet_string(certificate)),) if certificate else ()
    return sequence(integer(number), octet_string(eui(partner)), integer(kind), *more)
