"""What operators may command, and the answer: a refusal is a value with a reason."""

from datetime import datetime
from typing import Literal, TypeAlias

import msgspec
from msgspec import Struct

from twin.campaign.plan import plan_hash
from twin.campaign.state import Campaign
from twin.events.programme import (
    CampaignHeld,
    CampaignResumed,
    CampaignStarted,
    CampaignStopped,
    CommandAnswered,
    CommandName,
    Count,
)
from twin.events.registry import CampaignFact
from twin.ids import Actor, CampaignId, Sha256, Uuid
from twin.vocabulary import CampaignState, HoldReason

Answer: TypeAlias = Literal["ACCEPTED", "NOOP", "CONFLICT", "REFUSED"]
Why: TypeAlias = Literal[
    "done", "already_so", "stale_version", "unknown_campaign", "wrong_state", "other_plan"
]


class Command(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One command of one operator; no field takes free text.

    `expected_version` and `plan_hash` make it refuse rather than act on what the operator has
    not seen. `reason` names the hold that a resume means: if others stand too, it conflicts.
    """

    command_id: Uuid
    campaign_id: CampaignId
    command: CommandName
    actor: Actor
    issued_at: datetime
    reason: HoldReason | None = None
    expected_version: Count | None = None
    plan_hash: Sha256 | None = None


encode_command = msgspec.json.Encoder().encode
decode_command = msgspec.json.Decoder(Command).decode


class Reply(Struct, frozen=True):
    """What a command comes to: the answer, its reason, and the facts it makes."""

    answer: Answer
    why: Why
    facts: tuple[CampaignFact, ...] = ()


ALREADY = Reply("NOOP", "already_so")
WRONG_STATE = Reply("REFUSED", "wrong_state")
STALE = Reply("CONFLICT", "stale_version")


def decide_command(
    *,
    campaign: Campaign | None,
    command: Command,
    now: datetime,
    tick: int,
) -> tuple[CampaignFact, ...]:
    """The facts that a command makes, the answer last; none where it was answered before.

    They belong together: record them in one append, for without its answer a command that is
    sent again would find its own effect and be answered NOOP.
    """
    if campaign is not None and command.command_id in campaign.answers:
        return ()
    reply = _objection(campaign, command)
    if reply is None:
        assert campaign is not None  # an unknown campaign is an objection
        reply = _reply(campaign, command, tick)
    version = campaign.version if campaign is not None else 0
    answered = CommandAnswered(
        campaign_id=command.campaign_id,
        command_id=command.command_id,
        command=command.command,
        actor=command.actor,
        answer=reply.answer,
        why=reply.why,
        # As it stands after these facts, so that the next command can expect it.
        version=version + len(reply.facts) + 1 if campaign is not None else 0,
    )
    return (*reply.facts, answered)


def _objection(campaign: Campaign | None, command: Command) -> Reply | None:
    if campaign is None:
        return Reply("REFUSED", "unknown_campaign")
    if command.plan_hash is not None and command.plan_hash != plan_hash(campaign.plan):
        return Reply("REFUSED", "other_plan")
    if command.expected_version is not None and command.expected_version != campaign.version:
        return STALE
    return None


def _reply(campaign: Campaign, command: Command, tick: int) -> Reply:
    match command.command:
        case "start":
            return _start(campaign, tick)
        case "hold":
            return _hold(campaign, tick)
        case "resume":
            return _resume(campaign, command, tick)
        case "stop":
            return _stop(campaign, tick)


def _start(campaign: Campaign, tick: int) -> Reply:
    """An operator may start before the plan's date and before the campaign it follows is done."""
    if campaign.state is CampaignState.READY:
        return _done(CampaignStarted(campaign_id=campaign.plan.campaign_id, tick=tick))
    running = campaign.state in (CampaignState.RUNNING, CampaignState.HELD)
    return ALREADY if running else WRONG_STATE


def _hold(campaign: Campaign, tick: int) -> Reply:
    if campaign.state not in (CampaignState.RUNNING, CampaignState.HELD):
        return WRONG_STATE
    if HoldReason.OPERATOR in campaign.holds:
        return ALREADY
    return _done(
        CampaignHeld(campaign_id=campaign.plan.campaign_id, reason=HoldReason.OPERATOR, tick=tick)
    )


def _resume(campaign: Campaign, command: Command, tick: int) -> Reply:
    """The operator's own hold is cleared; what a gate found is overridden, by name."""
    if campaign.state is CampaignState.RUNNING:
        return ALREADY
    if campaign.state is not CampaignState.HELD:
        return WRONG_STATE
    if command.reason is not None and campaign.holds != (command.reason,):
        return STALE
    overridden = tuple(held for held in campaign.holds if held is not HoldReason.OPERATOR)
    return _done(
        CampaignResumed(campaign_id=campaign.plan.campaign_id, overridden=overridden, tick=tick)
    )


def _stop(campaign: Campaign, tick: int) -> Reply:
    if campaign.state is CampaignState.STOPPED:
        return ALREADY
    if campaign.state not in (CampaignState.READY, CampaignState.RUNNING, CampaignState.HELD):
        return WRONG_STATE
    return _done(CampaignStopped(campaign_id=campaign.plan.campaign_id, tick=tick))


def _done(fact: CampaignFact) -> Reply:
    return Reply("ACCEPTED", "done", (fact,))
