"""What an answer to a campaign command means, in one sentence for the operator."""

from typing import Final

from twin.campaign.commands import Command
from twin.events.programme import CommandAnswered

SENTENCES: Final = {
    "done": "done",
    "already_so": "it is so already, nothing was changed",
    "stale_version": "the campaign has moved on; look at it again, then decide anew",
    "unknown_campaign": "no such campaign is known; `twin campaign list` names them",
    "wrong_state": "the state of the campaign does not allow it",
    "other_plan": "the plan was not named by its hash, or another plan stands; see `show`",
    "wrong_role": "the role may not command that",
    "own_plan": "an author may not approve the own plan",
    "no_plan": "no plan came with it",
    "plan_not_sound": "the plan does not pass its checks; `twin campaign plan FILE` names them",
    "same_plan": "the plan is the one that stands already",
    "campaign_known": "a campaign of this id is known with another plan; revise it instead",
    "no_successor": "the campaign that is to take over is not known",
    "no_model": "no model was named",
    "no_region": "no region was named",
    "duplicate_plan": "another campaign has the same plan under its own name; look at "
    "`twin campaign list`, and say --force-duplicate if both are meant",
}


def sentence(command: Command, answer: CommandAnswered) -> str:
    """The answer in one line: what was asked of which campaign, and what came of it."""
    left = "" if answer.in_flight is None else f", {answer.in_flight:,} in flight go on"
    return (
        f"{command.campaign_id} {command.command}: {answer.answer}, "
        f"{SENTENCES[answer.why]}{left} (version {answer.version})"
    )
