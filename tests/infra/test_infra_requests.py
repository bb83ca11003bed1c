"""`twin requests`: single requests, valid, without a code, never over a file that is there."""

from pathlib import Path

import pytest

from tests.infra.command_line import twin
from tests.ingest.duis.duis_schemas import duis, faults
from twin.ingest.duis.documents import DuisRequest
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Refusal

USER, HUB, METER, CAD = (f"90-B3-D5-1F-30-00-00-0{n}" for n in range(1, 5))
COMMANDS = {
    "8.11": ("device-log", HUB, CAD),
    "8.7.2": ("join", METER, CAD),
    "3.5": ("pin-disable", METER),
}


@pytest.mark.parametrize("variant", COMMANDS)
def test_a_request_is_written_and_valid(variant: str, tmp_path: Path) -> None:
    out = tmp_path / "request.xml"
    said = twin(
        "requests", *COMMANDS[variant], "--originator", USER, "--counter", "7", "--out", out
    )
    assert said.status == 0, said
    octets = out.read_bytes()
    assert "unsigned; nothing was sent" in said.out
    assert (
        "exists already"
        in twin("requests", *COMMANDS[variant], "--originator", USER, "--out", out).refusal
    )
    assert out.read_bytes() == octets
    assert faults(octets, duis()) == []


@pytest.mark.parametrize("variant", ["8.7.2", "3.5"])
def test_it_is_read_back_and_to_standard_output_it_is_the_same(variant: str) -> None:
    said = twin("requests", *COMMANDS[variant], "--originator", USER)
    found = read_document(said.out.encode())
    assert isinstance(found, DuisRequest)
    assert found.variant == variant
    assert found.request.originator == USER


def test_a_request_whose_code_nobody_filled_in_is_refused() -> None:
    said = twin("requests", *COMMANDS["8.11"], "--originator", USER)
    assert isinstance(read_document(said.out.encode()), Refusal)


def test_an_id_that_is_none_is_a_usage_error() -> None:
    assert twin("requests", "pin-disable", "meter", "--originator", USER).status == 2
