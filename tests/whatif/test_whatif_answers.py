"""Answers are kept as runs are: whole, under their own name, the same bytes for the same file."""

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from infra.commands.whatif_compare import lines
from infra.commands.whatif_doubt import picture
from tests.whatif.asked import a_question
from twin.whatif import members, threads, whole
from twin.whatif.answer_shelf import Said, keep_answer, kept_answers, told
from twin.whatif.compare import Comparison, compare
from twin.whatif.doubt.exactly import doubt_exactly
from twin.whatif.doubt.priors import shipped_priors
from twin.whatif.engine import run
from twin.whatif.reading import Question
from twin.whatif.refusals import NotKept
from twin.whatif.shelf import kept

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SOAK = "[hold]\nafter_days = 9\n"


@pytest.fixture
def slices(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (threads, members):
        monkeypatch.setattr(module, "SLICE", 100)


def two() -> tuple[Question, Question]:
    one = a_question(premises=300)
    other = a_question(SOAK, premises=300)
    return one, replace(other, scenario=replace(other.scenario, name="patient"))


def compared(number: int) -> Said:
    one, other = two()
    found = compare(one, other, run=partial(run, threads=number), seeds=2)
    return Said(
        kind="compare",
        questions=(one, other),
        seeds=found.seeds,
        result=found,
        lines=tuple(lines(found)),
        finding=found.finding,
    )


def doubted(number: int) -> Said:
    question = two()[0]
    priors = [one for one in shipped_priors() if one.name == "undelivered_share"]
    found = doubt_exactly(
        question, run=partial(run, threads=number), beyond=("x",), draws=2, priors=priors
    )
    return Said(
        kind="doubt",
        questions=(question,),
        seeds=(1,),
        result=picture(found, [], None),
        lines=("a line",),
        finding="none",
    )


def bytes_of(folder: Path) -> dict[str, bytes]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


@pytest.mark.usefixtures("slices")
@pytest.mark.parametrize("answer", [compared, doubted])
def test_an_answer_has_the_same_bytes_on_one_thread_and_on_two(answer, tmp_path: Path) -> None:
    found = []
    for number in (1, 2):
        own = keep_answer(
            answer(number),
            given={"1/a.toml": b"asked"},
            folder=tmp_path / str(number),
            seconds=number,
            now=NOW,
        )
        found.append(bytes_of(own))
    one, other = found
    assert one.pop("answer.json") != other.pop("answer.json"), "it took another time"
    assert one == other
    assert {"given/1/a.toml", "scenario-1.json", "plans-1.json", "result.json"} <= set(one)


def test_an_answer_is_listed_told_and_apart_from_runs(tmp_path: Path) -> None:
    said = compared(1)
    own = keep_answer(said, given={}, folder=tmp_path, seconds=1.5, now=NOW)
    (record,) = kept_answers(tmp_path)
    assert own.name == record.name == "compare+programme+patient"
    assert record.scenario_hashes == tuple(one.hash for one in said.questions)
    assert (record.seeds, record.seconds, record.basis) == ((1, 2), 1.5, None)
    assert record.finding == said.result.finding
    assert kept(tmp_path) == []
    result, words = told(tmp_path, record.name)
    assert msgspec.json.decode(result, type=Comparison) == said.result
    assert words.splitlines() == list(said.lines)
    with pytest.raises(NotKept, match="no what-if answer is kept under the name doubt"):
        told(tmp_path, "doubt+programme")
    (own / "result.json").write_bytes(result.replace(b"programme", b"programma"))
    with pytest.raises(NotKept, match="is not the one that was kept"):
        told(tmp_path, record.name)


class Killed(BaseException):
    """Nothing that is written down as an exception runs after a kill."""


def test_a_kill_while_an_answer_is_written_leaves_the_earlier_one_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = doubted(1)
    own = keep_answer(said, given={}, folder=tmp_path, seconds=1, now=NOW)
    before = bytes_of(own)

    def killed(aside: Path, own: Path) -> None:
        own.rename(whole._before(own))
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(whole, "_take_place", killed)
        patched.setattr(whole.shutil, "rmtree", lambda *_, **__: None)
        patched.setattr(os, "getpid", lambda: 2**22 + 1)  # above every process of this system
        with pytest.raises(Killed):
            keep_answer(said, given={}, folder=tmp_path, seconds=2, now=NOW)
    assert [one.seconds for one in kept_answers(tmp_path)] == [1]
    assert told(tmp_path, "doubt+programme")[0] == before["result.json"]
    keep_answer(said, given={}, folder=tmp_path, seconds=1, now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["doubt+programme"]
    assert bytes_of(own) == before
