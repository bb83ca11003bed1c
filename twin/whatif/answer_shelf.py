"""Answers that are kept beside the runs: of `compare`, `doubt` and `optimise`, a folder each.

An answer is called by its kind and its scenarios (`compare+one+other`), which no scenario can be
called. `given/` is what was asked, `scenario-N.json` and `plans-N.json` what that came to,
`result.json` the answer, `told.txt` the same in words; `answer.json` is about the answer: when, how
long, with which code. The same question and code give the same bytes in all but `answer.json`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import msgspec
from msgspec import Struct

from twin.whatif.labels import code_version
from twin.whatif.reading import Question
from twin.whatif.refusals import NotKept
from twin.whatif.whole import names_with, put_whole, standing

Kind: TypeAlias = Literal["compare", "doubt", "optimise"]
RECORD: Final = "answer.json"
JOINS: Final = "+"
"""Between the kind and the scenarios of an answer; no scenario has it in its name."""


class Said(Struct, frozen=True, kw_only=True):
    """An answer to keep: `result` as values of JSON, its words, and the sentence that sums it up.

    `seeds` are those of its exact runs or of its draws.
    """

    kind: Kind
    questions: tuple[Question, ...]
    seeds: tuple[int, ...]
    result: Any
    lines: tuple[str, ...]
    finding: str


class AnswerRecord(Struct, frozen=True, kw_only=True):
    """An answer, apart from its result; `result_hash` is the SHA-256 of `result.json` in hex.

    `basis` is that of its scenarios, None where they start from a generated fleet; `seconds` are
    how long it took.
    """

    name: str
    kind: Kind
    scenarios: tuple[str, ...]
    scenario_hashes: tuple[str, ...]
    finding: str
    result_hash: str
    seeds: tuple[int, ...]
    code_version: str
    basis: str | None
    stored_at: datetime
    seconds: float


def keep_answer(
    said: Said, *, given: Mapping[str, bytes], folder: Path, seconds: float, now: datetime
) -> Path:
    """Keep an answer under its name, in the place of an earlier one; as `twin.whatif.shelf.keep`.

    Raises OSError where the folder cannot be written.
    """
    scenarios = tuple(one.scenario for one in said.questions)
    result = _json(said.result)
    record = AnswerRecord(
        name=name_of(said.kind, [one.name for one in scenarios]),
        kind=said.kind,
        scenarios=tuple(one.name for one in scenarios),
        scenario_hashes=tuple(one.hash for one in said.questions),
        finding=said.finding,
        result_hash=sha256(result).hexdigest(),
        seeds=said.seeds,
        code_version=code_version(),
        basis=scenarios[0].basis,
        stored_at=now,
        seconds=round(seconds, 3),
    )
    return put_whole(folder, record.name, _files(said, record, given, result))


def name_of(kind: Kind, scenarios: Sequence[str]) -> str:
    """What an answer about scenarios is called."""
    return JOINS.join((kind, *scenarios))


def kept_answers(folder: Path) -> list[AnswerRecord]:
    """The answers that are kept in a folder, by name."""
    return [_record(standing(folder, name)) for name in names_with(folder, RECORD)]


def told(folder: Path, name: str) -> tuple[bytes, str]:
    """A kept answer: its result as JSON text, and its words.

    Raises:
        NotKept: there is none of that name, or its result is not the one that was kept.
    """
    own = standing(folder, name)
    try:
        record, result = _record(own), (own / "result.json").read_bytes()
        words = (own / "told.txt").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise NotKept(f"no what-if answer is kept under the name {name}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NotKept(f"the what-if answer {name} cannot be read: {error}") from error
    if sha256(result).hexdigest() != record.result_hash:
        raise NotKept(f"the result of the what-if answer {name} is not the one that was kept")
    return result, words


def _record(own: Path) -> AnswerRecord:
    return msgspec.json.decode((own / RECORD).read_bytes(), type=AnswerRecord)


def _files(
    said: Said, record: AnswerRecord, given: Mapping[str, bytes], result: bytes
) -> Iterator[tuple[str, bytes]]:
    for name, content in given.items():
        yield f"given/{name}", content
    for number, question in enumerate(said.questions, start=1):
        yield f"scenario-{number}.json", _json(question.scenario)
        yield f"plans-{number}.json", _json(question.plans)
    yield "result.json", result
    yield "told.txt", "\n".join((*said.lines, "")).encode()
    yield RECORD, _json(record)


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
