"""Requests for information on the command line: listed from a basis, sent to a running twin."""

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.evidence.sample_lake import lake_of
from tests.infra.command_line import twin
from tests.marts import sample, sample_programme
from twin.events.oversight import InformationProvided, InformationRequested

ASK = ("--party", "S01", "--subject", "duty_cycle", "--due", "2017-10-30")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home")
    lake_of(path, sample.sample_records(20))
    return path


@pytest.mark.rule("BR40")
def test_every_request_is_listed_with_what_came_of_it(home):
    facts = list(sample_programme.programme_facts(until=sample.AS_AT))
    asked = {e.fact.request_id for e in facts if isinstance(e.fact, InformationRequested)}
    told = {
        e.fact.request_id: e.fact.on_time for e in facts if isinstance(e.fact, InformationProvided)
    }

    said = twin("evidence", "requests", "--home", home)
    listed = json.loads(twin("evidence", "requests", "--home", home, "--json").out)

    assert set(listed) == asked
    standing = Counter(one["standing"] for one in listed.values())
    assert standing["late"] == sum(not on_time for on_time in told.values()) > 0
    assert standing["on time"] == sum(told.values())
    assert standing["not answered"] + standing["not yet due"] == len(asked) - len(told)
    assert said.out.splitlines()[-1].startswith(f"{len(asked)} requests, {len(asked) - len(told)}")


@pytest.mark.parametrize(
    "given",
    [
        ("request", "--party", "Somebody", *ASK[2:]),
        ("request", *ASK[:2], "--subject", "weather", *ASK[4:]),
        ("request", *ASK[:4], "--due", "soon"),
        ("request", *ASK, "--id", "1"),
        ("answer", "not an id"),
    ],
)
def test_what_nobody_can_be_asked_is_wrong_usage(home, given):
    assert twin("evidence", *given, "--home", home).status == 2
