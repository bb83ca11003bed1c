"""On which line of a TOML text a key stands; `tomllib` reads values but forgets their places."""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the root, `("waves", 1, "share")` for the second wave's share."""

_NAME: Final = r"(?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')"
_DOTTED: Final = rf"{_NAME}(?:\s*\.\s*{_NAME})*"
_KEY: Final = re.compile(rf"^\s*({_DOTTED})\s*=")
_TABLE: Final = re.compile(rf"^\s*(\[\[?)\s*({_DOTTED})\s*\]")
_LONG_QUOTES: Final = re.compile(r'"""|\'\'\'')


def lines_of(text: str) -> dict[Path, int]:
    """The first line (from 1) of every table and key that begins a line."""
    found: dict[Path, int] = {(): 1}
    table: Path = ()
    lengths: dict[Path, int] = {}
    for number, line in _outside_long_strings(text):
        if header := _TABLE.match(line):
            table = _within(_split(header[2]), lengths)
            if header[1] == "[[":
                nth = lengths.get(table, 0)
                lengths[table] = nth + 1
                found.setdefault(table, number)
                table = (*table, nth)
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            path = (*table, *_split(key[1]))
            for end in range(len(table) + 1, len(path) + 1):
                found.setdefault(path[:end], number)
    return found


def line_of(path: Path, *, lines: dict[Path, int]) -> int:
    """The line of a path, or of the nearest thing around it that has a line."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _within(path: Path, lengths: dict[Path, int]) -> Path:
    """A table of a list of tables is one of its last: [waves.ramp] of the wave before it."""
    found: Path = ()
    for key in path[:-1]:
        found = (*found, key)
        if found in lengths:
            found = (*found, lengths[found] - 1)
    return (*found, path[-1])


def _split(dotted: str) -> Path:
    return tuple(name.strip("\"'") for name in re.findall(_NAME, dotted))


def _outside_long_strings(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines without those that lie inside a string over several lines."""
    quote: str | None = None
    for number, line in enumerate(text.split("\n"), start=1):
        if quote is None:
            yield number, line
        for found in _LONG_QUOTES.findall(line):
            if quote is None:
                quote = found
            elif found == quote:
                quote = None
