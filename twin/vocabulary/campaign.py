"""Campaigns, waves and gates, in the words of the rollout specification."""

from enum import StrEnum


class CampaignState(StrEnum):
    """States of a campaign."""

    DRAFT = "DRAFT"
    READY = "READY"
    RUNNING = "RUNNING"
    HELD = "HELD"
    STOPPED = "STOPPED"
    FINISHED = "FINISHED"


class WaveState(StrEnum):
    """States of a wave."""

    PLANNED = "PLANNED"
    RELEASING = "RELEASING"
    SOAKING = "SOAKING"
    DECIDING = "DECIDING"
    PASSED = "PASSED"
    FAILED = "FAILED"


class GateDecision(StrEnum):
    """What a gate says."""

    ADVANCE = "ADVANCE"
    CONTINUE = "CONTINUE"
    HOLD = "HOLD"
    REJECT = "REJECT"


class HoldReason(StrEnum):
    """Why a campaign is held."""

    OPERATOR = "operator"
    ERROR_GATE = "error_gate"
    SUCCESS_MISSED = "success_missed"
