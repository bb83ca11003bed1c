"""The machine's copy of an architecture document: what a later one is compared with."""

from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from twin.evidence.processes.mining import Ran
from twin.evidence.refusals import NoDocument
from twin.evidence.telling import is_small

FILE: Final = "architecture.json"


class Process(Struct, frozen=True, kw_only=True):
    """What a document says of a process, in numbers; few cases, and ways that few took, are not."""

    key: str
    steps: tuple[tuple[str, str], ...]
    cases: int | None
    conforming: int | None
    ran: dict[str, int]


class Record(Struct, frozen=True, kw_only=True):
    """Version, basis and processes of a document."""

    version: str
    basis: str
    known_until: str
    processes: tuple[Process, ...]


def process_of(ran: Ran) -> Process:
    """What is recorded of a process as it ran."""
    designed = [(a, b) for a, following in ran.flow.steps.items() for b in following]
    parts = (ran.cases, ran.conforming, ran.cases - ran.conforming)
    return Process(
        key=ran.flow.key,
        steps=tuple(sorted(designed)),
        cases=None if is_small(ran.cases) else ran.cases,
        conforming=None if any(map(is_small, parts)) else ran.conforming,
        ran={
            f"{step.before} > {step.after}": step.times
            for step in ran.steps
            if not is_small(step.times)
        },
    )


def as_bytes(record: Record) -> bytes:
    """The record as JSON for people and machines."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def read_record(folder: Path) -> Record:
    """The record of a document.

    Raises:
        NoDocument: the folder holds none, or none that can be read.
    """
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Record)
    except OSError as error:
        raise NoDocument(
            f"{folder} holds no architecture document ({FILE} is not there)"
        ) from error
    except msgspec.DecodeError as error:
        raise NoDocument(f"{folder / FILE} cannot be read as an architecture document") from error
