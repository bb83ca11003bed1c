"""What is wrong with a plan, as (path, sentence) pairs: every failed check, not only the first."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from twin.campaign.count_checks import COUNT_FORM, count_mistakes
from twin.campaign.coverage import first_gap
from twin.campaign.dated import ACTIVATION_FORM, activation_mistakes
from twin.campaign.form_checks import Mistakes, in_table
from twin.campaign.forms import ABOVE_ZERO, SHARE_MIN, Form, number, text, whole
from twin.campaign.gates.checks import GATE_FORM, GATE_OPTIONAL, gate_mistakes
from twin.campaign.pace_checks import pace_mistakes
from twin.campaign.pacing import PACE_FORM
from twin.campaign.policy import (
    ON_FAILURE,
    POLICY,
    POLICY_OPTIONAL,
    cause_mistakes,
    policy_mistakes,
)
from twin.campaign.ramps import PER_DAY_MAX, RAMP_FORM
from twin.campaign.selecting import DATE as DATE
from twin.campaign.selecting import SELECTION as SELECTION
from twin.campaign.selecting import STRATA as STRATA
from twin.campaign.selecting import selection_mistakes
from twin.campaign.toml_lines import Path
from twin.campaign.way_back import TARGETS_FORM, way_back_mistakes
from twin.campaign.windows import WINDOW_FORM, window_mistakes
from twin.vocabulary import EndBehaviour

_CAMPAIGN_ID: Final = re.compile(r"[A-Z][A-Z0-9-]{1,30}")
_WAVE_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,29}")
WAVES_MAX: Final = 999
_ID: Final = (text(_CAMPAIGN_ID), "capitals, digits and hyphens such as LCP-HUBS")
_ACTOR: Final = re.compile(r"[a-z][a-z-]{1,30}")
_TITLE: Final = re.compile(r"[^\x00-\x1f]{1,100}")

ROOT: Final[Form] = {
    "campaign_id": _ID,
    "title": (text(_TITLE), "one line of 1 to 100 characters"),
    "device_type": (lambda v: v in ("CHF", "ESME", "GSME"), "CHF, ESME or GSME"),
    "starts_on": DATE,
    "gate": (lambda v: isinstance(v, dict), "a table"),
    "policy": (lambda v: isinstance(v, dict), "a table"),
    "waves": (
        lambda v: isinstance(v, list | tuple) and 1 <= len(v) <= WAVES_MAX,
        f"1 to {WAVES_MAX} tables [[waves]]",
    ),
}
OPTIONAL: Final[Form] = {
    "installed_before": DATE,
    "after": _ID,
    "rolls_back": _ID,
    "targets": TARGETS_FORM,
    "submitted_on": DATE,
    "author": (text(_ACTOR), "small letters and hyphens such as programme-planner"),
    "approval_required": (lambda v: isinstance(v, bool), "true or false"),
    "ends_on": DATE,
    "end_behaviour": (
        lambda v: isinstance(v, str) and v in list(EndBehaviour),
        "stop_releases, recall or let_run",
    ),
    "hubs_first": (lambda v: isinstance(v, bool), "true or false"),
    "on_reject": (lambda v: v in ("hold", "abort"), "hold or abort"),
    "priority": (whole(-1000, 1000), "a whole number from -1,000 to 1,000"),
    "selection": (lambda v: isinstance(v, dict), "a table"),
    "pacing": (lambda v: isinstance(v, dict), "a table"),
    "windows": (lambda v: isinstance(v, list | tuple), "tables [[windows]]"),
    "activation": (lambda v: isinstance(v, dict), "a table"),
}
WAVE_OPTIONAL: Final[Form] = {
    **COUNT_FORM,
    "share": (number(SHARE_MIN, 1), ABOVE_ZERO),
    "rest": (lambda v: v is True, "true, or left out"),
    "ramp": (lambda v: isinstance(v, dict), "a table"),
    "soak_after": (whole(1, PER_DAY_MAX), f"a whole number from 1 to {PER_DAY_MAX:,}"),
}
WAVE: Final[Form] = {
    "name": (text(_WAVE_NAME), "small letters, digits and hyphens, 30 at most"),
    "release_days": (whole(0, 366), "a whole number from 0 to 366"),
    "soak_days": (whole(0, 366), "a whole number from 0 to 366"),
    "planned_from": DATE,
    "planned_to": DATE,
}


def mistakes_in(raw: Mapping[str, object]) -> list[tuple[Path, str]]:
    """All that is wrong with a plan that TOML could read; an empty list if it is right."""
    found = list(_in_table((), raw, ROOT, optional=OPTIONAL))
    found += _in_table(("gate",), raw.get("gate"), GATE_FORM, optional=GATE_OPTIONAL)
    found += _in_policy(raw.get("policy"))
    found += _in_table(("selection",), raw.get("selection"), {}, optional=SELECTION)
    found += _in_table(("pacing",), raw.get("pacing"), {}, optional=PACE_FORM)
    found += _in_table(("activation",), raw.get("activation"), {}, optional=ACTIVATION_FORM)
    for nth, window in _listed(raw, "windows"):
        found += _in_table(("windows", nth), window, WINDOW_FORM)
    found += window_mistakes(raw.get("windows"))
    for nth, wave in _listed(raw, "waves"):
        if not isinstance(wave, dict):
            found.append((("waves", nth), "a wave must be a table."))
            continue
        found += _in_table(("waves", nth), wave, WAVE, optional={**WAVE_OPTIONAL, **STRATA})
        found += _in_table(("waves", nth, "ramp"), wave.get("ramp"), RAMP_FORM)
    return found or [
        *_across(raw),
        *way_back_mistakes(raw),
        *selection_mistakes(raw),
        *activation_mistakes(raw),
        *_across_waves(raw),
        *pace_mistakes(raw),
    ]


def _in_table(path: Path, raw: object, form: Form, *, optional: Form | None = None) -> Mistakes:
    return in_table(path, raw, form, optional=optional, place=_place)


def _listed(raw: Mapping[str, object], name: str) -> Iterator[tuple[int, object]]:
    tables = raw.get(name)
    yield from enumerate(tables if isinstance(tables, list | tuple) else [])


def _in_policy(policy: object) -> Mistakes:
    yield from _in_table(("policy",), policy, POLICY, optional=POLICY_OPTIONAL)
    yield from ((("policy", *path), sentence) for path, sentence in cause_mistakes(policy))
    after = policy.get("on_failure") if isinstance(policy, dict) else None
    for cause, table in after.items() if isinstance(after, dict) else ():
        yield from _in_table(("policy", "on_failure", cause), table, {}, optional=ON_FAILURE)


def _across(raw: Mapping[str, object]) -> Mistakes:
    if raw.get("after") == raw["campaign_id"]:
        yield ("after",), "a campaign cannot start after itself."
    if raw.get("hubs_first") and raw["device_type"] == "CHF":
        yield ("hubs_first",), "hubs wait for no hub: leave hubs_first out."
    if raw.get("ends_on", starts_on := raw["starts_on"]) < starts_on:  # type: ignore[operator]
        yield ("ends_on",), "ends_on must not be before starts_on."
    gate, policy = raw["gate"], raw["policy"]
    assert isinstance(gate, dict)
    yield from ((("gate", *path), sentence) for path, sentence in gate_mistakes(gate))
    assert isinstance(policy, dict)  # mistakes_in checked the form
    yield from ((("policy", *path), sentence) for path, sentence in policy_mistakes(policy))


def _across_waves(raw: Mapping[str, object]) -> Mistakes:
    waves = raw["waves"]
    assert isinstance(waves, list | tuple)  # mistakes_in checked the form
    kinds = ("count", "share", "rest")
    unsaid = [nth for nth, wave in enumerate(waves) if sum(kind in wave for kind in kinds) != 1]
    for nth in unsaid:
        yield (
            ("waves", nth),
            "a wave takes a count, a share, or the rest: one of the three must be said.",
        )
    yield from count_mistakes(waves)
    if not unsaid and (gap := first_gap(waves)) is not None:
        yield ("waves",), f"the shares of the waves must add up to 1{gap.where}, not {gap.total}."
    names = [wave["name"] for wave in waves]
    for nth, wave in enumerate(waves):
        if wave["name"] in names[:nth]:
            yield ("waves", nth, "name"), f"two waves are called {wave['name']}."
    yield from _across_dates(waves)


def _across_dates(waves: Sequence[Mapping[str, date]]) -> Mistakes:
    for nth, wave in enumerate(waves):
        if wave["planned_to"] < wave["planned_from"]:
            path = ("waves", nth, "planned_to")
            yield path, "planned_to must not be before planned_from."
    for nth, (earlier, later) in enumerate(pairwise(waves), start=1):
        if later["planned_from"] < earlier["planned_from"]:
            yield (
                ("waves", nth, "planned_from"),
                "a wave must not be planned to begin before the one it follows.",
            )


def _place(path: Path) -> str:
    name = str(path[0]) if path else ""
    if name in ("waves", "windows"):
        return "[waves.ramp]" if path[-1] == "ramp" else f"[[{name}]]"
    return f"[{'.'.join(map(str, path))}]" if name else "the plan"
