"""A real page server over a small published set, and Debian's chromium to look at it."""

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright, sync_playwright

from dashboards.settings import CLOCK, HOME, LIVE
from infra.pages.starting import command
from tests.marts import sample

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
STARTS_WITHIN_S = 60
NO_BROKER = "127.0.0.1:1"
"""Where no Kafka listens: the pages of a finished run."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a page server over 300 premises, frozen a minute after publishing."""
    home = tmp_path_factory.mktemp("home")
    sample.sample_home(home)
    with serving(home, {LIVE: "0", CLOCK: "2026-11-24T12:01:00+00:00"}) as address:
        yield address


@contextmanager
def serving(home: Path, also: dict[str, str], *, port: int | None = None) -> Iterator[str]:
    """A page server over `home` with more variables; gives its address."""
    port = port or free_port()
    log = home / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            command(port=port),
            env={**os.environ, HOME: str(home), "TWIN_BROKER": NO_BROKER, **also},
            cwd=home,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(f"{address}/_stcore/health", process, log)
            yield address
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


@pytest.fixture
def live_server(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address and home of a page server that renews itself, over 12 premises."""
    sample.sample_home(tmp_path, premises=12, set_id="first")
    with serving(tmp_path, {CLOCK: "2026-11-24T12:01:00+00:00"}) as address:
        yield address, tmp_path


@pytest.fixture(scope="session")
def driver() -> Iterator[Playwright]:
    """The one driver of the run: there can be no second beside it."""
    if not Path(CHROMIUM).exists():
        pytest.skip("NO BROWSER TEST WAS RUN: chromium is missing (apt-get install chromium)")
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(
    driver: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """One browser profile for the run, so that later loads are warm."""
    context = driver.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"),
        executable_path=CHROMIUM,
        args=list(FLAGS),
        locale="en-GB",
        timezone_id="Europe/London",
        viewport={"width": 1440, "height": 1000},
    )
    yield context
    context.close()


@pytest.fixture
def fresh(driver: Playwright) -> Iterator[BrowserContext]:
    """A browser that has been nowhere: nothing in its cache, no cookie."""
    launched = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
    yield launched.new_context(locale="en-GB", viewport={"width": 1440, "height": 1000})
    launched.close()


@pytest.fixture(scope="session")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots go: the folder named by TWIN_SCREENSHOTS, or a temporary one."""
    named = os.environ.get("TWIN_SCREENSHOTS")
    folder = Path(named) if named else tmp_path_factory.mktemp("screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
