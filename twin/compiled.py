"""`kernel`: compiled by numba and kept on disk, until any file of its room changes.

Numba keeps a compiled function as long as its own file stays as it was, and forgets that others
are compiled into it. So a rule that changes in one file would live on in what another file has
kept. Here the mark of what is kept is the text of the whole room, as in `twin.bulk`.
"""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from numba import njit

_HOUSE = Path(__file__).parent


@cache
def mark_of(room: str) -> str:
    """A digest of every file of a room of `twin` and of those within it."""
    digest = sha256()
    for file in sorted((_HOUSE / room).rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def kernel(function: Kernel) -> Kernel:
    """A compiled function that lets go of the interpreter."""
    marked: Kernel = _marked(njit(nogil=True, cache=True)(function))
    return marked


def inlined(function: Kernel) -> Kernel:
    """A compiled function whose text stands in for its calls, for what each device needs."""
    marked: Kernel = _marked(njit(nogil=True, cache=True, inline="always")(function))
    return marked


def _marked(dispatcher: Any) -> Any:
    # numba has no public way to say what a kept function depends on; tests watch this
    room = dispatcher.py_func.__module__.split(".")[1]
    dispatcher._cache._cache_file._source_stamp = mark_of(room)
    return dispatcher
