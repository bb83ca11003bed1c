"""What is wrong with a scenario file, as (path, sentence) pairs: each says what would be right."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final, get_args

from twin.campaign.form_checks import Mistakes, in_table
from twin.campaign.forms import NAMES, Form, number, some, text, whole
from twin.campaign.toml_lines import Path
from twin.fleet.numbers.assumptions import SUPPLIERS
from twin.ingest.catalogue import shipped_catalogue
from twin.vocabulary import CspRegion, DeviceType, PinIntervention
from twin.whatif.plan_checks import model_mistake
from twin.whatif.rows import override_mistake
from twin.whatif.scenario import (
    HORIZON_MAX_DAYS,
    PREMISES_MAX,
    BandPolicy,
    Curve,
    DeviceKind,
    HoldAnswer,
)

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,59}")
_TITLE: Final = re.compile(r"[^\x00-\x1f]{1,100}")
_BASIS: Final = re.compile(r"[^\x00-\x1f]{1,80}")
PLANS_MAX: Final = 50
_FIRST_DAY: Final = date(2016, 7, 1)
"""The first day on which the growth curve has a premises (`growth_from`)."""


def _date(value: object) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime) and 2012 <= value.year < 2035


def _one_of(*names: str) -> tuple[Any, str]:
    return (lambda v: isinstance(v, str) and v in names, f"{', '.join(names[:-1])} or {names[-1]}")


def _tables(most: int) -> tuple[Any, str]:
    return (lambda v: isinstance(v, list) and len(v) <= most, f"a list of at most {most} tables")


_TABLE: Final = (lambda v: isinstance(v, dict), "a table")
_DATE: Final = (_date, "a date from 2012 to 2034 such as 2017-07-01")
_SHARE: Final = (number(0, 1), "a share from 0 to 1 (0.05 means 5%)")
_SHARE_ABOVE_NOUGHT: Final = (number(1e-9, 1), "a share above 0 and at most 1 (0.05 means 5%)")
ROOT: Final[Form] = {
    "name": (text(_NAME), "small letters, digits and hyphens, 60 at most"),
    "horizon": _TABLE,
}
OPTIONAL: Final[Form] = {
    "title": (text(_TITLE), "one line of 1 to 100 characters"),
    "seed": (whole(0, 2**53), "a whole number from 0"),
    "fleet": _TABLE,
    "basis": (text(_BASIS), "the name of a basis (`twin basis list` names them)"),
    "plans": (
        lambda v: _some_plans(v),
        "a list of plan files, by their path from the folder of this file, none twice",
    ),
    "assumptions": _TABLE,
    "option": (lambda v: whole(1, 3)(v), "1, 2 or 3"),
    "band_policy": _one_of(*get_args(BandPolicy)),
    "pin_intervention": _one_of(*PinIntervention),
    "obligations": _TABLE,
    "hold": _TABLE,
    "freezes": _tables(50),
    "bad_images": _tables(50),
    "slow_regions": _tables(3),
    "late_suppliers": _tables(12),
    "sample": _SHARE_ABOVE_NOUGHT,
}
HORIZON: Final[Form] = {"from": _DATE, "to": _DATE}
FLEET: Final[Form] = {
    "premises": (whole(1, PREMISES_MAX), f"a whole number from 1 to {PREMISES_MAX:,}"),
    "curve": _one_of(*get_args(Curve)),
    "points": _tables(200),
}
HOLD: Final[Form] = {
    "answer": _one_of(*get_args(HoldAnswer)),
    "after_days": (whole(1, 366), "a whole number from 1 to 366"),
}
BAD_IMAGE: Final[Form] = {
    "device_type": _one_of(*get_args(DeviceKind)),
    "failed_share": _SHARE_ABOVE_NOUGHT,
}
LISTED: Final[dict[str, tuple[Form, Form]]] = {
    "freezes": ({"from": _DATE, "days": (whole(1, 366), "a whole number from 1 to 366")}, {}),
    "bad_images": (BAD_IMAGE, {"model": NAMES["model"], "share": _SHARE_ABOVE_NOUGHT}),
    "slow_regions": (
        {
            "region": _one_of(*CspRegion),
            "delivery_ratio": (number(0.01, 100), "a number from 0.01 to 100"),
        },
        {},
    ),
    "late_suppliers": ({"supplier": _one_of(*SUPPLIERS), "from": _DATE}, {}),
}
"""Lists of tables by their key: what each table must and may hold."""
POINT: Final[Form] = {"on": _DATE, "share": _SHARE}
OBLIGATIONS: Final[Form] = {"new_installs_from": _DATE, "all_installed_by": _DATE}


def mistakes_in(raw: Mapping[str, Any]) -> list[tuple[Path, str]]:
    """All that is wrong with a scenario as a file gives it; an empty list if it is right."""
    found = list(_in((), raw, ROOT, OPTIONAL))
    found += _in(("horizon",), raw.get("horizon"), HORIZON)
    found += _in(("fleet",), raw.get("fleet"), {}, FLEET)
    found += _in(("hold",), raw.get("hold"), {}, HOLD)
    found += _in(("obligations",), raw.get("obligations"), {}, OBLIGATIONS)
    for name, (form, optional) in LISTED.items():
        found += _in_list((name,), raw.get(name), form, optional)
    found += _in_list(("fleet", "points"), _of(raw, "fleet", "points"), POINT, {})
    return found or [*_across(raw), *_overrides(raw)]


def _in(path: Path, raw: object, form: Form, optional: Form | None = None) -> Mistakes:
    return in_table(path, raw, form, optional=optional, place=_place)


def _in_list(path: Path, tables: object, form: Form, optional: Form) -> Mistakes:
    for nth, table in enumerate(tables if isinstance(tables, list) else []):
        if not isinstance(table, dict):
            yield (*path, nth), f"one of {path[-1]} must be a table."
            continue
        yield from _in((*path, nth), table, form, optional)


def _place(path: Path) -> str:
    name = ".".join(str(part) for part in path if isinstance(part, str))
    return f"[{name}]" if name else "a scenario"


def _of(raw: Mapping[str, Any], table: str, key: str) -> object:
    found = raw.get(table)
    return found.get(key) if isinstance(found, dict) else None


def _some_plans(value: object) -> bool:
    return isinstance(value, list) and len(value) <= PLANS_MAX and some(bool)(value)


def _across(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    horizon = raw["horizon"]
    days = (horizon["to"] - horizon["from"]).days
    if days < 1:
        yield ("horizon", "to"), "the horizon must end after the day on which it begins."
    if days > HORIZON_MAX_DAYS:
        yield ("horizon", "to"), f"the horizon must not be longer than {HORIZON_MAX_DAYS:,} days."
    yield from _beginning(raw)
    yield from _fleet(raw)
    yield from _dates(raw)
    yield from _images(raw)


def _images(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for nth, bad in enumerate(raw.get("bad_images", ())):
        if "model" in bad and "share" in bad:
            sentence = "a bad image is one of a model, or of a share of all: leave one of them out."
            yield ("bad_images", nth), sentence
        if "model" in bad:
            kind = DeviceType(bad["device_type"])
            why = model_mistake(bad["model"], kind, shipped_catalogue())
            if why is not None:
                yield ("bad_images", nth, "model"), why


def _beginning(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    if ("fleet" in raw) == ("basis" in raw):
        yield (), "a scenario starts from a [fleet], or from a basis: one of the two must be said."
    if "basis" in raw and "plans" in raw:
        yield ("plans",), "a basis goes on with its own campaigns: leave plans out."
    if "basis" in raw and "sample" in raw:
        yield ("sample",), "a basis is taken whole: leave sample out."


def _fleet(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    fleet = raw.get("fleet", {})
    curve, points = fleet.get("curve", "planned"), fleet.get("points", [])
    if curve != "own" and points:
        yield ("fleet", "points"), 'points are for curve = "own"; leave them out.'
    if curve == "own":
        yield from _points(points)


def _points(points: list[Mapping[str, Any]]) -> Iterator[tuple[Path, str]]:
    if len(points) < 2:
        yield ("fleet",), "a curve of your own needs two [[fleet.points]] at least."
    for nth, (earlier, later) in enumerate(pairwise(points), start=1):
        if later["on"] <= earlier["on"]:
            yield ("fleet", "points", nth, "on"), "a point must be later than the one before it."
        if later["share"] < earlier["share"]:
            yield (
                ("fleet", "points", nth, "share"),
                "a share must not be below the one before it: nobody is taken out.",
            )
    if points and (points[0]["share"], points[-1]["share"]) != (0, 1):
        yield ("fleet", "points"), "a curve begins with share = 0 and ends with share = 1."


def _dates(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """No day before there is a fleet, none outside the horizon where that would do nothing."""
    horizon = raw["horizon"]
    first = first_day(raw)
    if horizon["to"] <= first:
        sentence = f"the fleet begins on {first}: the horizon must end after that day."
        yield ("horizon", "to"), sentence
    for nth, freeze in enumerate(raw.get("freezes", ())):
        if not horizon["from"] <= freeze["from"] < horizon["to"]:
            yield ("freezes", nth, "from"), "a freeze must begin within the horizon."
    for name, day in raw.get("obligations", {}).items():
        if day < first:
            yield ("obligations", name), f"{name} must not be before the fleet, {first}."


def first_day(raw: Mapping[str, Any]) -> date:
    """The first day on which the fleet of a scenario has a premises."""
    fleet = raw.get("fleet", {})
    points = fleet.get("points", [])
    if fleet.get("curve") == "own" and points:
        first: date = min(point["on"] for point in points)
        return first
    day = raw.get("assumptions", {}).get("growth_from", _FIRST_DAY)
    return day if isinstance(day, date) else _FIRST_DAY


def _overrides(raw: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for name, value in raw.get("assumptions", {}).items():
        if (why := override_mistake(name, value)) is not None:
            yield ("assumptions", name), why
