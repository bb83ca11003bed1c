"""The golden cases: folders that a programme manager can read (cases/README.md)."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.golden.reading import CASES, case_names, folded, records_of, story_of
from twin.state.counts import outcomes_of
from twin.state.digest import fleet_digest, premises_digest
from twin.state.entry import decode_entry, encode_entry
from twin.state.replay import replay
from twin.state.verdicts import Refused

WORDS = {"records", "capable", "truth", "belief", "standing", "bands", "pairings", "pin"}
WORDS |= {"gaps", "parked", "refused"}


def expected(case: str) -> dict[str, Any]:
    """What the case says must come out."""
    words: dict[str, Any] = json.loads((CASES / case / "expect.json").read_text(encoding="utf-8"))
    return words


@pytest.mark.parametrize("case", case_names())
def test_case(case: str) -> None:
    entry, verdicts = folded(case)
    refused = [str(v.why.why) for v in verdicts if isinstance(v, Refused)]
    story = {**story_of(entry), "refused": refused}
    words = expected(case)
    assert {name: story[name] for name in words} == words


@pytest.mark.parametrize("case", case_names())
def test_case_is_complete(case: str) -> None:
    """Three files, a story of some length, and every record's end accounted for."""
    files = {path.name for path in (CASES / case).iterdir()}
    assert files == {"story.md", "events.jsonl", "expect.json"}
    assert len((CASES / case / "story.md").read_text(encoding="utf-8")) > 100
    words = expected(case)
    assert words.keys() <= WORDS
    assert len(words) >= 3
    assert sum(words["records"].values()) == len(records_of(case))


@pytest.mark.parametrize("case", case_names())
def test_replay_gives_the_same_entry(case: str) -> None:
    entry, _ = folded(case)
    (again,) = replay(records_of(case)).values()
    assert again == entry
    assert outcomes_of(entry).seen == len(records_of(case))
    assert premises_digest(decode_entry(encode_entry(entry)).premises) == premises_digest(
        entry.premises
    )


def test_there_are_enough_cases() -> None:
    assert len(case_names()) >= 15


def test_digests_do_not_depend_on_the_hash_seed() -> None:
    """Two processes with other hash seeds, and this one, agree on every case (F36)."""

    def digests(seed: str) -> list[str]:
        command = [sys.executable, "-m", "tests.golden.reading"]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        return done.stdout.splitlines()

    here = [f"{case} {fleet_digest([folded(case)[0]])}" for case in case_names()]
    assert digests("1") == digests("4321") == here
    assert len(set(here)) == len(here)
