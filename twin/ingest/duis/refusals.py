"""Why a document is refused: a closed list of causes, and a sentence without its own text."""

from enum import StrEnum

from msgspec import Struct


class Cause(StrEnum):
    """The first thing that is wrong with a document."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NUL_BYTE = "nul_byte"
    ENCODING = "encoding"
    DTD = "dtd"
    ENTITY = "entity"
    MALFORMED = "malformed"
    TRUNCATED = "truncated"
    TRAILING = "trailing"
    TOO_DEEP = "too_deep"
    TOO_MANY_ELEMENTS = "too_many_elements"
    NOT_DUIS = "not_duis"
    UNKNOWN_ELEMENT = "unknown_element"
    STRAY_TEXT = "stray_text"
    REPEATED = "repeated"
    MISSING = "missing"
    VALUE = "value"
    CONTRADICTION = "contradiction"


class Refusal(Struct, frozen=True):
    """A refused document: the cause and one sentence that quotes none of it (D32).

    `element` is a name of the schema, never a name that only the document has. `line` is where
    the reader stood, 0 where it had not begun.
    """

    cause: Cause
    why: str
    element: str = ""
    line: int = 0


class Unfit(Exception):
    """Stops the parser, which can be stopped in no other way; caught where reading began."""

    def __init__(self, cause: Cause, why: str, element: str = "") -> None:
        super().__init__(why)
        self.refusal = Refusal(cause, why, element)
