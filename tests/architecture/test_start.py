"""What starts soon starts soon: a command and a role of a run load only what they work with."""

import subprocess
import sys
from collections.abc import Mapping
from typing import Final

import pytest

from infra import cli
from tests.infra.command_line import twin

HEAVY: Final = (
    *("aiokafka", "deltalake", "duckdb", "faust", "kafka", "lxml", "numba", "numpy", "polars"),
    *("pyarrow", "rocksdict", "streamlit"),
)
"""Libraries that take a tenth of a second or more to come, or bring such with them."""
OF_THE_LAKE: Final = ("deltalake", "numpy", "pyarrow")
OF_THE_LOG: Final = ("aiokafka", "kafka")
COMMANDS: Final[Mapping[str, tuple[str, ...]]] = {
    "--help": (),
    "basis --help": (),
    "basis list": (),
    "checkpoint list": ("numpy", "polars", "pyarrow"),
    "fleet summary": (),
    "lake info": OF_THE_LAKE,
    "install-code check": (),
    "doctor": (),
    "run --help": (),
}
"""What each of these may load of the heavy ones; none of them finds anything in an empty folder."""
ROLES: Final[Mapping[str, tuple[str, ...]]] = {
    "worker": (*OF_THE_LOG, "faust", "rocksdict"),
    "emulator": (*OF_THE_LOG, "numpy"),
    "archiver": (*OF_THE_LOG, *OF_THE_LAKE),
    "publisher": (*OF_THE_LOG, *OF_THE_LAKE, "duckdb", "polars"),
    "inbox": ("kafka", "lxml"),
}
"""What a role may load of them before its work begins."""
MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    "infra.run.sharing": (*OF_THE_LAKE, "rocksdict"),
    "infra.run.command": (*OF_THE_LOG, *OF_THE_LAKE),
    "infra.broker.__main__": (),
}
"""What a share of `twin fleet generate`, `twin run` itself and the broker's process may load."""
LOADED: Final = f"print(*sorted(set({HEAVY}) & set(sys.modules)), file=sys.stderr)"


def loaded_by(code: str, *arguments: str) -> set[str]:
    """The heavy libraries that a fresh process has loaded when some code has run."""
    entry = f"import atexit, sys\natexit.register(lambda: {LOADED})\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", entry, *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    return set(done.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(("words", "may"), COMMANDS.items())
def test_a_command_loads_what_it_works_with(tmp_path, words: str, may: tuple[str, ...]) -> None:
    (tmp_path / "lake" / "events").mkdir(parents=True)
    home = () if "--help" in words or "check" in words else ("--home", str(tmp_path))
    assert loaded_by("from infra.cli import main; main()", *words.split(), *home) <= set(may)


@pytest.mark.parametrize(("role", "may"), ROLES.items())
def test_a_role_loads_what_it_works_with(role: str, may: tuple[str, ...]) -> None:
    """Its work ends where it first asks the equipment, of which there is none."""
    work = f"roles.ROLES[{role!r}](None, None)"
    over = "except (AssertionError, AttributeError): pass"
    code = f"from infra.run import roles\ntry: {work}\n{over}"
    assert loaded_by(code) <= set(may)


@pytest.mark.parametrize(("module", "may"), MODULES.items())
def test_a_process_loads_what_it_works_with(module: str, may: tuple[str, ...]) -> None:
    assert loaded_by(f"import {module}") <= set(may)


def test_the_search_for_what_is_loaded_can_find() -> None:
    assert loaded_by("import numba, kafka") >= {"kafka", "numba", "numpy"}


@pytest.mark.parametrize(("name", "about"), cli.COMMANDS.items())
def test_the_list_of_commands_says_what_each_says_of_itself(name: str, about: str) -> None:
    said = " ".join(twin(name, "--help").out.split())
    assert about in said
