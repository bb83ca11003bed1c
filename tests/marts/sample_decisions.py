"""What the two campaigns of the sample lake decided: the first ends, the second is held at last.

The second also has a bad model in its second wave, which an operator takes out.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid5

from tests.marts.sample_campaigns import RUN_BEGINS, STARTS
from twin.campaign.plan import plan_hash, plan_text, shipped_plans
from twin.events import programme
from twin.events.envelope import Event, new_event
from twin.events.registry import CampaignFact
from twin.ids import NAMESPACE
from twin.vocabulary import CommandCause, Exclusion, GateDecision, HoldReason, OperatorRole

BAD_MODEL = "1A2B-000000BD"
SIZES = (8, 28, 57, 97)
PLANS = {plan.campaign_id: plan for plan in shipped_plans()}
Said = Iterator[tuple[datetime, str, CampaignFact]]


def campaign_facts(*, until: datetime) -> Iterator[Event]:
    """What both campaigns decided up to `until`, numbered per campaign."""
    number = dict.fromkeys(STARTS, 0)
    found = sorted(_said(), key=lambda one: one[0])
    for at, campaign, fact in found:
        if at > until:
            continue
        number[campaign] += 1
        yield new_event(
            fact=fact,
            source=f"urn:gb:twin:{campaign}",
            sequence=number[campaign],
            key=campaign,
            occurred_at=at,
            provenance="twin",
        )


def _said() -> Said:
    for campaign, starts in STARTS.items():
        yield from _prepared(campaign, starts[0])
        for wave, at in enumerate(starts, start=1):
            if campaign == "LCP-METERS" and wave == 3:
                yield from _held(campaign, wave, at)
                break
            yield from _passed(campaign, wave, at)
    ended = datetime(2017, 8, 14, tzinfo=UTC)
    finished = programme.CampaignFinished("LCP-HUBS", "SHORTFALL", 190, 12, _tick(ended))
    yield ended, "LCP-HUBS", finished


def _prepared(campaign: str, starts: datetime) -> Said:
    plan, tick = PLANS[campaign], _tick(RUN_BEGINS)
    hashed, author = plan_hash(plan), plan.author
    yield (
        RUN_BEGINS,
        campaign,
        programme.CampaignSubmitted(campaign, hashed, 1, plan_text(plan), author, tick),
    )
    excluded = {Exclusion.INSTALLED_LATER: 31, Exclusion.NOT_COMMISSIONED: 4}
    yield (
        RUN_BEGINS + timedelta(days=1),
        campaign,
        programme.MembershipFrozen(campaign, hashed, SIZES, excluded, tick + 1),
    )
    yield from _command(campaign, "approve", RUN_BEGINS + timedelta(days=2), CommandCause.PLANNED)
    yield starts, campaign, programme.CampaignStarted(campaign, _tick(starts))


def _tick(at: datetime) -> int:
    return (at - RUN_BEGINS).days


def _command(campaign: str, name: Any, at: datetime, cause: CommandCause) -> Said:
    """What a command makes, and its answer, in one moment."""
    tick, actor = _tick(at), "dcc-operations"
    role = OperatorRole.OPERATOR
    fact: CampaignFact
    match name:
        case "approve":
            actor, role = "dcc-approver", OperatorRole.APPROVER
            fact = programme.CampaignApproved(campaign, plan_hash(PLANS[campaign]), actor, tick)
        case "exclude":
            fact = programme.ModelExcluded(campaign, BAD_MODEL, actor, tick)
        case _:
            fact = programme.CampaignResumed(campaign, (HoldReason.ERROR_GATE,), tick)
    yield at, campaign, fact
    asked = str(uuid5(NAMESPACE, f"{campaign} {name} {at}"))
    answered = programme.CommandAnswered(
        campaign, asked, name, actor, role, cause, "ACCEPTED", "done", 5
    )
    yield at, campaign, answered


def gate(
    campaign: str,
    wave: int,
    at: datetime,
    decision: GateDecision,
    counts: tuple[int, int, int, int],
    reading: tuple[Any, ...],
) -> tuple[datetime, str, CampaignFact]:
    """A gate's word: (members, settled, confirmed, errors), and why, gate, stratum, n, k and both
    figures.
    """
    why, *figures = reading
    fact = programme.GateEvaluated(campaign, wave, decision, why, *counts, *figures, _tick(at))
    return at, campaign, fact


def _passed(campaign: str, wave: int, at: datetime) -> Said:
    size = SIZES[wave - 1]
    yield at, campaign, programme.WaveReleased(campaign, wave, 1.0, True, _tick(at))
    early = ("evidence", "evidence", None, 0, 0, 0.0, 25.0)
    asked = at + timedelta(days=1)
    yield gate(campaign, wave, asked, GateDecision.CONTINUE, (size, 0, 0, 0), early)
    if (campaign, wave) == ("LCP-METERS", 2):
        yield from _mended(campaign, wave, at + timedelta(days=3))
    done = ("success_reached", "success", None, size, size - 1, 0.97, 0.92)
    passed = at + timedelta(days=7)
    counts = (size, size, size - 1, 1)
    yield gate(campaign, wave, passed, GateDecision.ADVANCE, counts, done)
    yield passed, campaign, programme.WavePassed(campaign, wave, _tick(passed))


def _mended(campaign: str, wave: int, at: datetime) -> Said:
    """A bad model inside a good average: found, taken out, and the rest resumed."""
    bad = ("errors_above", "errors", f"model:{BAD_MODEL}", 9, 6, 7.4, 5.3)
    yield gate(campaign, wave, at, GateDecision.REJECT, (28, 20, 14, 6), bad)
    yield at, campaign, programme.CampaignHeld(campaign, HoldReason.ERROR_GATE, _tick(at))
    yield from _command(campaign, "exclude", at + timedelta(days=1), CommandCause.BAD_FIRMWARE)
    rest = ("soak", "success", None, 14, 14, 1.0, 0.92)
    asked = at + timedelta(days=2)
    yield gate(campaign, wave, asked, GateDecision.CONTINUE, (19, 14, 14, 0), rest)
    yield from _command(campaign, "resume", at + timedelta(days=3), CommandCause.CLEARED)


def _held(campaign: str, wave: int, at: datetime) -> Said:
    yield at, campaign, programme.WaveReleased(campaign, wave, 1.0, True, _tick(at))
    held = at + timedelta(days=6)
    bad = ("errors_above", "errors", "region:North", 41, 8, 6.1, 5.3)
    yield gate(campaign, wave, held, GateDecision.REJECT, (57, 41, 33, 8), bad)
    reason = HoldReason.ERROR_GATE
    yield held, campaign, programme.CampaignHeld(campaign, reason, _tick(held))
