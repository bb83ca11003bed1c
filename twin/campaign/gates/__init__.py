"""The gates of a wave: pure functions of exact counts and the plan. They fail closed."""

from twin.campaign.gates.checks import GATE_FORM, GATE_OPTIONAL, gate_mistakes
from twin.campaign.gates.judge import judge, readings
from twin.campaign.gates.terms import Cohort, GateRule, Reading, Stage, Stratum, Verdict

__all__ = [
    "GATE_FORM",
    "GATE_OPTIONAL",
    "Cohort",
    "GateRule",
    "Reading",
    "Stage",
    "Stratum",
    "Verdict",
    "gate_mistakes",
    "judge",
    "readings",
]
