"""The plan of a campaign: an immutable value, read from a file and named by its hash."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from hashlib import sha256
from importlib.resources import files
from typing import Final, Literal

import msgspec
from msgspec import Struct

from twin.campaign.dated import Activation
from twin.campaign.gates.terms import GateRule
from twin.campaign.mistakes import PlanMistake as PlanMistake
from twin.campaign.pacing import Pace
from twin.campaign.plan_checks import mistakes_in
from twin.campaign.policy import Policy as Policy
from twin.campaign.ramps import Ramp
from twin.campaign.selecting import Selection as Selection
from twin.campaign.toml_lines import line_of
from twin.campaign.toml_plans import read_toml
from twin.campaign.windows import Window
from twin.campaign.yaml_plans import read_yaml
from twin.ids import Actor, CampaignId, FirmwareVersion, ModelId, SupplierId
from twin.vocabulary import CspRegion, DeviceType, EndBehaviour

SHIPPED: Final = ("lcp-hubs.toml", "lcp-meters.toml")
"""The default programme in the order in which its campaigns run."""
PLAN_TEXT_MAX: Final = 48_000
"""Characters of a plan that still travels on the log (`PlanText`)."""


class PlannedWave(
    Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """One wave: whom it takes, its pace, and when the plan wants it done.

    It takes a `count` of the devices of its strata (none named: of all), or the next `share` of
    those that no count takes, or with `rest` all that earlier waves left. A release is spread
    evenly over `release_days` (0: at once), and held back by a `ramp` until enough are confirmed;
    success may not be declared before `soak_days` have passed since the last of it, or, where a
    plan says `soak_after`, since so many of the wave were confirmed (all, if no more are open).
    """

    name: str
    count: int | None = None
    share: float = 0.0
    rest: bool = False
    regions: tuple[CspRegion, ...] = ()
    suppliers: tuple[SupplierId, ...] = ()
    models: tuple[ModelId, ...] = ()
    release_days: int
    soak_days: int
    soak_after: int | None = None
    ramp: Ramp | None = None
    planned_from: date
    planned_to: date


class Plan(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A whole campaign, of what was installed before a day (None: of whatever is installed).

    `author` may not approve it, unless it says that it needs no approval. `on_reject` is what a
    wave's bad gate does. What is not finished at the end of `ends_on` goes by `end_behaviour`.
    Releases keep to `pacing`, and within `windows` where there are some. A plan that `rolls_back`
    another campaign brings each model in `targets` to the version there; all others bring the
    newest. Where there is an `activation`, devices act at its time and not at once. With
    `hubs_first` a meter waits for the hub of its home (`twin.campaign.hubs`).
    """

    campaign_id: CampaignId
    title: str
    device_type: DeviceType
    starts_on: date
    installed_before: date | None = None
    author: Actor = "programme-planner"
    approval_required: bool = True
    after: CampaignId | None = None
    rolls_back: CampaignId | None = None
    targets: dict[ModelId, FirmwareVersion] | None = None
    submitted_on: date | None = None
    ends_on: date | None = None
    end_behaviour: EndBehaviour = EndBehaviour.LET_RUN
    on_reject: Literal["hold", "abort"] = "hold"
    priority: int = 0
    hubs_first: bool = False
    selection: Selection = Selection()
    pacing: Pace | None = None
    windows: tuple[Window, ...] = ()
    activation: Activation | None = None
    gate: GateRule
    policy: Policy
    waves: tuple[PlannedWave, ...]

    @property
    def submitted_at(self) -> datetime:
        """When the plan was handed in: the first moment (UTC) of its day."""
        return datetime.combine(self.submitted_on or self.starts_on, time.min, tzinfo=UTC)

    @property
    def installed_within(self) -> tuple[date | None, date | None]:
        """From which day of installation on, and before which, devices are selected."""
        return self.selection.first_day, self.selection.day_after(self.installed_before)

    @property
    def is_counted(self) -> bool:
        """Whether some wave takes a number of devices, so that lots must be drawn."""
        return any(wave.count is not None for wave in self.waves)

    @property
    def is_paced(self) -> bool:
        """Whether releases are counted against a pace, a ramp or open time, cell by cell."""
        paced = self.pacing is not None or any(wave.ramp is not None for wave in self.waves)
        return paced or bool(self.windows)


def read_plan(
    text: str, *, form: Literal["toml", "yaml"] = "toml"
) -> Plan | tuple[PlanMistake, ...]:
    """The plan of a TOML or YAML text, or every mistake in it in order of lines."""
    tables = read_yaml(text) if form == "yaml" else read_toml(text)
    if isinstance(tables, PlanMistake):
        return (tables,)
    raw, lines = tables
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


def content_hash(plan: Plan) -> str:
    """SHA-256 of what a plan does: its canonical JSON without its two names, id and title."""
    nameless = msgspec.structs.replace(plan, campaign_id="", title="")
    return sha256(plan_text(nameless).encode()).hexdigest()


def shipped_plans() -> tuple[Plan, ...]:
    """The default programme: all installed hubs first, then electricity meters (paragraph 31)."""
    return tuple(_shipped(name) for name in SHIPPED)


def _shipped(name: str) -> Plan:
    text = (files("twin.campaign") / "plans" / name).read_text(encoding="utf-8")
    plan = read_plan(text)
    if not isinstance(plan, Plan):
        raise RuntimeError(f"{name} line {plan[0].line}: {plan[0].sentence}")
    return plan
