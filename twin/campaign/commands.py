"""What operators may command, and the answer: a refusal is a value with a reason."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from twin.campaign.answers import ALREADY, WRONG_ROLE, WRONG_STATE, Reply, done, refused
from twin.campaign.command import ACTORS as ACTORS
from twin.campaign.command import ROLES as ROLES
from twin.campaign.command import Command as Command
from twin.campaign.command import decode_command as decode_command
from twin.campaign.command import encode_command as encode_command
from twin.campaign.command import role_of as role_of
from twin.campaign.ending import unsettled
from twin.campaign.handing_in import revise, submit
from twin.campaign.state import Campaign
from twin.campaign.tallies import CampaignCounts
from twin.campaign.transitions import TERMINAL, UNDER_WAY
from twin.events.programme import (
    AbortOrdered,
    CampaignApproved,
    CampaignCancelled,
    CampaignDenied,
    CampaignHeld,
    CampaignResumed,
    CampaignStarted,
    CampaignSuperseded,
    CommandAnswered,
    ModelExcluded,
    StopOrdered,
    UpstreamReported,
    WaveAdvanced,
)
from twin.events.registry import CampaignFact
from twin.vocabulary import CampaignState, HoldReason


class Standing(Struct, frozen=True):
    """What a command is answered on: all campaigns' states, exact counts, and the tick.

    `contents` are the `content_hash` of their plans, by campaign.
    """

    others: dict[str, CampaignState]
    counts: CampaignCounts
    tick: int
    contents: dict[str, str] = {}

    def known(self, command: Command) -> frozenset[str]:
        """The contents of other plans that a command must not hand in again."""
        names = () if command.force_duplicate else self.contents.keys() - {command.campaign_id}
        return frozenset(self.contents[name] for name in names)

    def in_flight(self, campaign: Campaign) -> int:
        """Executions of a campaign that are under way."""
        return unsettled(self.counts.total(len(campaign.waves)))


def decide_command(
    *, campaign: Campaign | None, command: Command, standing: Standing
) -> tuple[CampaignFact, ...]:
    """The facts that a command makes, the answer last; none where it was answered before.

    They belong together: record them in one append, for without its answer a command that is
    sent again would find its own effect and be answered NOOP.
    """
    if campaign is not None and command.command_id in campaign.answers:
        return ()
    reply = _objection(campaign, command) or _reply(campaign, command, standing)
    version = campaign.version if campaign is not None else 0
    known = campaign is not None or bool(reply.facts)
    answered = CommandAnswered(
        campaign_id=command.campaign_id,
        command_id=command.command_id,
        command=command.command,
        actor=command.actor,
        role=command.role,
        cause=command.cause,
        answer=reply.answer,
        why=reply.why,
        # As it stands after these facts, so that the next command can expect it.
        version=version + len(reply.facts) + 1 if known else 0,
        in_flight=next((getattr(fact, "in_flight", None) for fact in reply.facts), None),
    )
    return (*reply.facts, answered)


def _objection(campaign: Campaign | None, command: Command) -> Reply | None:
    if command.role is not role_of(command.command):
        return WRONG_ROLE
    if campaign is None:
        return None if command.command == "submit" else refused("unknown_campaign")
    if command.plan_hash is not None and command.plan_hash != campaign.plan_hash:
        return refused("other_plan")
    if command.expected_version is not None and command.expected_version != campaign.version:
        return Reply("CONFLICT", "stale_version")
    return None


def _reply(campaign: Campaign | None, command: Command, standing: Standing) -> Reply:
    if command.command == "submit":
        return submit(
            campaign, campaign_id=command.campaign_id, plan=command.plan, author=command.actor,
            tick=standing.tick, known=standing.known(command),
        )  # fmt: skip
    assert campaign is not None  # an unknown campaign is an objection
    return _ANSWERS[command.command](campaign, command, standing)


def _revise(campaign: Campaign, command: Command, standing: Standing) -> Reply:
    return revise(
        campaign, plan=command.plan, author=command.actor, tick=standing.tick,
        known=standing.known(command),
    )  # fmt: skip


def _approve(campaign: Campaign, command: Command, standing: Standing) -> Reply:
    """Row 4: by another person than the author, and for one hash by name."""
    if campaign.state is not CampaignState.AWAITING_APPROVAL:
        return ALREADY if campaign.state is CampaignState.READY else WRONG_STATE
    if command.plan_hash is None:
        return refused("other_plan")
    if command.actor in (campaign.author, campaign.plan.author):
        return refused("own_plan")
    return done(
        CampaignApproved(
            campaign.plan.campaign_id, campaign.plan_hash, command.actor, standing.tick
        )
    )


def _deny(campaign: Campaign, command: Command, standing: Standing) -> Reply:
    if campaign.state is CampaignState.APPROVAL_DENIED:
        return ALREADY
    if campaign.state is not CampaignState.AWAITING_APPROVAL:
        return WRONG_STATE
    if command.plan_hash is None:
        return refused("other_plan")
    return done(
        CampaignDenied(campaign.plan.campaign_id, campaign.plan_hash, command.actor, standing.tick)
    )


def _start(campaign: Campaign, _: Command, standing: Standing) -> Reply:
    """An operator may start before the plan's date and before the campaign it follows is done."""
    if campaign.state is CampaignState.READY:
        return done(CampaignStarted(campaign.plan.campaign_id, standing.tick))
    return ALREADY if campaign.state in UNDER_WAY else WRONG_STATE


def _hold(campaign: Campaign, _: Command, standing: Standing) -> Reply:
    if campaign.state not in UNDER_WAY:
        return WRONG_STATE
    if HoldReason.OPERATOR in campaign.holds:
        return ALREADY
    in_flight = standing.in_flight(campaign)
    held = HoldReason.OPERATOR
    return done(CampaignHeld(campaign.plan.campaign_id, held, standing.tick, in_flight))


def _resume(campaign: Campaign, command: Command, standing: Standing) -> Reply:
    """The operator's own hold is cleared; what a gate found is overridden, by name."""
    if campaign.state in (CampaignState.STARTING, CampaignState.RUNNING):
        return ALREADY
    if campaign.state is not CampaignState.HELD:
        return WRONG_STATE
    if command.reason is not None and campaign.holds != (command.reason,):
        return Reply("CONFLICT", "stale_version")
    overridden = tuple(held for held in campaign.holds if held is not HoldReason.OPERATOR)
    return done(CampaignResumed(campaign.plan.campaign_id, overridden, standing.tick))


def _advance(campaign: Campaign, command: Command, standing: Standing) -> Reply:
    """Go on without waiting for the gate; only a wave that is all released can be left behind."""
    nth = campaign.current
    if campaign.state is not CampaignState.RUNNING or nth is None:
        return WRONG_STATE
    wave = campaign.waves[nth]
    if wave.completed_at is None:
        return WRONG_STATE
    return done(
        WaveAdvanced(
            campaign.plan.campaign_id, nth + 1, wave.decision, command.actor, standing.tick
        )
    )


def _exclude(campaign: Campaign, command: Command, standing: Standing) -> Reply:
    """Take a model's members that were not released out; so a bad model need not end it all."""
    if command.model is None:
        return refused("no_model")
    if command.model in campaign.excluded_models:
        return ALREADY
    if campaign.state not in (CampaignState.READY, *UNDER_WAY):
        return WRONG_STATE
    return done(
        ModelExcluded(campaign.plan.campaign_id, command.model, command.actor, standing.tick)
    )


def _stop(campaign: Campaign, _: Command, standing: Standing) -> Reply:
    if campaign.state in (CampaignState.STOPPING, CampaignState.STOPPED):
        return ALREADY
    if campaign.state not in UNDER_WAY:
        return WRONG_STATE
    in_flight = standing.in_flight(campaign)
    return done(StopOrdered(campaign.plan.campaign_id, "operator", in_flight, standing.tick))


def _abort(campaign: Campaign, _: Command, standing: Standing) -> Reply:
    if campaign.state in (CampaignState.ABORTING, CampaignState.ABORTED):
        return ALREADY
    if campaign.state not in UNDER_WAY:
        return WRONG_STATE
    in_flight = standing.in_flight(campaign)
    return done(AbortOrdered(campaign.plan.campaign_id, "operator", in_flight, standing.tick))


def _cancel(campaign: Campaign, _: Command, standing: Standing) -> Reply:
    if campaign.state is CampaignState.CANCELLED:
        return ALREADY
    if campaign.state is not CampaignState.READY:
        return WRONG_STATE
    return done(CampaignCancelled(campaign.plan.campaign_id, standing.tick))


def _supersede(campaign: Campaign, command: Command, standing: Standing) -> Reply:
    """Row 19: names the campaign that takes this one's place, which must be known and not over."""
    if campaign.state is CampaignState.SUPERSEDED:
        return ALREADY
    if campaign.state in TERMINAL:
        return WRONG_STATE
    successor = None if command.by is None else standing.others.get(command.by)
    if command.by is None or command.by == command.campaign_id or successor in (None, *TERMINAL):
        return refused("no_successor")
    in_flight = standing.in_flight(campaign)
    return done(CampaignSuperseded(campaign.plan.campaign_id, command.by, standing.tick, in_flight))


def _upstream(campaign: Campaign, command: Command, standing: Standing) -> Reply:
    """Take down which region's way to the devices is down; what follows a tick decides."""
    if campaign.state in TERMINAL:
        return WRONG_STATE
    if command.region is None:
        return refused("no_region")
    if (command.region not in campaign.down) is command.is_up:
        return ALREADY
    return done(
        UpstreamReported(
            campaign.plan.campaign_id, command.region, command.is_up, command.actor, standing.tick
        )
    )


_ANSWERS: Final[dict[str, Callable[[Campaign, Command, Standing], Reply]]] = {
    "revise": _revise,
    "approve": _approve,
    "deny": _deny,
    "start": _start,
    "hold": _hold,
    "resume": _resume,
    "advance": _advance,
    "exclude": _exclude,
    "stop": _stop,
    "abort": _abort,
    "cancel": _cancel,
    "supersede": _supersede,
    "upstream": _upstream,
}
