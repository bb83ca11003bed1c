"""Random facts of every type of a premises, legal and illegal, made from the types themselves.

Words that the field keeps constant are constant here: a device has one type, a campaign one
target and one wave for a device, a pairing attempt one route. All else is at random. Each choice
is made by `pick` from a list, so that hypothesis and a seeded generator can both make it.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import inspect

from twin.events import attempts, firmware, joining
from twin.events.registry import (
    BandFact,
    FirmwareFact,
    JoinFact,
    LifecycleFact,
    MessageFact,
    PairingFact,
    PinFact,
    PremisesFact,
    SubGhzFact,
)
from twin.ids import event_id
from twin.vocabulary import DeviceType, PairingRoute

Pick: TypeAlias = Callable[[Sequence[Any]], Any]

PREMISES = "P0123456789abcdef"
START = datetime(2017, 7, 1, tzinfo=UTC)
HUB, ESME, GSME, IHD, CAD, GPF, PPMID, HCALCS, HUB_2, CAD_2 = (
    f"00-1D-24-00-00-00-00-{n:02d}" for n in range(1, 11)
)
TYPE_OF: Final = {
    HUB: DeviceType.CHF,
    HUB_2: DeviceType.CHF,
    GPF: DeviceType.GPF,
    ESME: DeviceType.ESME,
    GSME: DeviceType.GSME,
    IHD: DeviceType.IHD,
    PPMID: DeviceType.PPMID,
    HCALCS: DeviceType.HCALCS,
    CAD: DeviceType.CAD,
    CAD_2: DeviceType.CAD,
}
CAMPAIGN_OF: Final = {device: f"LCP-{kind}" for device, kind in TYPE_OF.items()}
TARGET_OF: Final = {device: f"0002{number:04X}" for number, device in enumerate(TYPE_OF)}
ATTEMPTS: Final = {
    route: [event_id(source=route, sequence=n, event_type="attempt") for n in (1, 2)]
    for route in PairingRoute
}
FAMILIES: Final[dict[str, tuple[type[PremisesFact], ...]]] = {
    "lifecycle": LifecycleFact.__args__,
    "bands": BandFact.__args__,
    "sub_ghz": SubGhzFact.__args__,
    "firmware": FirmwareFact.__args__,
    "pairing": PairingFact.__args__,
    "joining": JoinFact.__args__,
    "pins": PinFact.__args__,
    "messages": MessageFact.__args__,
}
SOURCES: Final = [
    f"urn:gb:supplier:{PREMISES}",
    f"urn:gb:dsp:{PREMISES}",
    f"urn:gb:chf:{HUB}",
    f"urn:gb:esme:{ESME}",
]
_VERSIONS = ["00010001", *TARGET_OF.values()]
_LOGS = [(), (CAD,), (ESME, GSME, IHD), (CAD, CAD_2, ESME)]
_TEXTS: Final[dict[str, list[Any]]] = {
    "supplier": ["S01", "S02"],
    "model": ["1062-0A0B0C0D", "1063-01020304"],
    "gbcs_version": ["1.0"],
    "firmware_version": _VERSIONS,
    "running_version": _VERSIONS[:2],
    "inventory_version": _VERSIONS[:2],
    "image_hash": ["a0" * 32, "b1" * 32],
    "request_id": [event_id(source="any", sequence=1, event_type="request")],
    "gpf_id": [GPF, HUB],
    "replaced_device_id": [HUB, HUB_2],
    "suspended_device_id": [HUB, GSME, IHD],
    "subject_device_id": sorted(TYPE_OF),
    "actor": ["dcc-operations"],
    "message_code": ["0x00CA", "6.15.1"],
    "alert_code": ["0x8F66", "N42"],
    "answer_code": ["I0", "E65", "N13"],
    "originator": [HUB],
    "entries": _LOGS,
    "historic": _LOGS[:2],
}
_DEVICES: Final[dict[str, list[str]]] = {
    "sub_ghz": [HUB, HUB_2],
    "pairing": [CAD, CAD_2],
    "lifecycle": [HUB, HUB_2],
    "joining": [HUB, HUB_2],
    "messages": sorted(TYPE_OF),
}
"""Whose `device_id` it is where the fact does not name its type."""
_TYPED: Final = ("device", "partner_device", "subject_device")
_NAMES_TARGET: Final = (
    firmware.FirmwareUpdateRequested,
    attempts.FirmwareUpdateUnanswered,
    firmware.FirmwareVerified,
)


def fact_of(cls: type[PremisesFact], pick: Pick) -> PremisesFact:
    """A fact of a type."""
    fields = {name: pick(words) for name, words in _choices(cls).items()}
    for device in _TYPED:
        if f"{device}_id" in fields and f"{device}_type" in fields:
            fields[f"{device}_type"] = TYPE_OF[fields[f"{device}_id"]]
    if fields.get("gpf_id") == HUB:
        fields["gpf_id"] = fields["device_id"]  # no proxy at all: its id names the hub (BR43)
    if "route" in fields:
        fields["attempt_id"] = pick(ATTEMPTS[fields["route"]])
    if "campaign_id" in fields:
        fields["campaign_id"] = CAMPAIGN_OF[fields["device_id"]]
    if cls in _NAMES_TARGET:
        fields["firmware_version"] = TARGET_OF[fields["device_id"]]
    if cls is firmware.DeviceEnrolled:
        # a plan may be revised, and its newest word places the device anew
        fields |= {"wave": pick([1, 2, 3]), "place": pick([0.0, 0.25, 0.75])}
    return cls(**fields)


@cache
def _choices(cls: type[PremisesFact]) -> dict[str, list[Any]]:
    fields = msgspec.structs.fields(cls)
    named = {field.name for field in fields}
    choices = {f.name: _words(f.name, inspect.type_info(f.type)) for f in fields}
    family = next(name for name, types in FAMILIES.items() if cls in types)
    if "device_id" in named:
        devices = sorted(TYPE_OF) if "device_type" in named else _DEVICES[family]
        choices["device_id"] = [GPF] if cls is joining.GpfDeviceLogChanged else devices
    return choices


def _words(name: str, kind: inspect.Type) -> list[Any]:
    match kind:
        case inspect.Metadata():
            return _words(name, kind.type)
        case inspect.EnumType():
            return list(kind.cls)
        case inspect.LiteralType():
            return list(kind.values)
        case inspect.BoolType():
            return [False, True]
        case inspect.NoneType():
            return [None]
        case inspect.UnionType():
            return [word for one in kind.types for word in _words(name, one)]
        case inspect.DateTimeType():
            return [START + timedelta(minutes=minutes) for minutes in (0, 5, 30)]
        case inspect.IntType() | inspect.FloatType():
            return _numbers(name, kind)
        case inspect.StructType():
            parts = {one.name: _words(one.name, one.type)[0] for one in kind.fields}
            return [kind.cls(**parts)]
        case inspect.VarTupleType() if name not in _TEXTS:
            words = _words(name, kind.item_type)
            return [(), tuple(words)]
    if name == "attempt_id":
        return [attempt for both in ATTEMPTS.values() for attempt in both]
    if name == "campaign_id":
        return [""]
    return _TEXTS.get(name) or sorted(TYPE_OF)


def _numbers(name: str, kind: inspect.IntType | inspect.FloatType) -> list[Any]:
    """Small numbers and the ends of the range; a campaign has one wave and few attempts."""
    if name in {"wave", "attempt"}:
        return [1] if name == "wave" else [1, 2, 3]
    if isinstance(kind, inspect.FloatType):
        # three quarters inside an open end, so that the sub GHz thresholds are in order (BR17)
        low = kind.ge if kind.ge is not None else (kind.gt or 0) + 0.75
        return [float(low), float(kind.le or low)]
    low = kind.ge if kind.ge is not None else (kind.gt or 0) + 1
    return sorted({low, low + 2, low + 4, kind.le or low + 300})
