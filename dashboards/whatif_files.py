"""A what-if question as files: what a planner turned, written as `twin whatif` would read it."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.pacing import Pace
from twin.campaign.plan import Plan, PlannedWave, shipped_plans
from twin.whatif.reading import Question, read_question

SCENARIO: Final = "scenario.toml"
HUBS: Final = "LCP-HUBS"
METERS: Final = "LCP-METERS"


class Knobs(Struct, frozen=True, kw_only=True):
    """What a planner may turn; the defaults are the programme that ships with the twin.

    `canary` is the share of the first wave, `soak` its days for every wave, `pace` the devices a
    day of each campaign (0: no limit), `tolerance` and `alpha` those of the gates (shares).
    `hubs_first` lets the meters wait for the hubs. `bad_image`: `programme` is the one incident of
    the emulated fleet, `none` none, `all` an image that fails on a tenth of the meters.
    """

    name: str = "my-plan"
    premises: int = 10_000
    seed: int = 1
    starts: date = date(2016, 7, 1)
    ends: date = date(2018, 7, 1)
    canary: float = 0.02
    soak: int = 3
    pace: int = 0
    tolerance: float = 0.08
    alpha: float = 0.05
    hubs_first: bool = True
    bad_image: str = "programme"
    option: int = 3
    pin: str = "none"
    hold_days: int = 1


BAD_IMAGES: Final[Mapping[str, list[dict[str, Any]] | None]] = {
    "programme": None,
    "none": [],
    "all": [{"device_type": "ESME", "failed_share": 1.0, "share": 0.1}],
}


def files_of(knobs: Knobs) -> dict[str, bytes]:
    """The scenario and its plans as files, by name."""
    plans = {f"{plan.campaign_id.lower()}.toml": _turned(plan, knobs) for plan in shipped_plans()}
    scenario: dict[str, Any] = {
        "name": knobs.name,
        "title": "Built on the page of what-if",
        "seed": knobs.seed,
        "option": knobs.option,
        "pin_intervention": knobs.pin,
        "plans": list(plans),
        "fleet": {"premises": knobs.premises},
        "horizon": {"from": knobs.starts, "to": knobs.ends},
        "hold": {"answer": "exclude_model", "after_days": knobs.hold_days},
    }
    bad = BAD_IMAGES[knobs.bad_image]
    if bad is not None:
        scenario["bad_images"] = bad
    texts = {SCENARIO: toml(scenario), **{name: toml(_raw(p)) for name, p in plans.items()}}
    return {name: text.encode() for name, text in texts.items()}


def question_of_files(given: Mapping[str, bytes]) -> Question:
    """The question of the files, read as the command line reads it.

    Raises:
        ScenarioRefused: something is wrong; every mistake names file, line and what would be right.
    """
    with TemporaryDirectory() as folder:
        for name, content in given.items():
            (Path(folder) / name).write_bytes(content)
        return read_question(Path(folder) / SCENARIO)


def ready_names() -> tuple[str, ...]:
    """The scenarios that come with the twin, by name."""
    return tuple(sorted(path.stem for path in _ready().glob("*.toml")))


def ready_files(ready: str, *, name: str, premises: int, seed: int) -> dict[str, bytes]:
    """A ready scenario with its plans under a name, on so many premises and with another luck.

    Raises:
        KeyError: there is none of that name.
    """
    if ready not in ready_names():
        raise KeyError(ready)
    text = (_ready() / f"{ready}.toml").read_text(encoding="utf-8")
    raw = tomllib.loads(text)
    raw |= {"name": name, "seed": seed}
    raw["fleet"] = {**raw.get("fleet", {}), "premises": premises}
    plans = {path: (_ready() / path).read_bytes() for path in raw.get("plans", ())}
    if plans:
        raw["plans"] = [Path(path).name for path in plans]
    return {SCENARIO: toml(raw).encode(), **{Path(p).name: text for p, text in plans.items()}}


def _ready() -> Path:
    return Path(str(files("twin.whatif") / "questions" / "scenarios"))


def sampled(question: Question, *, share: float) -> Question:
    """The same question on a share of its premises."""
    return replace(question, scenario=replace(question.scenario, sample=share))


def _turned(plan: Plan, knobs: Knobs) -> Plan:
    good = min(plan.gate.accept_good, knobs.tolerance)
    gate = replace(plan.gate, errors_above=knobs.tolerance, alpha=knobs.alpha, accept_good=good)
    waves = tuple(_turned_wave(n, wave, knobs) for n, wave in enumerate(plan.waves))
    after = HUBS if knobs.hubs_first and plan.campaign_id == METERS else None
    turned = replace(plan, gate=gate, waves=waves, after=after)
    if knobs.pace:
        turned = replace(turned, pacing=Pace(per_day=knobs.pace))
    return turned


def _turned_wave(number: int, wave: PlannedWave, knobs: Knobs) -> PlannedWave:
    """The first wave takes the canary's share; all soak alike."""
    turned = replace(wave, soak_days=knobs.soak)
    return turned if number else replace(turned, share=knobs.canary)


def _raw(plan: Plan) -> dict[str, Any]:
    """A plan as plain values: dates stay dates, what is left out stays out."""
    raw: dict[str, Any] = msgspec.to_builtins(plan, builtin_types=(date,))
    return raw


def toml(raw: Mapping[str, Any]) -> str:
    """Plain values as TOML: scalars first, then tables, then lists of tables."""
    return "\n".join(_lines(raw, ())) + "\n"


def _lines(raw: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    held = {key: value for key, value in raw.items() if value is not None}
    tables = {key: value for key, value in held.items() if _is_table(value)}
    yield from (f"{key} = {_scalar(v)}" for key, v in held.items() if key not in tables)
    for key, value in tables.items():
        here = (*path, key)
        if isinstance(value, Mapping):
            yield f"\n[{'.'.join(here)}]"
            yield from _lines(value, here)
        else:
            for one in value:
                yield f"\n[[{'.'.join(here)}]]"
                yield from _lines(one, here)


def _is_table(value: object) -> bool:
    if isinstance(value, Mapping):
        return True
    return isinstance(value, Sequence) and bool(value) and isinstance(value[0], Mapping)


def _scalar(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return msgspec.json.encode(value).decode()
        case date():
            return value.isoformat()
        case list() | tuple():
            return f"[{', '.join(map(_scalar, value))}]"
        case _:
            return str(value)
