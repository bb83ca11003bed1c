"""`kernel`: compiled by numba and kept on disk, until any file of this room changes.

Numba keeps a compiled function as long as its own file stays as it was, and forgets that others
are compiled into it. So a rule that changes in one file would live on in what another file has
kept. Here the mark of what is kept is the text of the whole room.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, TypeVar

from numba import njit


def _mark() -> str:
    """A digest of every file of this room and of those within it."""
    digest = sha256()
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


MARK: Final = _mark()


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
    # numba has no public way to say what a kept function depends on; a test watches this
    dispatcher._cache._cache_file._source_stamp = MARK
    return dispatcher
