"""Rules, stages and cohorts that the tests of the gates start from."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from twin.campaign.gates import Cohort, GateRule, Stage, Stratum, Verdict, judge

FOLLOW_UP = 10
SOME = Stratum("North", "S1", "M1")
THRESHOLD = GateRule(
    success_at_least=0.9, errors_above=0.1, evidence_at_least=10, settled_at_least=0.95
)
SEQUENTIAL = GateRule(
    kind="sequential",
    success_at_least=0.9,
    errors_above=0.015,
    evidence_at_least=10,
    settled_at_least=0.95,
)
STRATIFIED = replace(SEQUENTIAL, strata=("region", "supplier", "model"))

Wave = Mapping[Stratum, Sequence[Cohort]]


def stage(rule: GateRule, **changes: Any) -> Stage:
    """All released and soaked, and every cohort of day 0 of age."""
    whole = Stage(
        released=True,
        soaked=True,
        tolerance=rule.errors_above,
        today=FOLLOW_UP,
        follow_up_days=FOLLOW_UP,
    )
    return replace(whole, **changes)


def wave(members: int, *, confirmed: int = 0, errors: int = 0, day: int = 0) -> Wave:
    return {SOME: [Cohort(day, members, confirmed, errors)]}


def said(
    rule: GateRule,
    members: int,
    *,
    confirmed: int = 0,
    errors: int = 0,
    at: Stage | None = None,
) -> Verdict:
    """What a rule says of one cohort that holds the whole wave."""
    return judge(
        rule=rule,
        members=members,
        cohorts=wave(members, confirmed=confirmed, errors=errors),
        stage=at or stage(rule),
    )
