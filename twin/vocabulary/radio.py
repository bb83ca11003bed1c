"""The radio of the home area network: bands, links, duty cycle, channels (paragraph 3)."""

from enum import StrEnum
from typing import Final


class Band(StrEnum):
    """How a device reaches the hub; Alternative HAN where neither band works (paragraph 7)."""

    GHZ_2_4 = "ghz_2_4"
    SUB_GHZ = "sub_ghz"
    ALTERNATIVE_HAN = "alternative_han"


class BandReason(StrEnum):
    """Why a band was selected (licence condition 40.1 / 34.1; paragraphs 5 to 7)."""

    COVERAGE = "coverage"
    TECHNICALLY_IMPRACTICABLE = "technically_impracticable"
    NO_BAND = "no_band"


class DutyCycleState(StrEnum):
    """How much of its sub GHz air time a hub has used (alerts 0x8F20 to 0x8F25)."""

    NORMAL = "normal"
    LIMITED = "limited"
    CRITICAL = "critical"
    REGULATED = "regulated"


THRESHOLDS: Final = {
    0x8F20: (DutyCycleState.NORMAL, DutyCycleState.LIMITED),
    0x8F21: (DutyCycleState.LIMITED, DutyCycleState.NORMAL),
    0x8F22: (DutyCycleState.LIMITED, DutyCycleState.CRITICAL),
    0x8F23: (DutyCycleState.CRITICAL, DutyCycleState.LIMITED),
    0x8F24: (DutyCycleState.CRITICAL, DutyCycleState.REGULATED),
    0x8F25: (DutyCycleState.REGULATED, DutyCycleState.CRITICAL),
}
"""The threshold that an alert is about, and the way it was crossed (BR18)."""


class ScanTrigger(StrEnum):
    """What asked for a sub GHz channel scan (DUIS)."""

    REMOTE_PARTY_COMMAND = "remote_party_command"
    GSME_REQUEST = "gsme_request"
    GSME_MISSED_CURFEW = "gsme_missed_its_curfew"
    GSME_MISSING_FOR_A_DAY = "gsme_missing_for_the_last_day"
    MESSAGE_FAILURES = "ch_detected_message_failure_problems"
    MESSAGE_RETRIES = "ch_detected_message_retry_problems"
    NON_GSME_REQUEST = "sub_ghz_non_gsme_device_request"
    HAN_FORMATION = "smhan_formation"


class ScanAnswer(StrEnum):
    """What became of a request for a channel scan (alert 0x8F28, DUIS)."""

    ACCEPTED = "scan_request_accepted"
    HHT_CONNECTED = "hht_connected"
    DUTY_CYCLE_TOO_HIGH = "duty_cycle_usage_is_too_high"
    JOINING_PERMITTED = "joining_is_currently_permitted"
    GSME_DISTRIBUTION_UNDERWAY = "gsme_ota_distribution_underway"
    TOO_MANY_SCANS_TODAY = "too_many_scans_today"
    TOO_MANY_COMMANDS_TODAY = "too_many_commands_today"
    TOO_MANY_SCANS_THIS_WEEK = "too_many_scans_this_week"
