"""A process as it is designed: which step may follow which, who tells it, how long it takes."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

import msgspec
from msgspec import Struct

from twin.campaign.transitions import TERMINAL, moves
from twin.events.registry import ALL_TYPES, CAMPAIGN_TYPES, short_name
from twin.vocabulary import CampaignState

ORDER: Final = (
    "install_and_commission",
    "local_pairing",
    "remote_pairing",
    "campaign",
    "firmware_of_a_device",
    "pin_reset",
    "hub_exchange",
    "decommission",
)
"""The processes of the document, by the names of their files."""


class Flow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A process as designed.

    A case begins with one of `starts` and goes by `steps` until it may end with one of `ends`.
    What is `anywhere` is told beside the flow at any time; after one of `silences` nothing more
    need come. A case that has come to no end for `longest_days` never will. `limits` are seconds
    that a step may take, by "before > after".
    """

    key: str
    name: str
    area: str
    case: str
    says: str
    sources: tuple[str, ...]
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    steps: Mapping[str, tuple[str, ...]]
    told_by: Mapping[str, tuple[str, ...]]
    longest_days: int
    anywhere: tuple[str, ...] = ()
    silences: tuple[str, ...] = ()
    limits: Mapping[str, int] = {}

    @property
    def activities(self) -> tuple[str, ...]:
        """Every activity of the flow, each once."""
        after = [one for following in self.steps.values() for one in following]
        found = dict.fromkeys((*self.starts, *self.steps, *after, *self.ends, *self.anywhere))
        return tuple(found)

    def reachable(self, activity: str) -> frozenset[str]:
        """What may come after an activity, at once or later."""
        return _reachable(self, activity)

    def __hash__(self) -> int:
        """Flows are told apart by their keys."""
        return hash(self.key)


@cache
def _reachable(flow: Flow, activity: str) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(flow.steps.get(activity, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += flow.steps.get(one, ())
    return frozenset(found)


@cache
def flows() -> dict[str, Flow]:
    """Every process by its key, in the order of the document.

    Raises:
        msgspec.ValidationError: a file lacks something or says too much.
    """
    return {key: _campaign() if key == "campaign" else _read(key) for key in ORDER}


def cases_of(flow: Flow) -> str:
    """The query that gives the steps of a process's cases."""
    path = files("twin.evidence.processes").joinpath(f"cases/{flow.key}.sql")
    return path.read_text(encoding="utf-8")


def events_of(flow: Flow) -> tuple[str, ...]:
    """The event types that the steps of a process are, by their short names."""
    steps = {activity.split(" ")[0] for activity in flow.activities}
    return tuple(name for name in map(short_name, ALL_TYPES) if name.partition(".")[2] in steps)


def _read(key: str) -> Flow:
    path = files("twin.evidence.processes").joinpath(f"flows/{key}.toml")
    return msgspec.convert({"key": key, **tomllib.loads(path.read_text("utf-8"))}, Flow)


def _campaign() -> Flow:
    """The decisions of a campaign, from the table that campaigns decide by."""
    moving = {short_name(move.fact.TYPE).partition(".")[2] for move in moves()}
    names = [short_name(name).partition(".")[2] for name in CAMPAIGN_TYPES]
    ends = {
        short_name(move.fact.TYPE).partition(".")[2] for move in moves() if move.after in TERMINAL
    }
    return Flow(
        key="campaign",
        name="Firmware campaign, its decisions",
        area="Manage Device",
        case="a campaign",
        says="A plan is submitted, its membership frozen, approved and started; waves are "
        "released, held and resumed by their gates or by people, until the campaign ends.",
        sources=("§29", "§30", "§31", "BR05"),
        # a draft is a plan that was handed in and refused: no case begins with what ends one
        starts=tuple(sorted(_facts_from(CampaignState.DRAFT) - ends)),
        ends=tuple(sorted(ends)),
        steps={before: after for before, after in _campaign_steps() if after},
        told_by={name: ("twin",) for name in names},
        longest_days=730,
        anywhere=tuple(name for name in names if name not in moving),
    )


def _campaign_steps() -> Iterator[tuple[str, tuple[str, ...]]]:
    for move in dict.fromkeys(moves()):
        name = short_name(move.fact.TYPE).partition(".")[2]
        yield name, tuple(sorted(_facts_from(move.after)))


def _facts_from(state: CampaignState) -> set[str]:
    return {
        short_name(move.fact.TYPE).partition(".")[2] for move in moves() if move.before is state
    }
