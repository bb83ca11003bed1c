"""A plan as YAML: the same tables as TOML has, and on which line each key stands.

YAML 1.2, safe values only. Anchors and aliases are refused: what a plan says stands where it is
read, and a plan cannot grow by naming itself.
"""

from collections.abc import Iterator
from typing import Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    Event,
    NodeEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from twin.campaign.mistakes import PlanMistake, Tables
from twin.campaign.toml_lines import Path

TEXT_MAX: Final = 100_000
DEPTH_MAX: Final = 10
"""Far beyond any plan: a plan that travels is shorter, and its deepest key is the fourth."""
_TEXT: Final = "tag:yaml.org,2002:str"


def read_yaml(text: str) -> Tables | PlanMistake:
    """The tables of a YAML text with their lines, or what makes it unreadable."""
    try:
        if (forbidden := _forbidden(text)) is not None:
            return forbidden
        root = YAML(typ="safe", pure=True).compose(text)
        if root is not None and (strange := _strange_key(root)) is not None:
            return PlanMistake(strange, "a key of a plan is text, not a number, a date or a list.")
        raw = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        return _unreadable(error)
    if not isinstance(raw, dict):
        return PlanMistake(1, "the text is no plan: it has no keys.")
    return raw, dict(_lines((), root))


def _forbidden(text: str) -> PlanMistake | None:
    """What no plan has; found as the text is read, so that no more is read of a hostile one."""
    if len(text) > TEXT_MAX:
        return PlanMistake(1, f"a plan must not be longer than {TEXT_MAX:,} characters.")
    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        line = event.start_mark.line + 1
        if _is_shared(event):
            return PlanMistake(line, "a plan has no anchors and no aliases: say it again here.")
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if depth > DEPTH_MAX:
            return PlanMistake(
                line, f"tables and lists lie in each other {DEPTH_MAX} deep at most."
            )
    return None


def _is_shared(event: Event) -> bool:
    return isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and bool(event.anchor))


def _lines(path: Path, node: Node) -> Iterator[tuple[Path, int]]:
    """The line, from 1, of everything below a node; a key's own, and of an item where it begins."""
    if not path:
        yield path, 1
    if isinstance(node, MappingNode):
        for key, value in node.value:
            below = (*path, str(key.value))
            yield below, key.start_mark.line + 1
            yield from _lines(below, value)
    elif isinstance(node, SequenceNode):
        for nth, item in enumerate(node.value):
            yield (*path, nth), item.start_mark.line + 1
            yield from _lines((*path, nth), item)


def _strange_key(node: Node) -> int | None:
    """The line of the first key that is no text, such as a number or a list."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.tag != _TEXT:
                return int(key.start_mark.line + 1)
            if (line := _strange_key(value)) is not None:
                return line
    elif isinstance(node, SequenceNode):
        found = (_strange_key(item) for item in node.value)
        return next((line for line in found if line is not None), None)
    return None


def _unreadable(error: Exception) -> PlanMistake:
    """What the reader says, with its line, in one sentence."""
    if not isinstance(error, MarkedYAMLError):
        return PlanMistake(1, "the text is not YAML that can be read.")
    mark = error.problem_mark or error.context_mark
    line = 1 if mark is None else mark.line + 1
    what = " ".join((error.problem or "it cannot be read").split("\n")[0].split())[:80]
    return PlanMistake(line, f"the text is not YAML here: {what[:1].lower()}{what[1:]}.")
