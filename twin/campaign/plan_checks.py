"""What is wrong with a plan, as (path, sentence) pairs: every failed check, not only the first."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from math import fsum
from typing import Final, TypeAlias

from twin.campaign.toml_lines import Path

Mistakes: TypeAlias = Iterator[tuple[Path, str]]
Check: TypeAlias = Callable[[object], bool]

_CAMPAIGN_ID: Final = re.compile(r"[A-Z][A-Z0-9-]{1,30}")
_WAVE_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,29}")
SHARE_MIN: Final = 1e-6
"""A smaller wave could vanish between two floats; no fleet has devices enough to fill one."""
WAVES_MAX: Final = 999
SUM_TOLERANCE: Final = 1e-9


def _number(low: float, high: float) -> Check:
    """A number from `low` to `high`; NaN compares with nothing and so is refused."""
    return lambda v: isinstance(v, int | float) and not isinstance(v, bool) and low <= v <= high


def _whole(low: int, high: int) -> Check:
    return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high


def _date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime) and 2012 <= value.year < 2035


def _text(pattern: re.Pattern[str]) -> Check:
    return lambda v: isinstance(v, str) and pattern.fullmatch(v) is not None


_DATE: Final = (_date, "a date from 2012 to 2034 such as 2017-07-01")
_ID: Final = (_text(_CAMPAIGN_ID), "capitals, digits and hyphens such as LCP-HUBS")
_ABOVE_ZERO: Final = "a share above 0 and at most 1 (0.95 means 95 %)"
_TITLE: Final = re.compile(r"[^\x00-\x1f]{1,100}")

Form: TypeAlias = Mapping[str, tuple[Check, str]]
ROOT: Final[Form] = {
    "campaign_id": _ID,
    "title": (_text(_TITLE), "one line of 1 to 100 characters"),
    "device_type": (lambda v: v in ("CHF", "ESME"), "CHF or ESME"),
    "starts_on": _DATE,
    "installed_before": _DATE,
    "gate": (lambda v: isinstance(v, dict), "a table"),
    "policy": (lambda v: isinstance(v, dict), "a table"),
    "waves": (
        lambda v: isinstance(v, list) and 1 <= len(v) <= WAVES_MAX,
        f"1 to {WAVES_MAX} tables [[waves]]",
    ),
}
OPTIONAL: Final[Form] = {"after": _ID, "submitted_on": _DATE}
GATE: Final[Form] = {
    "success_at_least": (_number(SHARE_MIN, 1), _ABOVE_ZERO),
    "errors_above": (
        lambda v: _number(0, 1)(v) and v != 1,
        "a share from 0 to below 1 (0.05 means 5 %)",
    ),
    "evidence_at_least": (_whole(1, 1_000_000), "a whole number from 1 to 1,000,000"),
    "settled_at_least": (_number(SHARE_MIN, 1), _ABOVE_ZERO),
}
POLICY: Final[Form] = {
    "follow_up_days": (_whole(1, 366), "a whole number from 1 to 366"),
    "attempts_max": (_whole(1, 20), "a whole number from 1 to 20"),
    "read_after_days": (_whole(1, 366), "a whole number from 1 to 366"),
}
WAVE: Final[Form] = {
    "name": (_text(_WAVE_NAME), "small letters, digits and hyphens, 30 at most"),
    "share": (_number(SHARE_MIN, 1), _ABOVE_ZERO),
    "release_days": (_whole(0, 366), "a whole number from 0 to 366"),
    "soak_days": (_whole(0, 366), "a whole number from 0 to 366"),
    "planned_from": _DATE,
    "planned_to": _DATE,
}


def mistakes_in(raw: Mapping[str, object]) -> list[tuple[Path, str]]:
    """All that is wrong with a plan that TOML could read; an empty list if it is right."""
    found = list(_in_table((), raw, ROOT, optional=OPTIONAL))
    for name, form in (("gate", GATE), ("policy", POLICY)):
        found += _in_table((name,), raw.get(name), form)
    waves = raw.get("waves")
    for nth, wave in enumerate(waves if isinstance(waves, list) else []):
        if not isinstance(wave, dict):
            found.append((("waves", nth), "a wave must be a table."))
        found += _in_table(("waves", nth), wave, WAVE)
    return found or [*_across(raw), *_across_waves(raw)]


def _in_table(path: Path, raw: object, form: Form, *, optional: Form | None = None) -> Mistakes:
    if not isinstance(raw, dict):
        return
    known = {**form, **(optional or {})}
    for name in form:
        if name not in raw:
            yield path, f"{name} is missing."
    for name, value in raw.items():
        if name not in known:
            yield (*path, name), f"{_shown(name)} is not a key of {_place(path)}."
            continue
        check, wanted = known[name]
        if not check(value):
            yield (*path, name), f"{name} must be {wanted}, not {_shown(value)}."


def _across(raw: Mapping[str, object]) -> Mistakes:
    if raw.get("after") == raw["campaign_id"]:
        yield ("after",), "a campaign cannot start after itself."
    policy = raw["policy"]
    assert isinstance(policy, dict)  # mistakes_in checked the form
    if policy["read_after_days"] >= policy["follow_up_days"]:
        yield (
            ("policy", "read_after_days"),
            "read_after_days must be below follow_up_days, or no read is ever asked for.",
        )


def _across_waves(raw: Mapping[str, object]) -> Mistakes:
    waves = raw["waves"]
    assert isinstance(waves, list)  # mistakes_in checked the form
    total = fsum(wave["share"] for wave in waves)
    if abs(total - 1) > SUM_TOLERANCE:
        yield ("waves",), f"the shares of the waves must add up to 1, not {total:.6g}."
    names = [wave["name"] for wave in waves]
    for nth, wave in enumerate(waves):
        path = ("waves", nth)
        if wave["name"] in names[:nth]:
            yield (*path, "name"), f"two waves are called {wave['name']}."
        if wave["planned_to"] < wave["planned_from"]:
            yield (*path, "planned_to"), "planned_to must not be before planned_from."
    for nth, (earlier, later) in enumerate(pairwise(waves), start=1):
        if later["planned_from"] < earlier["planned_from"]:
            yield (
                ("waves", nth, "planned_from"),
                "a wave must not be planned to begin before the one it follows.",
            )


def _place(path: Path) -> str:
    return {"gate": "[gate]", "policy": "[policy]", "waves": "[[waves]]"}.get(
        str(path[0]) if path else "", "the plan"
    )


def _shown(value: object) -> str:
    """The value as a person wrote it, cut where it is long."""
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else f"a list of {len(value)}"
    shown = str(value).lower() if isinstance(value, bool) else _text_of(value)
    return shown if len(shown) <= 40 else shown[:37] + "..."


def _text_of(value: object) -> str:
    if isinstance(value, str):
        return repr(value[:60])
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a number of more than 30 digits"
    return str(value)
