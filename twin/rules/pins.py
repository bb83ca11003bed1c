"""The Privacy PIN: when it is asked for, and what the DCC may do about it (paragraphs 32 to 34)."""

from enum import StrEnum
from typing import Final

from twin.rules.access import check_request
from twin.rules.marks import rule
from twin.rules.refusal import Answer, unless
from twin.vocabulary import PinClass, PinIntervention, PinPurpose, Role

PIN_DIGITS: Final = 4
GENERIC: Final = frozenset({PinClass.TOP_1, PinClass.TOP_20})
"""Classes of PINs that many choose, as 1234 (paragraph 33)."""


class RemotePinAct(StrEnum):
    """What somebody may want to do to a Privacy PIN from afar."""

    SET = "set"
    READ = "read"
    CHANGE = "change"
    DISABLE = "disable"


@rule("BR09")
def pin_prompt(*, pin_set: bool, purpose: PinPurpose) -> bool:
    """Whether the meter asks for the PIN before a protected function: only if one is set.

    All three purposes are protected, local pairing among them (paragraph 32).
    """
    return pin_set and purpose in PinPurpose


@rule("BR09")
def pin_opens(*, pin_set: bool, accepted: bool | None) -> Answer:
    """Whether a protected function opens; `accepted` is None where no PIN was entered."""
    return unless(
        broken=pin_set and accepted is not True,
        rule="BR09",
        why="a Privacy PIN is set and the right one was not entered",
    )


@rule("BR09")
def check_pin_length(*, length: int) -> Answer:
    """A Privacy PIN has four digits; only their number is looked at (BR10)."""
    return unless(
        broken=length != PIN_DIGITS, rule="BR09", why=f"a Privacy PIN has {PIN_DIGITS} digits"
    )


@rule("BR09")
def check_pin_choice(*, pin_class: PinClass, intervention: PinIntervention) -> Answer:
    """The consumer's choice of a PIN stands, unless a deny list is tried out (question Q9)."""
    return unless(
        broken=intervention is PinIntervention.DENY_LIST and pin_class in GENERIC,
        rule="BR09",
        why="the PIN is one of those that most people choose",
    )


@rule("BR10")
def check_remote_pin_act(*, role: Role, wanted: RemotePinAct) -> Answer:
    """From afar a PIN can be disabled by a supplier (3.5), and nothing else: no request exists."""
    if wanted is not RemotePinAct.DISABLE:
        return unless(
            broken=True,
            rule="BR10",
            why=f"no service request can {wanted.value} a Privacy PIN",
        )
    return check_request(role=role, reference="3.5")
