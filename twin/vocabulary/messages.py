"""Messages of the real feed: what they are."""

from enum import StrEnum


class MessageKind(StrEnum):
    """The CRA flag: what a message is."""

    COMMAND = "command"
    RESPONSE = "response"
    ALERT = "alert"
