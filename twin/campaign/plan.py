"""The plan of a campaign: an immutable value, read from a TOML file and named by its hash."""

import re
import tomllib
from datetime import UTC, date, datetime, time
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from itertools import accumulate
from typing import Final

import msgspec
from msgspec import Struct

from twin.campaign.plan_checks import mistakes_in
from twin.campaign.toml_lines import line_of, lines_of
from twin.vocabulary import DeviceType

SHIPPED: Final = ("lcp-hubs.toml", "lcp-meters.toml")
"""The default programme in the order in which its campaigns run."""


class PlannedWave(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One wave: its share of the rank scale, its pace, and when the plan wants it done.

    A release is spread evenly over `release_days` (0: at once); success may not be declared
    before `soak_days` have passed since the last of it.
    """

    name: str
    share: float
    release_days: int
    soak_days: int
    planned_from: date
    planned_to: date


class GateRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Thresholds of a wave's gate, as shares 0 to 1 and as a count of settled devices."""

    success_at_least: float
    errors_above: float
    evidence_at_least: int
    settled_at_least: float


class Policy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one execution is followed: days since its request, and attempts."""

    follow_up_days: int
    attempts_max: int
    read_after_days: int


class Plan(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole campaign; `installed_before` says which devices obligation (ii) is about."""

    campaign_id: str
    title: str
    device_type: DeviceType
    starts_on: date
    installed_before: date
    after: str | None = None
    submitted_on: date | None = None
    gate: GateRule
    policy: Policy
    waves: tuple[PlannedWave, ...]

    @property
    def submitted_at(self) -> datetime:
        """When the plan was handed in: the first moment (UTC) of its day."""
        return datetime.combine(self.submitted_on or self.starts_on, time.min, tzinfo=UTC)

    @property
    def edges(self) -> tuple[float, ...]:
        """Where each wave ends on the rank scale; the last ends at 1 exactly."""
        return _edges(tuple(wave.share for wave in self.waves))


class PlanMistake(Struct, frozen=True):
    """One thing that is wrong with a plan file: where, and what, in one sentence."""

    line: int
    sentence: str


def read_plan(text: str) -> Plan | tuple[PlanMistake, ...]:
    """The plan of a TOML text, or every mistake in it in order of lines."""
    try:
        raw = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return (_unreadable(text, error),)
    lines = lines_of(text)
    mistakes = [
        PlanMistake(line_of(path, lines=lines), sentence) for path, sentence in mistakes_in(raw)
    ]
    if mistakes:
        return tuple(sorted(mistakes, key=lambda mistake: mistake.line))
    return msgspec.convert(raw, Plan)


def plan_hash(plan: Plan) -> str:
    """SHA-256 of the plan's canonical JSON, in hex; approval and commands name it."""
    return sha256(msgspec.json.encode(plan, order="sorted")).hexdigest()


def shipped_plans() -> tuple[Plan, ...]:
    """The default programme: all installed hubs first, then electricity meters (paragraph 31)."""
    return tuple(_shipped(name) for name in SHIPPED)


def _shipped(name: str) -> Plan:
    text = (files("twin.campaign") / "plans" / name).read_text(encoding="utf-8")
    plan = read_plan(text)
    if not isinstance(plan, Plan):
        raise RuntimeError(f"{name} line {plan[0].line}: {plan[0].sentence}")
    return plan


@lru_cache(maxsize=256)
def _edges(shares: tuple[float, ...]) -> tuple[float, ...]:
    return (*list(accumulate(shares))[:-1], 1.0)


def _unreadable(text: str, error: ValueError | RecursionError) -> PlanMistake:
    """What `tomllib` says, with its line; it counts the end of the text as the last line."""
    said = str(error)
    place = re.search(r"\(at line (\d+), column \d+\)|\(at end of document\)", said)
    if place is None:
        return PlanMistake(1, "the text is not TOML that can be read.")
    line = int(place[1]) if place[1] else text.rstrip("\n").count("\n") + 1
    what = said[: place.start()].strip()
    return PlanMistake(line, f"the text is not TOML here: {what[:1].lower()}{what[1:]}.")
