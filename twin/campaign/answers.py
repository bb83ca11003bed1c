"""What a command comes to: the answer, its reason, and the facts it makes."""

from typing import Final, Literal, TypeAlias

from msgspec import Struct

from twin.events.registry import CampaignFact

Answer: TypeAlias = Literal["ACCEPTED", "NOOP", "CONFLICT", "REFUSED"]
Why: TypeAlias = Literal[
    "done",
    "already_so",
    "stale_version",
    "unknown_campaign",
    "wrong_state",
    "other_plan",
    "wrong_role",
    "own_plan",
    "no_plan",
    "plan_not_sound",
    "same_plan",
    "campaign_known",
    "no_successor",
    "no_model",
]


class Reply(Struct, frozen=True):
    """The answer to a command, why, and the facts that it makes."""

    answer: Answer
    why: Why
    facts: tuple[CampaignFact, ...] = ()


ALREADY: Final = Reply("NOOP", "already_so")
WRONG_STATE: Final = Reply("REFUSED", "wrong_state")
WRONG_ROLE: Final = Reply("REFUSED", "wrong_role")


def done(fact: CampaignFact) -> Reply:
    """A command is carried out, and this is its fact."""
    return Reply("ACCEPTED", "done", (fact,))


def refused(why: Why) -> Reply:
    """A command is refused."""
    return Reply("REFUSED", why)
