"""What a message does not say of itself and a fact wants: who the parties are, what went before."""

from collections.abc import Mapping
from typing import Final
from uuid import uuid5

from msgspec import Struct

from twin.events.gbcs_payloads.device_logs import LoggedType
from twin.events.gbcs_payloads.firmware import FirmwareTransferEnded
from twin.ids import NAMESPACE, CampaignId, Eui64, FirmwareVersion, Uuid
from twin.ingest.gbcs.header import Header
from twin.ingest.gbcs.message import GbcsMessage
from twin.vocabulary import DeviceType, MessageKind, Role

TYPE_OF_CODE: Final = {
    0x0001: DeviceType.CHF,
    0x0002: DeviceType.CHF,
    0x0003: DeviceType.CHF,
    0x0018: DeviceType.CHF,
    0x0023: DeviceType.ESME,
    0x000D: DeviceType.ESME,
    0x0073: DeviceType.GSME,
    0x0084: DeviceType.GSME,
    0x00B2: DeviceType.GPF,
    0x00CF: DeviceType.GSME,
}
"""Message codes that only one type of device takes or sends."""
_LOGGED: Final = {
    LoggedType.GSME: DeviceType.GSME,
    LoggedType.ESME: DeviceType.ESME,
    LoggedType.CHF: DeviceType.CHF,
    LoggedType.GPF: DeviceType.GPF,
    LoggedType.HCALCS: DeviceType.HCALCS,
    LoggedType.PPMID: DeviceType.PPMID,
}


class KnownExecution(Struct, frozen=True):
    """The campaign's attempt that is under way at a device, and the version it wants to run."""

    campaign_id: CampaignId
    wave: int
    attempt: int
    firmware_version: FirmwareVersion


class Known(Struct, frozen=True, kw_only=True):
    """What the twin knows at the time of a message; what is not here stays unsaid.

    `commands` are those that went before, by `Header.request_id`; `capable_versions` the
    versions with local pairing of each device, by the catalogue; `device_logs` and
    `historic_logs` those of hubs before the message.
    """

    device_types: Mapping[Eui64, DeviceType] = {}
    roles: Mapping[Eui64, Role] = {}
    commands: Mapping[str, GbcsMessage] = {}
    executions: Mapping[Eui64, KnownExecution] = {}
    capable_versions: Mapping[Eui64, frozenset[FirmwareVersion]] = {}
    device_logs: Mapping[Eui64, tuple[Eui64, ...]] = {}
    historic_logs: Mapping[Eui64, tuple[Eui64, ...]] = {}


NOTHING: Final = Known()


def device_of(header: Header) -> Eui64:
    """The device that a message goes to or comes from."""
    return header.target if header.kind is MessageKind.COMMAND else header.originator


def subject_of(message: GbcsMessage) -> Eui64:
    """The device whose fact a message tells: of a transfer (CCS08) the hub tells another's."""
    payload = message.payload
    return (
        payload.device_id
        if isinstance(payload, FirmwareTransferEnded)
        else device_of(message.header)
    )


def party_of(header: Header) -> Eui64:
    """The remote party at the other end, also where a broker speaks for it."""
    if header.supplementary_party is not None:
        return header.supplementary_party
    return header.originator if header.kind is MessageKind.COMMAND else header.target


def type_of(header: Header, known: Known) -> DeviceType | None:
    """Type of the device of a message: what is known of it, else what its message code tells."""
    found = known.device_types.get(device_of(header))
    return found or TYPE_OF_CODE.get(header.message_code)


def type_of_entry(device_id: Eui64, logged: LoggedType | None, known: Known) -> DeviceType | None:
    """Type of a device that a message names; of Type 2 only what is known tells which it is."""
    found = None if logged is None else _LOGGED.get(logged)
    return found or known.device_types.get(device_id)


def is_capable(device_id: Eui64, version: FirmwareVersion, known: Known) -> bool:
    """Whether the catalogue gives this version local pairing; one that it does not name has not."""
    return version in known.capable_versions.get(device_id, frozenset())


def request_uuid(header: Header) -> Uuid:
    """Id of the request of a message as the twin's facts carry it."""
    return str(uuid5(NAMESPACE, header.request_id))


def command_of(message: GbcsMessage, known: Known) -> GbcsMessage | None:
    """The command that a response answers, where it is known."""
    return known.commands.get(message.header.request_id)
