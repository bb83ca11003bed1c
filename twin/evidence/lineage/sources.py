"""What the code says of itself: rules and paragraphs of events, states that an event changes."""

import ast
import inspect
import json
import re
from functools import cache
from types import ModuleType
from typing import Final

from twin.events.counterparts import COUNTERPARTS
from twin.events.registry import Fact, short_name
from twin.events.schemas import schema_of
from twin.rules.citations import paragraphs_mentioned, rules_mentioned
from twin.state.evolve import CHANGES
from twin.state.legality import CHECKS, Check

_REFERENCE: Final = re.compile(
    r"\b(?:[0-9]{1,2}\.[0-9]{1,2}(?:\.[0-9])?|[A-Z]{1,4}[0-9]{1,3}[A-Z0-9]*|0x[0-9A-F]{4})\b"
)
"""A service request (8.11), a use case (CCS01), an alert (0x8F12, AD1, N60)."""


_CHECKS: Final[dict[type[Fact], Check]] = dict(CHECKS.items())


def rules_of(fact: type[Fact]) -> set[str]:
    """Ids of the rules that an event's class, its schema or the judgement of single facts name."""
    check = _CHECKS.get(fact)
    texts = (
        inspect.getdoc(fact) or "",
        json.dumps(schema_of(event_type=fact.TYPE)["$defs"]),
        "" if check is None else inspect.getsource(check),
    )
    return {rule for text in texts for rule in rules_mentioned(text)}


def paragraphs_of(fact: type[Fact]) -> set[str]:
    """Paragraphs that an event's class and its counterpart name, as `§24` or `Annex D`."""
    text = f"{inspect.getdoc(fact) or ''} {COUNTERPARTS[fact].source}"
    numbered = {f"§{number}" for number in paragraphs_mentioned(text)}
    return numbered | set(re.findall(r"Annex [A-D]", text))


def messages_of(fact: type[Fact]) -> tuple[str, ...]:
    """Service requests, use cases and alerts behind an event."""
    one = COUNTERPARTS[fact]
    text = f"{one.service_request}, {one.use_case}, {one.alert}"
    return tuple(dict.fromkeys(_REFERENCE.findall(text)))


@cache
def states_of() -> dict[str, frozenset[str]]:
    """By event type: the parts of a premises' state that `evolve` changes with it."""
    found = {}
    for fact, change in CHANGES.items():
        module = inspect.getmodule(change)
        fields = _changed(module, fact.__name__) if module is not None else set()
        found[short_name(fact.TYPE)] = frozenset(fields)
    return found


def _changed(module: ModuleType, fact: str) -> set[str]:
    """Names that a module's handler of a fact, or what it calls there, puts in anew."""
    tree = ast.parse(inspect.getsource(module))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    cases = [
        case
        for node in ast.walk(tree)
        if isinstance(node, ast.match_case)
        for case in [node]
        if re.search(rf"\b{fact}\b", ast.unparse(case.pattern))
    ]
    found: set[str] = set()
    for case in cases:
        waiting: list[ast.AST] = list(case.body)
        seen: set[str] = set()
        while waiting:
            for node in ast.walk(waiting.pop()):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    found |= _put_in(node)
                    name = node.func.id
                    if name in functions and name not in seen:
                        seen.add(name)
                        waiting.append(functions[name])
    return found


def _put_in(call: ast.Call) -> set[str]:
    assert isinstance(call.func, ast.Name)
    return {one.arg for one in call.keywords if one.arg} if call.func.id == "replace" else set()
