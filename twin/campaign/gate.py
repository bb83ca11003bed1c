"""The gate of a wave: a pure function of exact counts and the plan. It fails closed.

Errors: `errors / settled` strictly above the threshold rejects, however early the wave is.
Success: `confirmed / settled` at or above the threshold advances, after release and soak only.
Errors are never divided by members: a gate on members stops a bad image far too late.
"""

from math import isfinite
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import astuple

from twin.campaign.plan import GateRule
from twin.campaign.tallies import WaveCount
from twin.vocabulary import GateDecision

Why: TypeAlias = Literal[
    "evidence",
    "errors_above",
    "success_reached",
    "success_missed",
    "soak",
    "releasing",
    "in_flight",
]


class Verdict(Struct, frozen=True):
    """What a gate says, and why."""

    decision: GateDecision
    why: Why


class Stage(Struct, frozen=True, kw_only=True):
    """What the gate needs to know besides counts.

    `tolerance` is the error rate above which it rejects: the plan's, or a higher one after an
    operator overrode it. `campaign_empty` says that no wave of the campaign has a member.
    """

    released: bool
    soaked: bool
    tolerance: float
    campaign_empty: bool = False


UNDECIDABLE = Verdict(GateDecision.HOLD, "evidence")


def judge(*, rule: GateRule, count: WaveCount, stage: Stage) -> Verdict:
    """What the gate says; anything that is no number, or no count, never advances."""
    if not is_sound(count) or not _is_finite(rule, stage):
        return UNDECIDABLE
    if _errors_above(rule, count, stage.tolerance):
        return Verdict(GateDecision.REJECT, "errors_above")
    if not stage.released:
        return Verdict(GateDecision.CONTINUE, "releasing")
    if count.members == 0:
        # An empty wave passes, but a campaign without any member proves nothing (rollout, row 2).
        return UNDECIDABLE if stage.campaign_empty else _ADVANCE
    return _success_side(rule, count, soaked=stage.soaked)


def is_sound(count: WaveCount) -> bool:
    """Whether counts are counts: whole, not negative, and no more in all than members."""
    whole = all(isinstance(n, int) and n >= 0 for n in astuple(count))
    return whole and count.awaiting >= 0


_ADVANCE = Verdict(GateDecision.ADVANCE, "success_reached")


def _errors_above(rule: GateRule, count: WaveCount, tolerance: float) -> bool:
    return _has_evidence(rule, count) and count.errors / count.settled > tolerance


def _has_evidence(rule: GateRule, count: WaveCount) -> bool:
    """A wave smaller than the wanted evidence is judged when all of it is settled."""
    return count.settled >= max(1, min(rule.evidence_at_least, count.members))


def _success_side(rule: GateRule, count: WaveCount, *, soaked: bool) -> Verdict:
    met = count.settled > 0 and count.confirmed / count.settled >= rule.success_at_least
    if count.settled == count.members and not met:
        return Verdict(GateDecision.HOLD, "success_missed")
    if not soaked:
        return Verdict(GateDecision.CONTINUE, "soak")
    if count.settled / count.members < rule.settled_at_least:
        return Verdict(GateDecision.CONTINUE, "in_flight")
    if not _has_evidence(rule, count):
        return Verdict(GateDecision.CONTINUE, "evidence")
    return _ADVANCE if met else Verdict(GateDecision.HOLD, "success_missed")


def _is_finite(rule: GateRule, stage: Stage) -> bool:
    shares = (rule.success_at_least, rule.errors_above, rule.settled_at_least, stage.tolerance)
    return all(isinstance(n, int) or isfinite(n) for n in (*shares, rule.evidence_at_least))
