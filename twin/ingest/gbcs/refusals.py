"""Why octets or text are no message that can be read: named causes, and never their content."""

from enum import StrEnum

from msgspec import Struct


class Cause(StrEnum):
    """Why something was refused, each the name of one check."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_HEXADECIMAL = "not_hexadecimal"
    ODD_DIGITS = "odd_digits"
    NOT_GBCS = "not_gbcs"
    BLOCK_TRANSFER = "block_transfer"
    TRUNCATED = "truncated"
    TRAILING = "trailing"
    LENGTH = "length"
    HEADER = "header"
    KIND = "kind"
    OTHER_INFORMATION = "other_information"
    SIGNATURE = "signature"
    DATE_TIME = "date_time"
    PAYLOAD = "payload"
    TOO_DEEP = "too_deep"


class Unreadable(Struct, frozen=True):
    """A refusal: the cause and one sentence that holds nothing of what was refused (D32)."""

    cause: Cause
    why: str


class OctetFault(Exception):
    """Raised inside this package where octets break off or contradict their own lengths.

    It never leaves it: `read_message` and `messages_in` return it as an `Unreadable`.
    """

    def __init__(self, cause: Cause, why: str) -> None:
        super().__init__(why)
        self.cause = cause
        self.why = why


class OtherShape(Exception):
    """Raised inside this package where a payload is well formed and yet not as its use case says.

    `read_message` then tells code, name and length of the message, and guesses nothing.
    """
