"""The Privacy PIN: classes and purposes, never a value (paragraphs 32 and 33)."""

from enum import StrEnum


class PinClass(StrEnum):
    """How guessable a Privacy PIN is; the value itself never leaves the meter (BR10)."""

    TOP_1 = "top_1"
    TOP_20 = "top_20"
    OTHER = "other"


class PinPurpose(StrEnum):
    """What the Privacy PIN was asked for (paragraph 32)."""

    PAIRING = "pairing"
    PROTECTED_DISPLAY = "protected_display"
    ENABLE_SUPPLY = "enable_supply"


class PinIntervention(StrEnum):
    """What is done to have the Privacy PIN used well (question Q9): a switch of a run."""

    NONE = "none"
    DENY_LIST = "deny_list"
    PROMPT_AT_INSTALLATION = "prompt_at_installation"
    PIN_BY_DEFAULT = "pin_by_default"
