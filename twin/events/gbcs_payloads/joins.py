"""What messages say of joining two devices, and of parting them (CS03, CS04)."""

from enum import StrEnum

from msgspec import Struct

from twin.events.gbcs_payloads.device_logs import LoggedType
from twin.ids import Eui64
from twin.vocabulary import JoinMethod, JoinResponse, UnjoinResponse


class JoinPart(StrEnum):
    """The part of a device in key agreement by Method A."""

    INITIATOR = "initiator"
    RESPONDER = "responder"


class JoinDevice(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """CS03 tells a device to join a partner; of a certificate only the length is kept (BR26)."""

    method: JoinMethod
    part: JoinPart | None
    partner_device_id: Eui64
    partner_type: LoggedType
    certificate_length: int | None


class JoinAnswered(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """How a join ended (response codes 0 to 13)."""

    response: JoinResponse


class UnjoinDevice(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """CS04 tells a device to part from a partner."""

    partner_device_id: Eui64


class UnjoinAnswered(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """How an unjoin ended (response codes 0 to 2)."""

    response: UnjoinResponse
