"""What operators commanded and what came of it; `programme` names these with its family."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from twin.ids import Actor, CampaignId, Uuid
from twin.vocabulary import CommandCause, OperatorRole

Count = Annotated[int, Meta(ge=0)]
Coordinate = Annotated[int, Meta(ge=0)]
CommandName = Literal[
    "submit",
    "revise",
    "approve",
    "deny",
    "start",
    "hold",
    "resume",
    "advance",
    "stop",
    "abort",
    "cancel",
    "supersede",
    "exclude",
    "upstream",
]
Answer = Literal["ACCEPTED", "NOOP", "CONFLICT", "REFUSED"]
AnswerWhy = Literal[
    "done",
    "already_so",
    "stale_version",
    "unknown_campaign",
    "wrong_state",
    "other_plan",
    "wrong_role",
    "own_plan",
    "no_plan",
    "plan_not_sound",
    "same_plan",
    "campaign_known",
    "no_successor",
    "no_model",
    "no_region",
    "internal_error",
    "duplicate_plan",
]


class CommandAnswered(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An operator's command and the answer it got; the same command id gets it again.

    `in_flight` executions go on where it held, stopped, aborted or superseded a campaign; None of
    any other command, and in records that are older than the field.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.command-answered.v1"
    campaign_id: CampaignId
    command_id: Uuid
    command: CommandName
    actor: Actor
    role: OperatorRole
    cause: CommandCause
    answer: Answer
    why: AnswerWhy
    version: Count
    in_flight: Count | None = None


class DeadLetterResolved(Struct, frozen=True, forbid_unknown_fields=True):
    """An operator resolved the record that parks a premises; its queue is drained in order (D12).

    It travels on `premises.events`, so that every replay drains at the same place.
    `partition` and `offset` name the parked record; `resolution` says whether it is tried
    again with today's code or skipped with this mark.
    """

    TYPE: ClassVar[str] = "uk.gb.smart.programme.dead-letter-resolved.v1"
    partition: Coordinate
    offset: Coordinate
    resolution: Literal["retried", "skipped"]
    actor: Actor
