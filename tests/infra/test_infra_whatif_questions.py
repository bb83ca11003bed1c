"""`twin whatif questions`: ended from outside it loses nothing that was answered, and says so."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.infra.command_line import ENTRY, twin


def test_a_page_is_there_as_soon_as_its_question_is_answered(tmp_path: Path) -> None:
    said = twin("whatif", "questions", "costs", "--out", tmp_path)
    assert said.status == 0
    assert "1 questions answered" in said.out
    assert "costs.html" in (tmp_path / "index.html").read_text()
    (tmp_path / "file").write_text("in the way")
    refusal = twin("whatif", "questions", "costs", "--out", tmp_path / "file").refusal
    assert "cannot be written" in refusal


@pytest.mark.faults
def test_ended_twice_from_outside_it_keeps_the_pages_that_are_whole(tmp_path: Path) -> None:
    asked = ("whatif", "questions", "costs", "privacy-pin", "--out", str(tmp_path))
    run = subprocess.Popen(
        [sys.executable, "-c", ENTRY, *asked],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    until = time.monotonic() + 60
    while not (tmp_path / "index.html").exists() and time.monotonic() < until:
        time.sleep(0.05)  # a file appears: nothing tells of it
    time.sleep(2)  # in the middle of the second question, with its workers at it
    for _ in range(2):
        os.killpg(run.pid, signal.SIGTERM)
        time.sleep(0.1)
    _, err = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "Traceback" not in err
    assert err.strip().splitlines()[-1].startswith("twin: ended from outside; 1 of 2 questions")
    assert {file.name for file in tmp_path.iterdir()} == {"costs.html", "costs.json", "index.html"}
