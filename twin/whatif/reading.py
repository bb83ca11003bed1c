"""A scenario from a TOML or YAML file: a whole question, or every mistake with file and line."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from twin.campaign import toml_lines
from twin.campaign.plan import Plan, plan_text, read_plan, shipped_plans
from twin.fleet.numbers.rows import BadAssumption
from twin.ingest.catalogue import shipped_catalogue
from twin.whatif.checks import first_day, mistakes_in
from twin.whatif.plan_checks import plan_mistakes
from twin.whatif.refusals import Mistake as Mistake
from twin.whatif.refusals import ScenarioRefused as ScenarioRefused
from twin.whatif.rows import Rows, rows_of
from twin.whatif.scenario import Scenario

TEXT_MAX: Final = 1_000_000
"""Bytes of a file that is still read as a scenario."""


class Question(Struct, frozen=True, kw_only=True):
    """A scenario with all that it refers to: its plans and its assumptions, both checked."""

    scenario: Scenario
    plans: tuple[Plan, ...]
    rows: Rows

    @property
    def hash(self) -> str:
        """SHA-256 of scenario and plans in hex: the same question has the same hash."""
        parts = [msgspec.json.encode(self.scenario, order="sorted")]
        parts += [plan_text(plan).encode() for plan in self.plans]
        return sha256(b"\n".join(parts)).hexdigest()


def read_question(file: Path) -> Question:
    """The question of a scenario file, whose plans lie beside it.

    Raises:
        ScenarioRefused: something is wrong; every mistake names file, line and what would be right.
    """
    text = _text(file)
    return question_of(text, name=file.name, folder=file.parent, yaml=_is_yaml(file))


def question_of(text: str, *, name: str, folder: Path, yaml: bool = False) -> Question:
    """The question of a text that stands in a file `name` of a folder.

    Raises:
        ScenarioRefused: something is wrong with it.
    """
    raw, lines = (_yaml if yaml else _toml)(text, name)
    mistakes = [
        Mistake(name, toml_lines.line_of(path, lines=lines), sentence)
        for path, sentence in mistakes_in(raw)
    ]
    if mistakes:
        raise ScenarioRefused(tuple(sorted(mistakes, key=lambda mistake: mistake.line)))
    scenario = msgspec.convert(raw, Scenario)
    return Question(
        scenario=scenario,
        plans=_plans(scenario, name, folder, lines, first_day(raw)),
        rows=_rows(scenario, name, lines),
    )


def question(scenario: Scenario, *, plans: tuple[Plan, ...] | None = None) -> Question:
    """The question of a scenario that is a value already; `plans` in place of files.

    Raises:
        ScenarioRefused: the scenario is one that no file could hold.
    """
    raw = _listed(msgspec.to_builtins(scenario, builtin_types=(date, datetime)))
    mistakes = tuple(Mistake(scenario.name, 1, said) for _, said in mistakes_in(raw))
    if mistakes:
        raise ScenarioRefused(mistakes)
    if plans is None:
        plans = _plans(scenario, scenario.name, Path(), {(): 1}, first_day(raw))
    return Question(scenario=scenario, plans=plans, rows=rows_of(scenario.assumptions))


def _listed(value: Any) -> Any:
    """A value as a file gives it: with lists, where a scenario has tuples."""
    if isinstance(value, dict):
        return {key: _listed(one) for key, one in value.items()}
    return [_listed(one) for one in value] if isinstance(value, list | tuple) else value


def _is_yaml(file: Path) -> bool:
    return file.suffix in (".yaml", ".yml")


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > TEXT_MAX:
            raise ScenarioRefused((Mistake(file.name, 1, "the file is too long for a scenario."),))
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sentence = f"the file cannot be read as text ({type(error).__name__})."
        raise ScenarioRefused((Mistake(file.name, 1, sentence),)) from error


def _toml(text: str, name: str) -> tuple[dict[str, Any], dict[toml_lines.Path, int]]:
    try:
        return tomllib.loads(text), toml_lines.lines_of(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else text.rstrip("\n").count("\n") + 1
        what = str(error).split(" (at ")[0]
        sentence = f"the text is not TOML here: {what[:1].lower()}{what[1:]}."
        raise ScenarioRefused((Mistake(name, line, sentence),)) from error


def _yaml(text: str, name: str) -> tuple[dict[str, Any], dict[toml_lines.Path, int]]:
    try:
        found = YAML(typ="rt").load(StringIO(text))
    except (YAMLError, ValueError, RecursionError) as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = mark.line + 1 if mark else 1
        said = error.problem if isinstance(error, MarkedYAMLError) else str(error)
        raise ScenarioRefused((Mistake(name, line, f"the text is not YAML: {said}."),)) from error
    if not isinstance(found, CommentedMap):
        raise ScenarioRefused((Mistake(name, 1, "a scenario is a table of keys."),))
    return _plain(found), {(): 1, **dict(_yaml_lines(found, ()))}


def _plain(found: Any) -> Any:
    """Mappings, lists and scalars without what the reader of YAML keeps beside them."""
    if isinstance(found, CommentedMap):
        return {str(key): _plain(value) for key, value in found.items()}
    if isinstance(found, CommentedSeq):
        return [_plain(value) for value in found]
    for kind in (bool, int, float, str):
        if isinstance(found, kind):
            return kind(found)
    return found


def _yaml_lines(found: object, path: toml_lines.Path) -> Iterator[tuple[toml_lines.Path, int]]:
    if isinstance(found, CommentedMap):
        for key, value in found.items():
            yield (*path, str(key)), found.lc.key(key)[0] + 1
            yield from _yaml_lines(value, (*path, str(key)))
    if isinstance(found, CommentedSeq):
        for nth, value in enumerate(found):
            yield (*path, nth), found.lc.item(nth)[0] + 1
            yield from _yaml_lines(value, (*path, nth))


def _plans(
    scenario: Scenario,
    name: str,
    folder: Path,
    lines: dict[toml_lines.Path, int],
    first: date,
) -> tuple[Plan, ...]:
    """The plans of a scenario's files; their mistakes name the plan file and its line."""
    if not scenario.plans:
        return shipped_plans()
    found: list[Plan] = []
    mistakes: list[Mistake] = []
    for nth, path in enumerate(scenario.plans):
        line = toml_lines.line_of(("plans", nth), lines=lines)
        try:
            text = (folder / path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            mistakes.append(Mistake(name, line, f"the plan {path} cannot be read."))
            continue
        read = _plan(text, path, first)
        if not isinstance(read, Plan):
            mistakes += read
        elif any(read.campaign_id == other.campaign_id for other in found):
            mistakes.append(Mistake(name, line, f"two plans are called {read.campaign_id}."))
        else:
            found.append(read)
    if mistakes:
        raise ScenarioRefused(tuple(mistakes))
    return tuple(found)


def _plan(text: str, path: str, first: date) -> Plan | list[Mistake]:
    """The plan of a file, TOML or YAML by its name, or all that is wrong with it."""
    is_yaml = _is_yaml(Path(path))
    read = read_plan(text, form="yaml" if is_yaml else "toml")
    if not isinstance(read, Plan):
        return [Mistake(path, wrong.line, wrong.sentence) for wrong in read]
    _, lines = (_yaml if is_yaml else _toml)(text, path)
    found = plan_mistakes(read, first=first, catalogue=shipped_catalogue())
    mistakes = [
        Mistake(path, toml_lines.line_of(where, lines=lines), said) for where, said in found
    ]
    return mistakes or read


def _rows(scenario: Scenario, name: str, lines: dict[toml_lines.Path, int]) -> Rows:
    try:
        return rows_of(scenario.assumptions)
    except BadAssumption as error:
        line = toml_lines.line_of(("assumptions",), lines=lines)
        raise ScenarioRefused((Mistake(name, line, f"{error}."),)) from error
