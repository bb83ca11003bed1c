"""What-if runs that are kept in a folder, as far as an answer needs them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct


class KeptRun(Struct, frozen=True):
    """A run's own words of itself; of what is None it says nothing."""

    name: str
    label: str | None = None
    premises: int | None = None
    capable: int | None = None
    exposed: int | None = None
    end: Any = None
    code_version: str | None = None


def kept_runs(folders: tuple[Path, ...]) -> tuple[KeptRun, ...]:
    """The runs in folders, by name; what cannot be read as one is left out."""
    found = {run.name: run for folder in folders for run in _runs(folder)}
    return tuple(found[name] for name in sorted(found))


def _runs(folder: Path) -> Iterator[KeptRun]:
    for file in sorted(folder.glob("*/header.json")):
        try:
            yield msgspec.json.decode(file.read_bytes(), type=KeptRun)
        except (OSError, msgspec.DecodeError):
            continue


class ReadyAnswer(Struct, frozen=True):
    """What the answer to a ready question says, and how sure it is."""

    name: str
    title: str
    finding: str
    label: str
    sure_luck: str
    sure_doubt: str
    code_version: str


def ready_answers(folders: tuple[Path, ...]) -> tuple[ReadyAnswer, ...]:
    """The answers that `make whatif` wrote into folders, by name; what is none is left out."""
    found = {one.name: one for folder in folders for one in _answers(folder)}
    return tuple(found[name] for name in sorted(found))


def _answers(folder: Path) -> Iterator[ReadyAnswer]:
    for file in sorted(folder.glob("*.json")):
        try:
            yield msgspec.json.decode(file.read_bytes(), type=ReadyAnswer)
        except (OSError, msgspec.DecodeError):
            continue


class WhatIf(Struct, frozen=True):
    """What there is of what-if: runs that were kept, and answers to ready questions."""

    runs: tuple[KeptRun, ...] = ()
    ready: tuple[ReadyAnswer, ...] = ()


def what_if_in(folders: tuple[Path, ...]) -> WhatIf:
    """Both, of some folders."""
    return WhatIf(kept_runs(folders), ready_answers(folders))
