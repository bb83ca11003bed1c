"""What a checkpoint was made with: a digest over the code of the fold and the reference data (D15).

A state that another fold made is another state. So a checkpoint that bears another fingerprint is
never brought up to date, only discarded.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

FOLD: Final = (
    "twin.events",
    "twin.ids",
    "twin.lake.read",
    "twin.lake.spared",
    "twin.lookback",
    "twin.rules",
    "twin.state",
    "twin.vocabulary",
)
"""Packages and modules from whose source a state follows, given the records."""


def fingerprint(*, reference: str, also: Iterable[str] = ()) -> str:
    """32 hex digits over the sources of `FOLD` and of other modules, and the reference data.

    `also` names what makes figures of the states; `reference` is the mark of the products list.
    A changed comment changes it too: to fold once more is cheap, to trust a stale state is not.
    """
    total = sha256(reference.encode())
    for name in sorted({*FOLD, *also}):
        for file in _sources(name):
            content = file.read_bytes()
            total.update(f"\n{name} {file.name} {len(content)}\n".encode())
            total.update(content)
    return total.hexdigest()[:32]


def _sources(name: str) -> Iterator[Traversable]:
    """The source files of a package, deep, in order of their names; or of a module the one."""
    package, _, module = name.rpartition(".")
    inside = files(package) if package else None
    if inside is not None and (file := inside / f"{module}.py").is_file():
        yield file
        return
    yield from _within(files(name))


def _within(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _within(entry)
        elif entry.name.endswith(".py"):
            yield entry
