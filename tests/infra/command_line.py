"""The command line as a person meets it: exit status, what it prints, and never a traceback."""

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from infra.cli import main

ENTRY = "from infra.cli import main; main()"


class Said(NamedTuple):
    """How a command ended and what it printed."""

    status: int
    out: str
    err: str

    @property
    def refusal(self) -> str:
        """The one line of a refusal."""
        assert self.status == 1, self
        assert "Traceback" not in self.err + self.out
        lines = self.err.strip().splitlines()
        assert lines[-1].startswith("twin: "), self
        return lines[-1].removeprefix("twin: ")


def process(*arguments: str | Path, entry: str = ENTRY, **environment: str) -> Said:
    """A command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", entry, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=_environment(environment),
    )
    return Said(done.returncode, done.stdout, done.stderr)


def twin(*arguments: str | Path, **environment: str) -> Said:
    """A command in this process, which saves the start of Python; a traceback is a failure."""
    out, err = StringIO(), StringIO()
    with (
        patch.object(sys, "argv", ["twin", *map(str, arguments)]),
        patch.dict(os.environ, _environment(environment), clear=True),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0
    return Said(status, out.getvalue(), err.getvalue())


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """No setting of the twin but those given."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
    return {**plain, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb", **given}
