"""The mark that ties a function to the rules it carries out; the book reads it.

The mark lies on the function itself, so that there is no list to keep and none to forget.
"""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
MARK: Final = "__rules__"


def rule(*ids: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a function as carrying out rules, by id; the function itself is left as it is."""

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        vars(function)[MARK] = ids
        return function

    return mark


def rules_marked(thing: object) -> tuple[str, ...]:
    """The ids of the rules that a function carries out; none for anything that has no mark."""
    ids = getattr(thing, MARK, ())
    return ids if callable(thing) and isinstance(ids, tuple) else ()
