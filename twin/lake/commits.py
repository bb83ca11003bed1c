"""The commits of the lake as files: what each added and removed, and which of them are torn."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from twin.refusal import Refusal


class Added(Struct, frozen=True):
    """A data file that a commit brought in; `is_news`: with rows that were not there before."""

    name: str
    is_news: bool


class Told(Struct, frozen=True):
    """What all commits together say: files in view, positions by name, every file ever named.

    `aside` are the files of rows that were set aside, from the folder beside the table.
    """

    files: frozenset[str]
    positions: dict[str, int]
    ever: frozenset[str]
    aside: tuple[str, ...] = ()


class Torn(Refusal):
    """A commit that cannot be read as one."""


def commit_file(path: Path, version: int) -> Path:
    """The file of a commit."""
    return path / "_delta_log" / f"{version:020d}.json"


def versions(path: Path) -> list[int]:
    """Versions whose commit files lie in the log, in order."""
    found = (file.stem for file in (path / "_delta_log").glob("*.json"))
    return sorted(int(stem) for stem in found if len(stem) == 20 and stem.isdigit())


def actions(path: Path, version: int) -> list[dict[str, Any]]:
    """The actions of a commit.

    Raises:
        Torn: a line is no JSON object, or the commit is empty.
        FileNotFoundError: there is no such commit file (any more).
    """
    content = commit_file(path, version).read_bytes()
    try:
        found = [json.loads(line) for line in content.splitlines() if line.strip()]
    except ValueError as error:
        raise Torn(f"commit {version} is torn: {error}") from error
    if not found or not all(isinstance(action, dict) for action in found):
        raise Torn(f"commit {version} is torn: it holds no actions")
    return found


def added(path: Path, version: int) -> Iterator[Added]:
    """Data files that a commit brought in."""
    for action in actions(path, version):
        if "add" in action:
            yield Added(action["add"]["path"], action["add"]["dataChange"])


def told(path: Path, *, until: int | None = None) -> Told:
    """All commits (up to a version) read from the first on, without checkpoints.

    Raises:
        Torn: a commit cannot be read as one.
    """
    files: set[str] = set()
    ever: set[str] = set()
    positions: dict[str, int] = {}
    aside: list[str] = []
    for action in _all_actions(path, until):
        match action:
            case {"add": added}:
                files.add(added["path"])
                ever.add(added["path"])
            case {"remove": removed}:
                files.discard(removed["path"])
            case {"txn": moved}:
                positions[moved["appId"]] = moved["version"]
            case {"commitInfo": said}:
                aside += said.get("aside", ())
    return Told(frozenset(files), positions, frozenset(ever), tuple(aside))


def _all_actions(path: Path, until: int | None) -> Iterator[dict[str, Any]]:
    for version in versions(path):
        if until is None or version <= until:
            yield from actions(path, version)
