"""Campaigns, waves and gates, in the words of the rollout specification."""

from enum import StrEnum


class CampaignState(StrEnum):
    """States of a campaign (rollout specification, section 2)."""

    DRAFT = "DRAFT"
    VALIDATING = "VALIDATING"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    APPROVAL_DENIED = "APPROVAL_DENIED"
    READY = "READY"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    HELD = "HELD"
    STOPPING = "STOPPING"
    STOPPED = "STOPPED"
    ABORTING = "ABORTING"
    ABORTED = "ABORTED"
    FINISHED = "FINISHED"
    CANCELLED = "CANCELLED"
    SUPERSEDED = "SUPERSEDED"


class WaveState(StrEnum):
    """States of a wave."""

    PLANNED = "PLANNED"
    RELEASING = "RELEASING"
    SOAKING = "SOAKING"
    DECIDING = "DECIDING"
    PASSED = "PASSED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"


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
    UNDECIDABLE = "undecidable"
    WINDOW = "window"
    CPL = "cpl"
    UPSTREAM = "upstream"
    INTERNAL_ERROR = "internal_error"


class Timer(StrEnum):
    """Moments of a plan that come by themselves; that one came is a fact."""

    START_AT = "start_at"
    END_AT = "end_at"


class EndBehaviour(StrEnum):
    """What a campaign does when its last day is over and it is not finished."""

    STOP_RELEASES = "stop_releases"
    RECALL = "recall"
    LET_RUN = "let_run"


class OperatorRole(StrEnum):
    """What an actor may command: a plan, its approval, or what runs."""

    PLANNER = "planner"
    APPROVER = "approver"
    OPERATOR = "operator"


class CommandCause(StrEnum):
    """Why an operator commands: a closed list, since free text may name people."""

    PLANNED = "planned"
    CHANGE_FREEZE = "change_freeze"
    BAD_FIRMWARE = "bad_firmware"
    INCIDENT = "incident"
    SUPPLIER_ASKED = "supplier_asked"
    CLEARED = "cleared"
    OTHER = "other"


class Exclusion(StrEnum):
    """Why a campaign has nothing to do at a device, or may not."""

    NOT_COMMISSIONED = "not_commissioned"
    INSTALLED_LATER = "installed_later"
    FIRMWARE_UNKNOWN = "firmware_unknown"
    ALREADY_CAPABLE = "already_capable"
    NO_CAPABLE_VERSION = "no_capable_version"
    NOT_SELECTED = "not_selected"
    EXCLUDED_MODEL = "excluded_model"
    QUARANTINED = "quarantined"
    ALREADY_AT_TARGET = "already_at_target"
    NOT_EXPOSED = "not_exposed"
    NO_TARGET_NAMED = "no_target_named"


class ExecutionStanding(StrEnum):
    """Where a device stands in a campaign, in all the words of the rollout specification."""

    PLANNED = "PLANNED"
    QUEUED = "QUEUED"
    REQUESTED = "REQUESTED"
    AT_HUB = "AT_HUB"
    TRANSFERRED = "TRANSFERRED"
    VERIFIED = "VERIFIED"
    ACTIVATION_REQUESTED = "ACTIVATION_REQUESTED"
    ACTIVATION_ACCEPTED = "ACTIVATION_ACCEPTED"
    ACTIVATED_UNCONFIRMED = "ACTIVATED_UNCONFIRMED"
    ACTIVATED = "ACTIVATED"
    CONFIRMED = "CONFIRMED"
    RETRY_WAIT = "RETRY_WAIT"
    ALREADY_AT_TARGET = "ALREADY_AT_TARGET"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    REJECTED = "REJECTED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    CANCELLED = "CANCELLED"
    DECOMMISSIONED = "DECOMMISSIONED"
    SUPERSEDED = "SUPERSEDED"
