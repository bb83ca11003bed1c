"""What a rule says: granted, or refused with the rule and the reason."""

from typing import Final, TypeAlias

from msgspec import Struct


class Refusal(Struct, frozen=True):
    """A request or act that a rule refuses; `why` is a sentence and never quotes a secret."""

    rule: str
    why: str


class Granted(Struct, frozen=True):
    """Nothing stands against it."""


GRANTED: Final = Granted()
Answer: TypeAlias = Granted | Refusal


def unless(*, broken: bool, rule: str, why: str) -> Answer:
    """Granted, unless the rule is broken."""
    return Refusal(rule, why) if broken else GRANTED


def first_refusal(*answers: Answer) -> Answer:
    """The first refusal of several answers, in their order; granted where there is none."""
    return next((answer for answer in answers if isinstance(answer, Refusal)), GRANTED)
