"""`twin install-code check`: the answer, the exit status, and no trace of the code anywhere."""

import io
import json
import os
import subprocess
import sys
from unittest.mock import patch

import pytest

from infra.commands.install_code import INPUT_MAX, judged
from tests.infra.command_line import ENTRY, Said, twin
from twin.rules.install_codes import CodeRefusal
from twin.vocabulary import CodeFault

CODES = {
    6: "09511271736940899184",
    8: "0623330704552160575854588",
    12: "2677184990644167999451144919141394",
    16: "11498421980158767530772413355827185014129589",
}
"""Published codes in their ASSUMED typed form, by bytes."""
CODE = CODES[8]
MISTYPED = CODE[:-1] + "9"
PART = 6
"""So many digits of a code in a row are a trace of it."""


def check(raw: bytes, *arguments: str) -> Said:
    """The command in a process of its own, with bytes on its standard input."""
    done = subprocess.run(
        [sys.executable, "-c", ENTRY, "install-code", "check", *arguments],
        input=raw,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def here(raw: bytes, *arguments: str) -> Said:
    """The command in this process."""
    with patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw))):
        return twin("install-code", "check", *arguments)


def traces(said: Said, typed: str) -> list[str]:
    """Parts of what was typed that the command printed."""
    printed = said.out + said.err
    parts = {typed[n : n + PART] for n in range(len(typed) - PART + 1)}
    return sorted(part for part in parts if part in printed)


@pytest.mark.rule("BR01", "BR02")
@pytest.mark.parametrize("length", CODES)
def test_a_right_code_is_answered_by_its_length(length: int) -> None:
    for raw in (CODES[length].encode(), CODES[length].encode() + b"\n"):
        assert here(raw) == Said(0, f"ok, {length} bytes\n", "")
    assert json.loads(here(raw, "--json").out) == {"ok": True, "bytes": length}


@pytest.mark.rule("BR01", "BR03")
def test_it_works_as_a_process_of_its_own() -> None:
    assert check(CODE.encode() + b"\n") == Said(0, "ok, 8 bytes\n", "")
    said = check(MISTYPED.encode() + b"\n")
    assert said.refusal.startswith("the check at the end does not belong to the code")
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert traces(said, MISTYPED) == []


@pytest.mark.rule("BR01", "BR03")
@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "length"),
        (b"\n", "length"),
        (CODE[:-1].encode(), "length"),
        (CODE.encode() + b"\n\n", "length"),
        (CODE.encode() + b"\r\n", "length"),
        (b" " + CODE.encode(), "length"),
        (CODE.encode() + b"\n" + CODE.encode(), "length"),
        (CODE[:-1].encode() + b"x", "non_digit"),
        (CODE.translate({ord("0") + n: 0xFF10 + n for n in range(10)}).encode(), "non_digit"),
        (b"9" * 25, "range"),
        (MISTYPED.encode(), "crc"),
        (b"\xff\xfe" + CODE.encode(), "non_digit"),
        (CODE.encode() * 200, "length"),
    ],
)
def test_a_wrong_code_is_one_sentence_and_leaves_no_trace(raw: bytes, reason: str) -> None:
    said = here(raw)
    assert said.refusal
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert traces(said, raw.decode("utf-8", "ignore").strip()) == []
    told = here(raw, "--json")
    assert told.status == 1
    assert json.loads(told.out)["reason"] == reason
    assert traces(told, raw.decode("utf-8", "ignore").strip()) == []


@pytest.mark.rule("BR03")
@pytest.mark.parametrize(
    "arguments",
    [
        ("check", CODE),
        ("check", "--", CODE),
        ("check", "--json", CODE),
        ("check", f"--{CODE}"),
        ("check", f"-{CODE}"),
        ("check", f"--json={CODE}"),
        ("check", f"--help={CODE}"),
        ("check", "--code", CODE),
        (CODE,),
        (f"--{CODE}",),
        (f"-{CODE}",),
        ("chek", CODE),
    ],
)
def test_a_code_as_an_argument_is_wrong_usage_and_is_not_repeated(
    arguments: tuple[str, ...],
) -> None:
    with patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(CODE.encode()))):
        said = twin("install-code", *arguments)
    assert said.status == 2, said
    assert "Traceback" not in said.err
    assert "ok" not in said.out.split()
    assert traces(said, CODE) == []


def test_input_is_bounded() -> None:
    for size, why in ((INPUT_MAX, "20, 25"), (INPUT_MAX + 1, "much longer")):
        answer = judged(b"1" * size)
        assert isinstance(answer, CodeRefusal)
        assert answer.fault is CodeFault.LENGTH
        assert why in answer.why


def test_endless_input_is_answered() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ENTRY, "install-code", "check"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stderr is not None
        process.stdin.write(b"1" * (INPUT_MAX + 1))
        process.stdin.flush()
        assert process.wait(timeout=120) == 1
        assert b"much longer" in process.stderr.read()


@pytest.mark.rule("BR03")
def test_a_terminal_does_not_show_the_code() -> None:
    ours, theirs = os.openpty()
    try:
        with subprocess.Popen(
            [sys.executable, "-c", ENTRY, "install-code", "check"],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            prompt = b"Install code: "
            assert process.stderr.read(len(prompt)) == prompt
            os.write(ours, CODE.encode() + b"\n")
            assert process.wait(timeout=120) == 0
            assert process.stdout.read() == b"ok, 8 bytes\n"
            os.set_blocking(ours, False)
            with pytest.raises(BlockingIOError):  # the terminal showed nothing at all
                os.read(ours, 4096)
    finally:
        os.close(ours)
        os.close(theirs)


def test_closed_input_is_no_code() -> None:
    with patch.object(sys, "stdin", None):
        assert twin("install-code", "check").refusal.startswith("an install code has 20, 25")


def test_the_group_says_what_it_is() -> None:
    said = twin("install-code", "--help")
    assert said.status == 0
    assert "check" in said.out
