"""Lines of sets: those that one version of the marts makes, beside those of another (D26)."""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable


@cache
def line() -> str:
    """What identifies the marts of this code: 16 hex digits over their sources, SQL and Python."""
    total = sha256()
    for file in _sources(files("twin.marts")):
        content = file.read_bytes()
        total.update(f"\n{file.name} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()[:16]


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _sources(entry)
        elif entry.name.endswith((".py", ".sql", ".toml", ".md")):
            yield entry
