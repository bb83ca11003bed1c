"""The words of the field, as enumerations: the word of the specification wins (docs/glossary)."""

from enum import StrEnum


class DeviceType(StrEnum):
    """Kinds of device on the home area network (DUIS DeviceType)."""

    CHF = "CHF"
    GPF = "GPF"
    ESME = "ESME"
    GSME = "GSME"
    IHD = "IHD"
    PPMID = "PPMID"
    HCALCS = "HCALCS"
    CAD = "CAD"


class DeviceStatus(StrEnum):
    """Inventory status of a device (DUIS DeviceStatus), as far as the spine uses it."""

    INSTALLED_NOT_COMMISSIONED = "InstalledNotCommissioned"
    COMMISSIONED = "Commissioned"


class HubVariant(StrEnum):
    """Single band (2.4 GHz) or dual band (2.4 GHz and 868 MHz) hub (seed paragraph 3)."""

    SINGLE_BAND = "single_band"
    DUAL_BAND = "dual_band"


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


class PremisesType(StrEnum):
    """Premises types of the install message (service request 8.14.2)."""

    DETACHED_SEMI = "detached_semi"
    TERRACED = "terraced"
    LOW_RISE = "low_rise"
    HIGH_RISE = "high_rise"


class CspRegion(StrEnum):
    """Communications regions (DUIS CSPRegion)."""

    NORTH = "North"
    CENTRAL = "Central"
    SOUTH = "South"


class GspGroup(StrEnum):
    """The 14 electricity distribution areas, by GSP group letter."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"
    H = "H"
    J = "J"
    K = "K"
    L = "L"
    M = "M"
    N = "N"
    P = "P"


class ActivationOutcome(StrEnum):
    """Failures of Activate Firmware (GBCS CS06 outcome codes 1 to 3)."""

    NO_IMAGE_HELD = "no_image_held"
    HASH_MISMATCH = "hash_mismatch"
    ACTIVATION_FAILURE = "activation_failure"


class PairingRoute(StrEnum):
    """By the consumer at the meter (Annex D) or through a DCC User (Annex C)."""

    LOCAL = "local"
    REMOTE = "remote"


class PairingChannel(StrEnum):
    """The way in: at the meter, or one of the four of Annex C."""

    AT_METER = "at_meter"
    PRE_PAIRED = "pre_paired"
    WEB_OR_APP = "web_or_app"
    PHONE = "phone"
    POST = "post"


class CodeFault(StrEnum):
    """Why an install code was rejected: the first failing check (BR01)."""

    LENGTH = "length"
    NON_DIGIT = "non_digit"
    RANGE = "range"
    CRC = "crc"


class PairingFault(StrEnum):
    """Why a pairing failed."""

    NOT_CAPABLE = "not_capable"
    PIN_REFUSED = "pin_refused"
    CODE_REJECTED = "code_rejected"
    WINDOW_EXPIRED = "window_expired"
    DEVICE_LOG_FULL = "device_log_full"
    NO_LINK_CAPACITY = "no_link_capacity"
    NO_CBKE_RESPONSE = "no_cbke_response"


class PairingStage(StrEnum):
    """Where a consumer gave up (Annex D's steps)."""

    PIN_PROMPT = "pin_prompt"
    PAIRING_MODE = "pairing_mode"
    CODE_ENTRY = "code_entry"
    JOIN = "join"


class PinClass(StrEnum):
    """How guessable a Privacy PIN is; the value itself never leaves the meter (BR10)."""

    TOP_1 = "top_1"
    TOP_20 = "top_20"
    OTHER = "other"


class PinClearedBy(StrEnum):
    """Cleared by the consumer at the meter, or remotely by service request 3.5."""

    CONSUMER = "consumer"
    DCC_USER = "dcc_user"


class PinPurpose(StrEnum):
    """What the Privacy PIN was asked for (paragraph 32)."""

    PAIRING = "pairing"
    PROTECTED_DISPLAY = "protected_display"


class ExecutionState(StrEnum):
    """States of one device in one campaign, in the words of the rollout specification."""

    REQUESTED = "REQUESTED"
    AT_HUB = "AT_HUB"
    VERIFIED = "VERIFIED"
    ACTIVATION_REQUESTED = "ACTIVATION_REQUESTED"
    ACTIVATED_UNCONFIRMED = "ACTIVATED_UNCONFIRMED"
    ACTIVATED = "ACTIVATED"
    CONFIRMED = "CONFIRMED"
    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"


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
