"""Plans, counts and commands that the tests of the campaign start from."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from twin.campaign.decide import Command
from twin.campaign.plan import GateRule, Plan, PlannedWave, Policy, plan_hash
from twin.campaign.tallies import Cell, WaveCount, WaveKey
from twin.events import programme
from twin.vocabulary import DeviceType, GateDecision, HoldReason

START = date(2017, 7, 1)
RULE = GateRule(success_at_least=0.9, errors_above=0.1, evidence_at_least=10, settled_at_least=0.95)
POLICY = Policy(follow_up_days=10, attempts_max=2, read_after_days=4)
C = "LCP-HUBS"


def wave(name: str, share: float, **changes: Any) -> PlannedWave:
    planned = PlannedWave(
        name=name, share=share, release_days=0, soak_days=2, planned_from=START, planned_to=START
    )
    return replace(planned, **changes)


PLAN = Plan(
    campaign_id=C,
    title="hubs",
    device_type=DeviceType.CHF,
    starts_on=START,
    installed_before=START,
    gate=RULE,
    policy=POLICY,
    waves=(wave("canary", 0.1), wave("rest", 0.9, release_days=3)),
)


def count(members: int, *, confirmed: int = 0, failed: int = 0, **others: int) -> WaveCount:
    return WaveCount(members=members, confirmed=confirmed, failed=failed, **others)


def command(name: Any, nth: int = 1, **changes: Any) -> Command:
    given = Command(
        command_id=str(UUID(int=nth)),
        campaign_id=C,
        command=name,
        actor="operations",
        issued_at=datetime(2017, 7, 1, tzinfo=UTC),
    )
    return replace(given, **changes)


SUBMITTED = programme.CampaignSubmitted(C, plan_hash(PLAN), 2)


def started(tick: int) -> programme.CampaignStarted:
    return programme.CampaignStarted(C, tick)


def released(wave: int, upto: float, *, complete: bool, tick: int) -> programme.WaveReleased:
    return programme.WaveReleased(C, wave, upto, complete, tick)


def gate(
    wave: int, decision: GateDecision, why: Any, counted: WaveCount, tick: int
) -> programme.GateEvaluated:
    return programme.GateEvaluated(
        C, wave, decision, why, counted.members, counted.settled, counted.confirmed,
        counted.errors, tick,
    )  # fmt: skip


def passed(wave: int, tick: int) -> programme.WavePassed:
    return programme.WavePassed(C, wave, tick)


def failed(wave: int, tick: int) -> programme.WaveFailed:
    return programme.WaveFailed(C, wave, tick)


def held(reason: HoldReason, tick: int) -> programme.CampaignHeld:
    return programme.CampaignHeld(C, reason, tick)


def resumed(tick: int, *overridden: HoldReason) -> programme.CampaignResumed:
    return programme.CampaignResumed(C, overridden, tick)


def stopped(tick: int) -> programme.CampaignStopped:
    return programme.CampaignStopped(C, tick)


def finished(outcome: Any, members: int, shortfall: int, tick: int) -> programme.CampaignFinished:
    return programme.CampaignFinished(C, outcome, members, shortfall, tick)


def fields_of(key: WaveKey, cells: Mapping[Cell, int]) -> dict[str, int]:
    """Counts by field of one wave and stratum, from counts by cell."""
    return {cell.field: count for cell, count in cells.items() if cell.wave_key == key}
