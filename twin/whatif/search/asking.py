"""What a search asks: a scenario, ranges for what its plans may be, and limits; from a file."""

import math
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from twin.campaign.toml_lines import Path as Place
from twin.campaign.toml_lines import line_of, lines_of
from twin.whatif.reading import Question, read_question
from twin.whatif.refusals import BadSearch as BadSearch

KNOBS: Final = {
    "canary_share": (0.0001, 0.5),
    "release_days": (1.0, 60.0),
    "soak_days": (0.0, 60.0),
    "per_day": (1_000.0, 10_000_000.0),
    "errors_above": (0.01, 0.5),
    "success_at_least": (0.5, 0.99),
}
"""What may be searched of a plan, with the least and the most that makes sense."""


SIZES: Final = {"candidates": (4, 4_096), "premises": (100, 40_000_000), "seeds": (2, 50)}


class Limits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a plan must keep: devices exposed to a bad image, and fairness.

    `lag_days` is how many days longer than the mean of the fleet the premises of a region, or of
    a supplier, may wait.
    """

    exposed: float | None = None
    lag_days: float | None = None


class Search(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A search: `ranges` by campaign and knob, of which `candidates` are drawn with `seed`.

    The last rung runs `premises` for each of `seeds` exactly.
    """

    scenario: str
    candidates: int = 128
    seed: int = 1
    premises: int = 40_000
    seeds: int = 3
    limits: Limits = Limits()
    ranges: dict[str, dict[str, tuple[float, float]]]


def read_search(file: Path) -> tuple[Search, Question]:
    """A search and the question of its scenario, which lies beside it.

    Raises:
        BadSearch: something is wrong with the file; every mistake with its line.
        ScenarioRefused: the scenario is wrong.
    """
    try:
        text = file.read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise BadSearch(f"{file} cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise BadSearch(f"{file.name}: {error}") from error
    lines = lines_of(text)
    try:
        found = msgspec.convert(raw, Search)
    except msgspec.ValidationError as error:
        line = line_of(_place(str(error)), lines=lines)
        raise BadSearch(f"{file.name} line {line}: {error}") from error
    question = read_question(file.parent / found.scenario)
    mistakes = [
        f"line {line_of(place, lines=lines)}: {said}" for place, said in _mistakes(found, question)
    ]
    if mistakes:
        raise BadSearch(f"{file.name} {'; '.join(mistakes)}")
    return found, question


def _place(said: str) -> Place:
    """Where a value that cannot be converted stands, as its error says: `$.limits.exposed`."""
    place = re.search(r"`\$\.([^`\[]*)", said)
    return tuple(place[1].split(".")) if place else ()


def _mistakes(found: Search, question: Question) -> Iterator[tuple[Place, str]]:
    if question.scenario.fleet is None:
        yield (
            ("scenario",),
            f"{found.scenario} starts from a basis, whose campaigns are what they were: a search "
            "changes plans, so give it a scenario of a generated fleet",
        )
    for key, (least, most) in SIZES.items():
        if not least <= getattr(found, key) <= most:
            yield (key,), f"{key} must be {least:,} to {most:,}"
    for key, limit in msgspec.structs.asdict(found.limits).items():
        if limit is not None and not (math.isfinite(limit) and limit >= 0):
            yield ("limits", key), f"{key} is {limit}, and must be a number from 0 on"
    yield from _of_ranges(found, [plan.campaign_id for plan in question.plans])


def _of_ranges(found: Search, known: list[str]) -> Iterator[tuple[Place, str]]:
    if not any(found.ranges.values()):
        yield ("ranges",), "there is nothing to search: give a range at least"
    for campaign, ranges in found.ranges.items():
        if campaign not in known:
            yield ("ranges", campaign), f"no campaign {campaign}; there are {', '.join(known)}"
        for name, span in ranges.items():
            yield from ((("ranges", campaign, name), said) for said in _of_range(name, span))


def _of_range(name: str, span: tuple[float, float]) -> Iterator[str]:
    if name not in KNOBS:
        yield f"no knob {name}; there are {', '.join(KNOBS)}"
        return
    least, most = KNOBS[name]
    if not (least <= span[0] < span[1] <= most):
        yield f"{name} must be two rising numbers within {least:g} to {most:g}, not {list(span)}"


def settings_of(found: Search, number: int, uniform: Mapping[tuple[str, str], float]) -> "Settings":
    """The settings of a candidate; number 0 leaves the plans as they stand."""
    if number == 0:
        return {}
    return {
        campaign: {
            name: _between(name, span, uniform[campaign, name]) for name, span in ranges.items()
        }
        for campaign, ranges in found.ranges.items()
    }


Settings = dict[str, dict[str, float]]
"""Values by campaign and knob."""


def _between(name: str, span: tuple[float, float], uniform: float) -> float:
    low, high = span
    if name.endswith("_days") or name == "per_day":
        return float(min(int(high), int(low) + int(uniform * (int(high) - int(low) + 1))))
    if name == "canary_share":
        return round(math.exp(math.log(low) + uniform * (math.log(high) - math.log(low))), 6)
    return round(low + uniform * (high - low), 6)
