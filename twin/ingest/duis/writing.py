"""Writing service requests: unsigned DUIS, the same octets for the same values, valid by V5.4.

Nothing is sent and nothing is signed here. Two things that the twin does not have are left for
the DCC User to fill in before signing: the firmware image of an update, whose element is empty
where none is given, and the install code of an 8.11, where `PLACEHOLDER` stands.
"""

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from lxml import etree

from twin.events.firmware import ImageHash
from twin.events.pairing import JoinWindow
from twin.ids import Eui64, FirmwareVersion
from twin.ingest.duis.names import DUIS, REQUESTS
from twin.ingest.duis.values import COUNTER_MAX, DEVICES_MAX, IMAGE_MAX, Moment, RequestId

SCHEMA_VERSION: Final = "5.4"
PLACEHOLDER: Final = "00" * 7
"""Stands where an install code goes: seven octets, which the schema admits and no install code
has (BR01), so that a request that nobody filled in is refused and never acted on."""

_ON_DEMAND: Final = 1
_TO_SIGN: Final = 4
_BY_DCC: Final = 8
_VARIANTS: Final = {"11.1": _BY_DCC, "11.4": _BY_DCC, "11.3": _TO_SIGN}
"""Command variants: the DCC carries it out, or gives a command back to sign; else on demand."""


def write_update(
    *,
    request: RequestId,
    firmware_version: FirmwareVersion,
    device_ids: Sequence[Eui64],
    image: bytes = b"",
    ppmid: bool = False,
) -> bytes:
    """Update Firmware (11.1, or 11.4 for PPMIDs) for at most 50,000 devices (BR28).

    Raises:
        ValueError: no device or more than 50,000, too large an image, a malformed value.
    """
    if not 1 <= len(device_ids) <= DEVICES_MAX:
        raise ValueError(f"an update is for 1 to {DEVICES_MAX:,} devices (BR28)")
    if len(image) > IMAGE_MAX:
        raise ValueError(f"an image has at most {IMAGE_MAX:,} octets (BR28)")
    return _written(
        "UpdatePPMIDFirmware" if ppmid else "UpdateFirmware",
        request,
        ("FirmwareImage", b64encode(image).decode()),
        ("FirmwareVersion", msgspec.convert(firmware_version, FirmwareVersion)),
        ("DeviceIDList", ",".join(msgspec.convert(device_ids, tuple[Eui64, ...]))),
    )


def write_activate(
    *, request: RequestId, image_hash: ImageHash, execute_at: datetime | None = None
) -> bytes:
    """Activate Firmware (11.3), at once or at a time (BR29, BR33).

    Raises:
        ValueError: the hash is not 32 octets in hexadecimal, the time has no zone.
    """
    hashed = msgspec.convert(image_hash, ImageHash).upper()
    return _written("ActivateFirmware", request, *_when(execute_at), ("FirmwareHash", hashed))


def write_read(*, request: RequestId, execute_at: datetime | None = None) -> bytes:
    """Read Firmware Version (11.2), at once or at a time.

    Raises:
        ValueError: the time has no zone.
    """
    return _written("ReadFirmwareVersion", request, *_when(execute_at))


def write_install_code_add(*, request: RequestId, device_id: Eui64, window_s: JoinWindow) -> bytes:
    """Update HAN Device Log (8.11) that adds a device to the target hub's log (Annex C, BR20).

    The install code is not among the values: `PLACEHOLDER` stands for it, and a comment says so.

    Raises:
        ValueError: the window is not 1 to 3,600 seconds, or the device is no EUI-64.
    """
    root, body = _begun("UpdateHANDeviceLog", request)
    _add(body, "DeviceID", msgspec.convert(device_id, Eui64))
    _add(body, "RequestType", "Add")
    admission = _add(body, "AddDeviceToCHFWhitelist")
    _add(admission, "JoinTimePeriod", str(msgspec.convert(window_s, JoinWindow)))
    admission.append(etree.Comment(" put the install code here: seven octets are none "))
    _add(admission, "InstallCode", PLACEHOLDER)
    return _octets(root)


def write_join(*, request: RequestId, other_device_id: Eui64) -> bytes:
    """Join Service (Non-Critical) (8.7.2): the target puts another device into its log (BR26).

    Raises:
        ValueError: the other device is no EUI-64.
    """
    other = msgspec.convert(other_device_id, Eui64)
    return _written("JoinServiceNonCritical", request, ("OtherDeviceID", other))


def write_pin_disable(*, request: RequestId) -> bytes:
    """Disable Privacy PIN (3.5) of the target (BR10)."""
    return _written("DisablePrivacyPIN", request)


def _when(execute_at: datetime | None) -> tuple[tuple[str, str], ...]:
    if execute_at is None:
        return ()
    moment = msgspec.convert(execute_at, Moment).astimezone(UTC)
    return (("ExecutionDateTime", f"{moment.replace(tzinfo=None).isoformat()}Z"),)


def _written(name: str, request: RequestId, *leaves: tuple[str, str]) -> bytes:
    root, body = _begun(name, request)
    for leaf, text in leaves:
        _add(body, leaf, text)
    return _octets(root)


def _begun(name: str, request: RequestId) -> tuple[etree._Element, etree._Element]:
    """The root with its header, and the body's element to be filled."""
    checked = msgspec.convert(msgspec.to_builtins(request), RequestId)
    if not 0 <= checked.counter <= COUNTER_MAX:
        raise ValueError("a counter has 64 bits")
    variant = REQUESTS[name].variant
    root = etree.Element(f"{{{DUIS}}}Request", nsmap={"sr": DUIS}, schemaVersion=SCHEMA_VERSION)
    header = _add(root, "Header")
    _add(header, "RequestID", checked.text)
    _add(header, "CommandVariant", str(_VARIANTS.get(variant, _ON_DEMAND)))
    _add(header, "ServiceReference", ".".join(variant.split(".")[:2]))
    _add(header, "ServiceReferenceVariant", variant)
    return root, _add(_add(root, "Body"), name)


def _add(above: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(above, f"{{{DUIS}}}{name}")
    element.text = text
    return element


def _octets(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))
