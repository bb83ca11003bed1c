"""The book of rules: which functions carry out which rule, and what a dotted name stands for."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import twin.rules
from twin.rules.marks import rules_marked


class UnknownName(LookupError):
    """A dotted name in the book that stands for nothing."""


def functions_by_rule() -> dict[str, tuple[str, ...]]:
    """Dotted names of the marked functions of this room by rule id, in order of their names."""
    found: dict[str, set[str]] = {}
    for name, rule_ids in _marked():
        for rule_id in rule_ids:
            found.setdefault(rule_id, set()).add(name)
    return {rule_id: tuple(sorted(names)) for rule_id, names in sorted(found.items())}


def named(dotted: str) -> object:
    """What a dotted name stands for: the longest part that is a module, then attributes.

    Raises:
        UnknownName: there is no such module or attribute.
    """
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            if not hasattr(found, attribute):
                break
            found = getattr(found, attribute)
        else:
            return found
        break
    raise UnknownName(f"{dotted} stands for nothing")


def _marked() -> Iterator[tuple[str, tuple[str, ...]]]:
    """The marked functions where they are defined, not where they are imported."""
    for module in iter_modules(twin.rules.__path__, "twin.rules."):
        for name, thing in sorted(vars(import_module(module.name)).items()):
            if getattr(thing, "__module__", None) == module.name and rules_marked(thing):
                yield f"{module.name}.{name}", rules_marked(thing)
