"""The page server as a process of its own, and the ways to launch Debian's chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct

from dashboards.settings import HOME
from infra.pages.starting import command

CHROMIUM: Final = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STARTS_WITHIN_S: Final = 60
NO_BROKER: Final = "127.0.0.1:1"
"""Where no Kafka listens: the pages of a finished run."""


class Served(Struct, frozen=True):
    """A page server at work: its address, and the id of its process."""

    address: str
    pid: int


def free_port() -> int:
    """A port on which nothing listens at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def plain(*, port: int) -> tuple[str, ...]:
    """Command line of Streamlit's own server with one plain page on 127.0.0.1."""
    script = Path(__file__).with_name("plain_page.py")
    given = ("--server.address=127.0.0.1", f"--server.port={port}", "--server.headless=true")
    quiet = ("--browser.gatherUsageStats=false", "--server.fileWatcherType=none")
    return (sys.executable, "-m", "streamlit", "run", str(script), *given, *quiet)


@contextmanager
def served(
    home: Path,
    also: dict[str, str],
    *,
    log: Path,
    port: int | None = None,
    starting: Callable[..., tuple[str, ...]] = command,
) -> Iterator[Served]:
    """A page server over `home` with more variables, which answers; it is ended at the end.

    `starting` gives its command line for a port.
    """
    port = port or free_port()
    with log.open("w") as out:
        process = subprocess.Popen(
            starting(port=port),
            env={**os.environ, HOME: str(home), "TWIN_BROKER": NO_BROKER, **also},
            cwd=log.parent,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/_stcore/health", process, log)
            yield Served(address, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the page server did not answer: {log.read_text()}")
