"""Reading device logs: CCS01 to CCS07, CS07, CS14, GCS59, GCS62."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from twin.events.gbcs_payloads import device_logs as said
from twin.ids import Eui64
from twin.ingest.gbcs import der
from twin.ingest.gbcs.access import AccessKind, Answered, Asked, answered_in, asked_in
from twin.ingest.gbcs.header import eui64_of
from twin.ingest.gbcs.notification import Raised
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.plain_values import Value
from twin.ingest.gbcs.reading.alerts import parts_in
from twin.ingest.gbcs.refusals import OtherShape
from twin.ingest.gbcs.shapes import (
    each,
    eui64_in,
    flag_in,
    moment_in,
    named_by,
    number_in,
    parts_of,
    string_in,
)
from twin.vocabulary import JoinResponse

NETWORK_CONTROL: Final = 104
"""COSEM class of a ZigBee network's control (Blue Book)."""
DEVICE_LOG: Final = bytes.fromhex("00001E0300FF")
HISTORIC_LOG: Final = bytes.fromhex("00001E0301FF")
_JOINING, _WINDOW, _ACTIVE_DEVICES = 2, 3, 4
_REGISTER, _UNREGISTER, _BACK_UP, _RESTORE = 1, 2, 4, 5
_TYPES: Final = tuple(said.LoggedType)
_RESPONSES: Final = tuple(JoinResponse)
_KEY_HASH: Final = 16
_SIGNALS: Final = slice(2, 5)
"""Places of the greatest, average and least RSSI in an entry of `active_devices` (Blue Book)."""
_WHOLE_ENTRY: Final = 14


def add_device(payload: Octets) -> said.AddDevice:
    """CCS01: register a device, set the window, enable joining."""
    register, window, joining = _asked(
        payload,
        (AccessKind.ACTION, DEVICE_LOG, _REGISTER),
        (AccessKind.SET, DEVICE_LOG, _WINDOW),
        (AccessKind.SET, DEVICE_LOG, _JOINING),
    )
    device, _, code, _ = parts_of(register.value, at_least=4, at_most=4)
    return said.AddDevice(
        device_id=eui64_in(device),
        install_code_length=len(string_in(code)),
        window_s=number_in(window.value),
        joining_enabled=flag_in(joining.value),
    )


def remove_device(payload: Octets) -> said.RemoveDevice:
    """CCS02: unregister a device."""
    (unregister,) = _asked(payload, (AccessKind.ACTION, DEVICE_LOG, _UNREGISTER))
    return said.RemoveDevice(eui64_in(unregister.value))


def restore_device_log(payload: Octets) -> said.RestoreDeviceLog:
    """CCS03: restore the network with its entries."""
    (restore,) = _asked(payload, (AccessKind.ACTION, DEVICE_LOG, _RESTORE))
    pan_id, entries = parts_of(restore.value, at_least=2, at_most=2)
    return said.RestoreDeviceLog(eui64_in(pan_id), each(entries, _keyed))


def answered(request: said.LogRequest) -> Callable[[Octets], said.DeviceLogAnswered]:
    """Reader of the answer to one of the three above."""

    def read(payload: Octets) -> said.DeviceLogAnswered:
        return said.DeviceLogAnswered(request, tuple(part.result for part in answered_in(payload)))

    return read


def read_device_log(payload: Octets) -> said.ReadDeviceLog:
    """CCS04 to CCS06: read the active devices."""
    _asked(payload, (AccessKind.GET, DEVICE_LOG, _ACTIVE_DEVICES))
    return said.ReadDeviceLog(historic=False)


def read_device_logs(payload: Octets) -> said.ReadDeviceLog:
    """CCS07: have the log and the historic log backed up into the answer."""
    _asked(
        payload,
        (AccessKind.ACTION, DEVICE_LOG, _BACK_UP),
        (AccessKind.ACTION, HISTORIC_LOG, _BACK_UP),
    )
    return said.ReadDeviceLog(historic=True)


def device_log_read(payload: Octets) -> said.DeviceLogRead:
    """The answer to CCS04 to CCS06."""
    parts = answered_in(payload)
    if len(parts) != 1:
        raise OtherShape
    result = parts[0].result
    return said.DeviceLogRead(result, () if result else each(parts[0].value, _seen))


def device_logs_read(payload: Octets) -> said.DeviceLogsRead:
    """The answer to CCS07: the log, then the historic one."""
    parts = answered_in(payload)
    if len(parts) != 2:
        raise OtherShape
    current, historic = parts
    return said.DeviceLogsRead((current.result, historic.result), _kept(current), _kept(historic))


def read_join_details(payload: Octets) -> said.ReadJoinDetails:
    """CS07: a NULL."""
    der.null(payload)
    payload.expect_end("the command")
    return said.ReadJoinDetails()


def join_details_read(payload: Octets) -> said.JoinDetailsRead:
    """The answer to CS07: a code, and with success the entries."""
    inner = _whole(payload)
    succeeded = der.integer(inner) == 0
    entries = _typed_entries(inner) if len(inner) else ()
    inner.expect_end("the answer")
    return said.JoinDetailsRead(succeeded, entries)


def restore_gpf_log(payload: Octets) -> said.RestoreGpfDeviceLog:
    """GCS59: the entries."""
    inner = _whole(payload)
    entries = _typed_entries(inner)
    inner.expect_end("the entries")
    return said.RestoreGpfDeviceLog(entries)


def gpf_log_restored(payload: Octets) -> said.GpfDeviceLogRestored:
    """The answer to GCS59: each entry with a response code of joining."""
    inner = _whole(payload)
    listed = der.sequence(inner)
    inner.expect_end("the entries")
    entries = []
    while len(listed):
        one = der.sequence(listed)
        device, kind = _typed(der.sequence(one))
        entries.append(said.RestoredEntry(device, kind, named_by(_RESPONSES, der.integer(one))))
        one.expect_end("an entry")
    return said.GpfDeviceLogRestored(tuple(entries))


def chf_log_backed_up(content: Octets, raised: Raised) -> said.ChfDeviceLogBackedUp:
    """CS14: moment, network and entries in one structure."""
    (backup,) = parts_of(parts_in(content, raised), at_least=1, at_most=1)
    return said.ChfDeviceLogBackedUp(*_backed_up(backup))


def gpf_log_backed_up(content: Octets, _: Raised) -> said.GpfDeviceLogBackedUp:
    """GCS62: the entries."""
    entries = _typed_entries(content)
    content.expect_end("the entries")
    return said.GpfDeviceLogBackedUp(entries)


def logged_type(code: int) -> said.LoggedType:
    """A device type by its number."""
    return named_by(_TYPES, code)


def _asked(payload: Octets, *parts: tuple[AccessKind, bytes, int]) -> tuple[Asked, ...]:
    """The parts of a request to a hub's logs, which must be these."""
    asked = asked_in(payload)
    if tuple([(part.kind, part.instance, part.index) for part in asked]) != parts:
        raise OtherShape
    if any(part.class_id != NETWORK_CONTROL for part in asked):
        raise OtherShape
    return asked


def _backed_up(value: Value) -> tuple[datetime | None, Eui64, tuple[said.KeyedEntry, ...]]:
    """A backup of a network: moment, network and entries."""
    at, pan_id, entries = parts_of(value, at_least=3, at_most=3)
    return moment_in(string_in(at, 12)), eui64_in(pan_id), each(entries, _keyed)


def _kept(part: Answered) -> tuple[said.KeyedEntry, ...]:
    return () if part.result else _backed_up(part.value)[2]


def _keyed(entry: Value) -> said.KeyedEntry:
    """Device and hash of its key; where the hash is left out its length is 0."""
    device, *others = parts_of(entry, at_least=1)
    lengths = [len(part) for part in others if isinstance(part, Octets) and len(part) == _KEY_HASH]
    return said.KeyedEntry(eui64_in(device), lengths[0] if lengths else 0)


def _seen(entry: Value) -> said.SeenEntry:
    """Device, the first moment in its entry, and the signal where one alone is told."""
    parts = parts_of(entry, at_least=1)
    moments = [part for part in parts if isinstance(part, Octets) and len(part) == 12]
    signals = parts[_SIGNALS] if len(parts) == _WHOLE_ENTRY else parts[2:]
    told = [part for part in signals if type(part) is int]
    return said.SeenEntry(
        eui64_in(parts[0]),
        moment_in(moments[0]) if moments else None,
        told[0] if len(told) == 1 else None,
    )


def _whole(payload: Octets) -> Octets:
    inner = der.sequence(payload)
    payload.expect_end("the payload")
    return inner


def _typed_entries(octets: Octets) -> tuple[said.TypedEntry, ...]:
    listed = der.sequence(octets)
    entries = []
    while len(listed):
        entries.append(said.TypedEntry(*_typed(der.sequence(listed))))
    return tuple(entries)


def _typed(entry: Octets) -> tuple[Eui64, said.LoggedType]:
    device = eui64_of(der.octet_string(entry, 8))
    kind = logged_type(der.integer(entry))
    entry.expect_end("an entry")
    return device, kind
