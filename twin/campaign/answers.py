"""What a command comes to: the answer, its reason, and the facts it makes."""

from typing import Final

from msgspec import Struct

from twin.events.operators import Answer, AnswerWhy
from twin.events.registry import CampaignFact


class Reply(Struct, frozen=True):
    """The answer to a command, why, and the facts that it makes."""

    answer: Answer
    why: AnswerWhy
    facts: tuple[CampaignFact, ...] = ()


ALREADY: Final = Reply("NOOP", "already_so")
WRONG_STATE: Final = Reply("REFUSED", "wrong_state")
WRONG_ROLE: Final = Reply("REFUSED", "wrong_role")


def done(fact: CampaignFact) -> Reply:
    """A command is carried out, and this is its fact."""
    return Reply("ACCEPTED", "done", (fact,))


def refused(why: AnswerWhy) -> Reply:
    """A command is refused."""
    return Reply("REFUSED", why)
