"""`twin install-code check`: whether an install code can be right; the code is forgotten at once.

The code comes by standard input, because arguments stand in the list of processes and in the
history of shells. No message holds any part of what was read or given (Annex D, BR03).
"""

import sys
from getpass import getpass
from typing import Any, Final, NoReturn, TextIO

import typer
from typer.core import TyperGroup

from infra.commands.speak import Json, say, say_json
from twin.rules.install_codes import CodeRefusal, check_install_code
from twin.vocabulary import CodeFault

INPUT_MAX: Final = 4096
"""Bytes that are read at most; the longest code has 44 digits."""
_USAGE: Final = "Usage: twin install-code check [--json] < CODE"
_WHY: Final = (
    "the code is read from standard input, and nothing but --json is taken as an argument; a code "
    "that was given as an argument may now stand in the history of the shell"
)


class QuietGroup(TyperGroup):
    """A group whose usage errors never repeat what was typed, since that may be a code."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command `check`, and no guess at anything else."""
        if args[0] not in self.commands:
            refuse_usage()
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=QuietGroup,
    no_args_is_help=True,
    context_settings={"ignore_unknown_options": True},
)


@app.callback()
def install_code() -> None:
    """Check an install code without keeping it."""


@app.command("check", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def check(context: typer.Context, as_json: Json = False) -> None:
    """Say whether an install code on standard input can be right, and how many bytes it has."""
    if context.args:
        refuse_usage()
    answer = judged(given())
    if isinstance(answer, CodeRefusal):
        if as_json:
            say_json({"ok": False, "reason": answer.fault, "why": answer.why})
        print(f"twin: {answer.why}", file=sys.stderr)
        sys.exit(1)
    if as_json:
        say_json({"ok": True, "bytes": answer})
    else:
        say(f"ok, {answer} bytes")


def given() -> bytes:
    """What stands on standard input, in part if it is too long; a terminal does not show it."""
    stream: TextIO | None = sys.stdin
    if stream is None:
        return b""
    if stream.isatty():
        return getpass("Install code: ").encode("utf-8", "surrogateescape")
    return stream.buffer.read(INPUT_MAX + 1)


def judged(raw: bytes) -> int | CodeRefusal:
    """Bytes of the code on a line, or why it is none; one newline at the end is cut."""
    if len(raw) > INPUT_MAX:
        why = "the input is much longer than any install code"
        return CodeRefusal("BR01", why, CodeFault.LENGTH)
    try:
        digits = raw.decode("utf-8").removesuffix("\n")
    except UnicodeDecodeError:
        return CodeRefusal("BR01", "the input is no UTF-8 text", CodeFault.NON_DIGIT)
    return check_install_code(digits=digits)


def refuse_usage() -> NoReturn:
    """End with the exit status of wrong usage, and repeat nothing."""
    print(f"{_USAGE}\ntwin: {_WHY}", file=sys.stderr)
    sys.exit(2)
