"""What becomes of each element while a document is parsed: kept, counted, forgotten, refused."""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Final

from msgspec import UNSET, Struct, inspect

from twin.ingest.duis import headers, mmc, names, requests, responses, texts, words
from twin.ingest.duis.alerts import StatusChange
from twin.ingest.duis.names import words_of
from twin.ingest.duis.texts import Convert
from twin.ingest.duis.values import CplStatus
from twin.vocabulary import DeviceStatus, DeviceType


class Kind(Enum):
    """What an element is to the reader, where it is no leaf."""

    BRANCH = "has elements"
    FORGOTTEN = "is dropped with all that it holds"
    NAME_ONLY = "is known to be there, and nothing of it is kept"


FORGOTTEN: Final = words_of("""
    MPxN MPxNs ImportMPxN SecondaryImportMPAN ExportMPAN MeterMPxNs MeterDecommissionOrWithdrawal
    UPRN PropertyFilter CustomerIdentificationNumber
    UserRefID GISData IncidentReference AdditionalInformation AlertDescription EventDescription
    GBCSData DeviceSecurityDetails SupplierCertificateType NetworkOperatorCertificateType
    ASN1Status AssociatedType1Device CHFConnectionMethod Connectivity DebugInfo
    FirstInSequence S1SP SupplementaryRemotePartyID SupplementaryRemotePartyCounter
    SupplementaryOriginatorCounter ThrottledAlertSequenceId ThrottledAlertCount
    """)
"""Names of consumers and meter points, addresses, free text, keys, and what nobody here asks for.

Dropped as the parser comes by, so no text of them is ever held (D32).
"""
REPEATED: Final = words_of("""
    Device LogEntry CHFDeviceLogEntry CHFCurrentConnectedDeviceLogEntry
    CHFHistoricConnectedDeviceLogEntry RestoreDeviceLogOutcome
    """)
"""Elements that may stand more than once; any other one refuses the document."""
ATTRIBUTES: Final = frozenset({"MessageSuccess", "ResponseCode"})
"""Attributes that are kept, under their names with @ before."""

_BRANCHES: Final = (
    words_of("""
    Request Response GBCSResponse Header Body ResponseMessage DCCAlertMessage DCCAlert
    DeviceAlertMessage DeviceAlertContent SMETSData Payload
    OperatingLowerBandSubGHzChannel OperatingUpperBandSubGHzChannel
    LowerBandSubGHzChannels0To26 LowerBandSubGHzChannels27To34 LowerBandSubGHzChannels35To61
    UpperBandSubGHzChannels0To26 OperatingSubGHzChannel DeviceStatusChange
    """)
    | {f"Channel{number}" for number in range(62)}
    | set(StatusChange)
)
_STATUSES: Final = {status.value: status for status in DeviceStatus}
_TYPES: Final = {kind.value: kind for kind in DeviceType}
_FIRMWARE: Final = texts.shaped(r"[0-9A-F]{8}")
_GBCS_VERSION: Final = texts.shaped(r"[0-9]\.[0-9]")
_REQUEST_IDS: Final = (
    "RequestID",
    "ResponseID",
    "PrecedingServiceRequestID",
    "CommandRequestID",
    "UpdateFirmwareRequestID",
    "UpdateHANDeviceLogServiceRequestID",
)
_EUIS: Final = (
    *("DeviceIDList", "DeviceList", "MeterIDs", "InvalidDeviceIDList"),
    *("NotCommissionedDeviceIDList", "NotApplicableFirmwareDeviceIDList"),
    *("OtherRequestInProgressList", "InvalidGBCSVersionList"),
)
_EUI: Final = (
    *("DeviceID", "OtherDeviceID", "OldCHFID", "OldGPFID", "AssociatedGPFDeviceID"),
    *("CommsHubDeviceID", "CHFDeviceID", "PPMIDDeviceID", "TargetDeviceID", "DeviceIDToSuspend"),
    *("OldCHFDeviceID", "NewCHFDeviceID", "OldGPFDeviceID", "NewGPFDeviceID"),
    *("BusinessOriginatorID", "BusinessTargetID"),
)
_CODES: Final = (
    *("AlertCode", "DeviceAlertCode", "FutureDatedAlertCode", "GBCSHexAlertCode"),
    "GBCSHexadecimalMessageCode",
)
_FIRMWARES: Final = (
    *("FirmwareVersion", "DeviceFirmwareVersion", "FirmwareVersionSMI", "FirmwareVersionDevice"),
)
_CONVERTS: Final[dict[str, Convert]] = {
    **dict.fromkeys(_REQUEST_IDS, texts.request_id),
    **dict.fromkeys(_EUI, texts.eui),
    **dict.fromkeys(_EUIS, texts.euis),
    **dict.fromkeys(_CODES, texts.code),
    **dict.fromkeys(_FIRMWARES, _FIRMWARE),
    **dict.fromkeys(("GBCSVersion", "DeviceGBCSVersion"), _GBCS_VERSION),
    "OriginatorCounter": texts.counter,
    "OriginatorCounterFromCommand": texts.counter,
    "InstallCode": texts.octets_of_code,
    "FirmwareImage": texts.image,
    "GBCSPayload": texts.payload,
    "FirmwareHash": texts.hex_lower,
    "ManufacturerImageHash": texts.hex_lower,
    "DateCommissioned": texts.day,
    "RestoredDate": texts.day,
    "SMETSCHTSVersion": texts.shaped(r"(SMETS|CHTS) V[0-9]\.[0-9]{1,2}"),
    "DeviceManufacturer": texts.shaped(r"[0-9A-F]{4}"),
    "DeviceModel": texts.shaped(r"[0-9A-F]{8}"),
    "DeviceType": texts.one_of({**_TYPES, "Type2": UNSET}),
    "DeviceStatus": texts.one_of(_STATUSES),
    "UpdateDeviceStatusExceptCH": texts.one_of(_STATUSES),
    "UpdateDeviceStatusCH": texts.one_of(_STATUSES),
    "CSPRegion": texts.one_of({**words.REGIONS, "Unknown": UNSET, "SMETS1": UNSET}),
    "CPLStatus": texts.one_of({one.value: one for one in CplStatus}),
    "DeviceFirmwareVersionStatus": texts.one_of({one.value: one for one in CplStatus}),
    "HANVariant": texts.one_of(words.HAN_VARIANTS, others=True),
    "PremiseType": texts.one_of(words.PREMISES_TYPES),
    "CHFLocation": texts.one_of(words.LOCATIONS),
    "CHFInstallType": texts.one_of(words.INSTALL_TYPES),
    "CHFFaultReturnType": texts.one_of(words.FAULTS_FOUND),
    "CHFFaultReason": texts.one_of(words.HUB_FAULTS),
    "CHFNoFaultReturnType": texts.one_of(words.HUB_RETURNS),
    "RequestType": texts.one_of(words.LOG_ACTIONS),
    "ScanTrigger": texts.one_of(words.TRIGGERS),
    "StatusCode": texts.one_of(words.ANSWERS),
    "TransferResponseCode": texts.one_of(words.TRANSFERS),
}


def fields_of(kind: type[Struct]) -> tuple[inspect.Field, ...]:
    """The fields of a struct with their types."""
    found = inspect.type_info(kind)
    assert isinstance(found, inspect.StructType)  # of a struct, msgspec says nothing else
    return found.fields


def structs_in(kind: inspect.Type) -> Iterator[type[Struct]]:
    """The structs that a type of a field is made of."""
    if isinstance(kind, inspect.StructType):
        yield kind.cls
    elif isinstance(kind, inspect.UnionType):
        for one in kind.types:
            yield from structs_in(one)
    elif isinstance(kind, inspect.VarTupleType):
        yield from structs_in(kind.item_type)


def _names_of(structs: Iterable[type[Struct]]) -> Iterator[tuple[str, bool]]:
    """Names of the fields of structs and of structs in them, and whether a field has elements."""
    for one in structs:
        for field in fields_of(one):
            inner = tuple(structs_in(field.type))
            branch = bool(inner) and field.encode_name not in _CONVERTS
            yield field.encode_name, branch
            if branch:
                yield from _names_of(inner)


def _kept(_: str, text: str) -> str:
    return text


def _kinds() -> dict[str, Kind | Convert]:
    bodies = {
        **{name: asked.body for name, asked in names.REQUESTS.items()},
        **names.RESPONSES,
        **names.ALERTS,
        **names.ANSWERS,
        names.SIGNED: requests.SignedPreCommand,
        "DeviceAlertMessage": responses.DeviceAlert,
        "Payload": mmc.AlertDetails,
    }
    kinds: dict[str, Kind | Convert] = {}
    for name, branch in _names_of((*headers.HEADS, *bodies.values())):
        kinds[name] = Kind.BRANCH if branch else _CONVERTS.get(name, _kept)
    kinds |= dict.fromkeys((*bodies, *_BRANCHES), Kind.BRANCH)
    kinds |= dict.fromkeys(FORGOTTEN, Kind.FORGOTTEN)
    kinds |= dict.fromkeys(names.NAME_ONLY, Kind.NAME_ONLY)
    return {**kinds, **{name: _CONVERTS[name] for name in ("GBCSPayload", "DeviceManufacturer")}}


KINDS: Final = _kinds()
"""Every element that a document may have, and what becomes of it."""
