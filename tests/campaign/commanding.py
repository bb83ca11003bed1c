"""Every command with all that it needs, as an operator would give it."""

from typing import Any, Final, get_args

from msgspec.structs import replace

from tests.campaign.campaign_samples import (
    BAD_MODEL,
    HASH,
    OTHER,
    PLAN,
    C,
    S,
    command,
    count,
    counts_of,
)
from tests.campaign.spec import Spec
from twin.campaign.commands import Command
from twin.events.programme import CommandName
from twin.vocabulary import CspRegion

COMMANDS: Final[tuple[CommandName, ...]] = get_args(CommandName)
REVISED: Final = replace(PLAN, title="hubs, second thoughts")
COUNTS: Final = counts_of({1: count(100, requested=70, confirmed=20, retrying=5), 2: count(900)})
"""70 in flight, 5 that wait for another attempt."""
NEEDS: Final[dict[CommandName, dict[str, Any]]] = {
    "submit": {"plan": PLAN},
    "revise": {"plan": REVISED},
    "approve": {"plan_hash": HASH},
    "deny": {"plan_hash": HASH},
    "exclude": {"model": BAD_MODEL},
    "supersede": {"by": OTHER},
    "upstream": {"region": CspRegion.NORTH},
}


def whole(name: CommandName, nth: int = 1, **changes: Any) -> Command:
    """A command with what it needs."""
    return command(name, nth, **{**NEEDS.get(name, {}), **changes})


def told(spec: Spec, name: CommandName, nth: int = 1, **changes: Any) -> Spec:
    """A command with what it needs, on known counts and beside another campaign."""
    spec.others = {OTHER: S.READY, C: S.RUNNING}
    return spec.command(whole(name, nth, **changes), counts=COUNTS)
