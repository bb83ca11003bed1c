"""The plan of a campaign: an immutable value, read from a TOML file and named by its hash."""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from hashlib import sha256
from importlib.resources import files
from typing import Final, Literal

import msgspec
from msgspec import Struct

from twin.campaign.gates.terms import GateRule
from twin.campaign.pacing import Pace
from twin.campaign.plan_checks import mistakes_in
from twin.campaign.ramps import Ramp
from twin.campaign.toml_lines import line_of, lines_of
from twin.campaign.windows import Window
from twin.ids import Actor, CampaignId, ModelId, SupplierId
from twin.vocabulary import CspRegion, DeviceType, EndBehaviour, HubVariant

SHIPPED: Final = ("lcp-hubs.toml", "lcp-meters.toml")
"""The default programme in the order in which its campaigns run."""
QUARANTINE_AFTER: Final = 3
QUARANTINE_DAYS: Final = 30
"""After how many failed attempts in a row a device is left alone, and how long, unless a plan
says otherwise: ours, there is no published value."""
PLAN_TEXT_MAX: Final = 48_000
"""Characters of a plan that still travels on the log (`PlanText`)."""


class PlannedWave(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """One wave: whom it takes, its pace, and when the plan wants it done.

    It takes the next `share` of the devices of its strata (none named: of all), or with `rest`
    all that earlier waves left. A release is spread evenly over `release_days` (0: at once), and
    held back by a `ramp` until enough are confirmed; success may not be declared before
    `soak_days` have passed since the last of it.
    """

    name: str
    share: float = 0.0
    rest: bool = False
    regions: tuple[CspRegion, ...] = ()
    suppliers: tuple[SupplierId, ...] = ()
    models: tuple[ModelId, ...] = ()
    release_days: int
    soak_days: int
    ramp: Ramp | None = None
    planned_from: date
    planned_to: date


class Selection(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Which devices of the plan's type it is about; what is left empty selects all."""

    regions: tuple[CspRegion, ...] = ()
    suppliers: tuple[SupplierId, ...] = ()
    models: tuple[ModelId, ...] = ()
    hub_variants: tuple[HubVariant, ...] = ()


class Policy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """How one execution is followed: days since its request, and attempts.

    A device that told of its activation has `confirm_days` since then to be read (None: as long
    as the follow-up). One whose attempts failed `quarantine_after` times in a row, in whatever
    campaigns, is left alone for `quarantine_days` after the last.
    """

    follow_up_days: int
    attempts_max: int
    read_after_days: int
    confirm_days: int | None = None
    quarantine_after: int = QUARANTINE_AFTER
    quarantine_days: int = QUARANTINE_DAYS


class Plan(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A whole campaign; `installed_before` says which devices obligation (ii) is about.

    `author` may not approve it, unless it says that it needs no approval. `on_reject` is what a
    wave's bad gate does. What is not finished at the end of `ends_on` goes by `end_behaviour`.
    Releases keep to `pacing`, and within `windows` where there are some.
    """

    campaign_id: CampaignId
    title: str
    device_type: DeviceType
    starts_on: date
    installed_before: date
    author: Actor = "programme-planner"
    approval_required: bool = True
    after: CampaignId | None = None
    submitted_on: date | None = None
    ends_on: date | None = None
    end_behaviour: EndBehaviour = EndBehaviour.LET_RUN
    on_reject: Literal["hold", "abort"] = "hold"
    priority: int = 0
    selection: Selection = Selection()
    pacing: Pace | None = None
    windows: tuple[Window, ...] = ()
    gate: GateRule
    policy: Policy
    waves: tuple[PlannedWave, ...]

    @property
    def submitted_at(self) -> datetime:
        """When the plan was handed in: the first moment (UTC) of its day."""
        return datetime.combine(self.submitted_on or self.starts_on, time.min, tzinfo=UTC)

    @property
    def is_paced(self) -> bool:
        """Whether releases are counted against a pace, a ramp or open time, cell by cell."""
        paced = self.pacing is not None or any(wave.ramp is not None for wave in self.waves)
        return paced or bool(self.windows)


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
    plan = msgspec.convert(raw, Plan)
    if len(plan_text(plan)) > PLAN_TEXT_MAX:
        return (PlanMistake(1, f"a plan must not be longer than {PLAN_TEXT_MAX:,} characters."),)
    return plan


def sound(raw: Mapping[str, object]) -> bool:
    """Whether the tables of a plan, as a file would have them, have no mistake."""
    return not mistakes_in(raw)


def plan_text(plan: Plan) -> str:
    """The plan as canonical JSON, which travels on the log; `plan_of_text` reads it back.

    What a plan leaves to its default is left out, so that a key more changes no hash.
    """
    return msgspec.json.encode(plan, order="sorted").decode()


def plan_of_text(text: str) -> Plan:
    """The plan of a `plan_text`.

    Raises:
        msgspec.DecodeError: the text is no plan.
    """
    return msgspec.json.decode(text, type=Plan)


def plan_hash(plan: Plan) -> str:
    """SHA-256 of the plan's canonical JSON, in hex; approval and commands name it."""
    return sha256(plan_text(plan).encode()).hexdigest()


def shipped_plans() -> tuple[Plan, ...]:
    """The default programme: all installed hubs first, then electricity meters (paragraph 31)."""
    return tuple(_shipped(name) for name in SHIPPED)


def _shipped(name: str) -> Plan:
    text = (files("twin.campaign") / "plans" / name).read_text(encoding="utf-8")
    plan = read_plan(text)
    if not isinstance(plan, Plan):
        raise RuntimeError(f"{name} line {plan[0].line}: {plan[0].sentence}")
    return plan


def _unreadable(text: str, error: ValueError | RecursionError) -> PlanMistake:
    """What `tomllib` says, with its line; it counts the end of the text as the last line."""
    said = str(error)
    place = re.search(r"\(at line (\d+), column \d+\)|\(at end of document\)", said)
    if place is None:
        return PlanMistake(1, "the text is not TOML that can be read.")
    line = int(place[1]) if place[1] else text.rstrip("\n").count("\n") + 1
    what = said[: place.start()].strip()
    return PlanMistake(line, f"the text is not TOML here: {what[:1].lower()}{what[1:]}.")
