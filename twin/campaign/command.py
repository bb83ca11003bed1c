"""A command of an operator, as it travels on `campaign.commands`."""

from datetime import datetime
from typing import Final

import msgspec
from msgspec import Struct

from twin.campaign.plan import Plan
from twin.events.programme import CommandName, Count
from twin.ids import Actor, CampaignId, ModelId, Sha256, Uuid
from twin.vocabulary import CommandCause, CspRegion, HoldReason, OperatorRole

ROLES: Final[dict[str, OperatorRole]] = {
    "submit": OperatorRole.PLANNER,
    "revise": OperatorRole.PLANNER,
    "approve": OperatorRole.APPROVER,
    "deny": OperatorRole.APPROVER,
}
"""The role that a command needs; those not named need an operator."""
ACTORS: Final = {
    OperatorRole.PLANNER: "programme-planner",
    OperatorRole.APPROVER: "dcc-approver",
    OperatorRole.OPERATOR: "dcc-operations",
}
"""Who acts in a role where nobody else is named."""


def role_of(name: CommandName, /) -> OperatorRole:
    """The role that a command needs."""
    return ROLES.get(name, OperatorRole.OPERATOR)


class Command(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One command of one operator; no field takes free text.

    `expected_version` and `plan_hash` make it refuse rather than act on what the operator has
    not seen. `reason` names the hold that a resume means: if others stand too, it conflicts.
    `plan` is what is handed in, `model` what is excluded, `by` the campaign that takes over.
    `region` is where the way to the devices is down, or with `is_up` in order again.
    `force_duplicate` hands in what another campaign has under its own name.
    """

    command_id: Uuid
    campaign_id: CampaignId
    command: CommandName
    actor: Actor
    role: OperatorRole
    issued_at: datetime
    cause: CommandCause = CommandCause.PLANNED
    reason: HoldReason | None = None
    expected_version: Count | None = None
    plan_hash: Sha256 | None = None
    plan: Plan | None = None
    model: ModelId | None = None
    by: CampaignId | None = None
    region: CspRegion | None = None
    is_up: bool = False
    force_duplicate: bool = False


encode_command = msgspec.json.Encoder().encode
decode_command = msgspec.json.Decoder(Command).decode
