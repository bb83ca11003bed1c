"""Pairing, joining and device logs: the words of Annexes C and D and of GBCS."""

from enum import StrEnum


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

    NOT_OFFERED = "not_offered"
    NOT_CAPABLE = "not_capable"
    PIN_REFUSED = "pin_refused"
    CODE_REJECTED = "code_rejected"
    ADDRESS_NOT_CONFIRMED = "address_not_confirmed"
    WRONG_ADDRESS = "wrong_address"
    WINDOW_EXPIRED = "window_expired"
    DEVICE_LOG_FULL = "device_log_full"
    NO_LINK_CAPACITY = "no_link_capacity"
    NO_CBKE_RESPONSE = "no_cbke_response"
    JOIN_REFUSED = "join_refused"


class PairingStage(StrEnum):
    """Where a consumer gave up (Annex D's steps)."""

    PIN_PROMPT = "pin_prompt"
    PAIRING_MODE = "pairing_mode"
    CAD_CHOICE = "cad_choice"
    CODE_ENTRY = "code_entry"
    JOIN = "join"


class LogAction(StrEnum):
    """What Update HAN Device Log (8.11) asks for."""

    ADD = "add"
    REMOVE = "remove"


class LogChange(StrEnum):
    """What changed in a hub's device log (alert 0x8F12); TOLD: it is told, not what changed."""

    ADDED = "added"
    REMOVED = "removed"
    REKEYED = "rekeyed"
    RESTORED = "restored"
    TOLD = "told"


class KeySource(StrEnum):
    """Which key let a device join; the key itself is never known here (BR21)."""

    INSTALL_CODE = "install_code"
    HISTORIC = "historic"


class JoinMethod(StrEnum):
    """How two devices are joined (GBCS use case CS03)."""

    A = "A"
    B = "B"
    C = "C"


class JoinResponse(StrEnum):
    """How a join ended: response codes 0 to 13 of CS03, in their order."""

    SUCCESS = "success"
    INVALID_MESSAGE_CODE = "invalid_message_code_for_join_method_and_role"
    INVALID_METHOD_AND_ROLE = "invalid_join_method_and_role"
    INCOMPATIBLE_ENTRY = "incompatible_with_existing_entry"
    DEVICE_LOG_FULL = "device_log_full"
    WRITE_FAILURE = "write_failure"
    NO_RESOURCES = "key_agreement_no_resources"
    UNKNOWN_ISSUER = "key_agreement_unknown_issuer"
    UNSUPPORTED_SUITE = "key_agreement_unsupported_suite"
    BAD_MESSAGE = "key_agreement_bad_message"
    BAD_KEY_CONFIRM = "key_agreement_bad_key_confirm"
    INVALID_CERTIFICATE = "invalid_or_missing_certificate"
    NO_PARTNER_LINK_KEY = "no_partner_link_key_received"
    NO_CBKE_RESPONSE = "no_cbke_response"


class UnjoinResponse(StrEnum):
    """How an unjoin ended: response codes 0 to 2 of CS04, in their order."""

    SUCCESS = "success"
    NOT_IN_DEVICE_LOG = "not_in_device_log"
    OTHER_FAILURE = "other_failure"


class ModeOpenedBy(StrEnum):
    """Who opened the hub to joining."""

    CONSUMER = "consumer"
    DCC_USER = "dcc_user"


class IntruderOutcome(StrEnum):
    """What an unauthorised attempt to pair came to (paragraph 33)."""

    PAIRED = "paired"
    PIN_HELD = "pin_held"
    NOT_CAPABLE = "not_capable"
    GIVEN_UP = "given_up"
