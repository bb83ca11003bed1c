"""How a campaign begins: its membership is frozen, and its moment comes."""

from collections import Counter

from twin.campaign.basis import Basis
from twin.campaign.counted import cuts
from twin.campaign.fair_shares import Cell
from twin.campaign.outlook import is_beyond_capacity
from twin.campaign.pacing import Pace, cell_of
from twin.campaign.plan import Plan
from twin.campaign.state import Campaign
from twin.campaign.tallies import CampaignCounts
from twin.campaign.transitions import TERMINAL
from twin.campaign.upstream import is_down
from twin.events.campaign_words import PlanCheck
from twin.events.programme import (
    CampaignStarted,
    MembershipFrozen,
    PlanRefused,
    TimerFired,
    WavesCut,
)
from twin.vocabulary import CampaignState, Timer

ENROLLED_AFTER_TICKS = 2
"""The order to enrol goes out with the tick after a submission, and is counted on the next."""


def validate(campaign: Campaign, basis: Basis) -> WavesCut | MembershipFrozen | PlanRefused | None:
    """Freeze the membership once every device has its seat or its exclusion (rows 2 and 3).

    Where waves take a count, lots are drawn first, and the seats that follow from them are on the
    log a tick later.
    """
    plan = campaign.plan
    if plan.is_counted and not campaign.cuts:
        return _draw(campaign, basis)
    seated = campaign.cut_tick + 1 if campaign.cut_tick is not None else 0
    if basis.tick < max(seated, campaign.submitted_tick + ENROLLED_AFTER_TICKS):
        return None
    members = tuple(basis.counts.of_wave(n).members for n in range(1, len(plan.waves) + 1))
    checks = _checks(plan, basis, members)
    if checks:
        return PlanRefused(
            campaign_id=plan.campaign_id,
            plan_hash=campaign.plan_hash,
            checks=tuple(checks),
            tick=basis.tick,
        )
    return MembershipFrozen(
        campaign_id=plan.campaign_id,
        plan_hash=campaign.plan_hash,
        members=members,
        excluded=basis.counts.excluded(),
        tick=basis.tick,
    )


def _checks(plan: Plan, basis: Basis, members: tuple[int, ...]) -> list[PlanCheck]:
    """Every check of row 2 that does not hold for the plan at this basis."""
    checks = size_checks(plan=plan, members=members)
    if is_beyond_capacity(plan=plan, members=_cells(plan, basis.counts)):
        checks.append("beyond_capacity")
    if plan.after is not None and plan.after not in basis.others:
        checks.append("unknown_campaign_after")
    if plan.rolls_back is not None and plan.rolls_back not in basis.others:
        checks.append("unknown_campaign_rolled_back")
    elif plan.rolls_back is not None and basis.others[plan.rolls_back] not in TERMINAL:
        checks.append("rolled_back_under_way")
    return checks


def _cells(plan: Plan, counts: CampaignCounts) -> list[dict[Cell, int]]:
    """Members by wave and by the cell in which their releases are limited."""
    pace, found = plan.pacing or Pace(), []
    for number in range(1, len(plan.waves) + 1):
        cells: Counter[Cell] = Counter()
        for stratum, counted in counts.by_stratum(number).items():
            cells[cell_of(pace=pace, **stratum._asdict())] += counted.counts.members
        found.append(dict(sorted(cells.items())))
    return found


def size_checks(*, plan: Plan, members: tuple[int, ...]) -> list[PlanCheck]:
    """What the numbers of devices that each wave has come to speak against."""
    checks: list[PlanCheck] = []
    if sum(members) == 0:
        checks.append("no_members")
    pairs = list(zip(plan.waves, members, strict=True))
    if any(wave.count not in (None, found) for wave, found in pairs):
        checks.append("count_not_met")
    elif plan.is_counted and not any(found for wave, found in pairs if wave.count is None):
        checks.append("nothing_left")
    return checks


def _draw(campaign: Campaign, basis: Basis) -> WavesCut | None:
    """The cuts, once the order that asks for lots, sent when all are enrolled, is carried out."""
    if basis.tick <= campaign.submitted_tick + ENROLLED_AFTER_TICKS:
        return None
    lots = basis.counts.lots(campaign.submitted_tick)
    return WavesCut(
        campaign_id=campaign.plan.campaign_id,
        plan_hash=campaign.plan_hash,
        cuts=cuts(plan=campaign.plan, lots=lots),
        tick=basis.tick,
    )


def start(campaign: Campaign, basis: Basis) -> TimerFired | CampaignStarted | None:
    """Start on the plan's day, when the campaign that it follows is finished and no region that it
    begins in is down; else it waits."""
    plan = campaign.plan
    if Timer.START_AT not in campaign.fired:
        if basis.now.date() < plan.starts_on:
            return None
        return TimerFired(campaign_id=plan.campaign_id, timer=Timer.START_AT, tick=basis.tick)
    if plan.after is not None and basis.others.get(plan.after) is not CampaignState.FINISHED:
        return None
    if is_down(campaign, basis):
        return None
    return CampaignStarted(campaign_id=plan.campaign_id, tick=basis.tick)
