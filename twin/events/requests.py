"""Service requests to devices, as they travel on `field.requests`: asked for, not yet facts."""

from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

from twin.events.firmware import Attempt, Wave
from twin.ids import CampaignId, Eui64, FirmwareVersion, PremisesId, Uuid
from twin.vocabulary import DeviceType


class RequestKind(StrEnum):
    """The service requests a campaign sends, by their reference (DUIS).

    To cancel is to activate at no time: CS06 with a null date, for an activation that is pending.
    """

    UPDATE = "11.1"
    READ = "11.2"
    ACTIVATE = "11.3"
    CANCEL = "11.3-cancel"


class FieldRequest(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """One request to one device; `request_id` is deterministic, so a resend asks only once.

    `asked_at` is virtual time in emulation; `target_version` is what the campaign wants to run,
    `execute_at` when a future-dated activation shall be carried out.
    """

    request_id: Uuid
    kind: RequestKind
    premises_id: PremisesId
    device_id: Eui64
    device_type: DeviceType
    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    target_version: FirmwareVersion
    asked_at: datetime
    execute_at: datetime | None = None


encode_request = msgspec.json.Encoder().encode
decode_request = msgspec.json.Decoder(FieldRequest).decode
