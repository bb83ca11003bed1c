"""A real page server over a small published set, and Debian's chromium to look at it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from dashboards.settings import CLOCK, LIVE
from tests.browser.server import CHROMIUM, FLAGS, plain, served
from tests.marts import sample


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
    with served(home, also, log=home / "server.log", port=port) as found:
        yield found.address


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
    expect.set_options(timeout=20_000)  # a busy machine draws late; what is wrong stays wrong
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


@pytest.fixture(scope="session")
def plain_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a plain page of Streamlit's: what this machine makes of any page."""
    home = tmp_path_factory.mktemp("plain")
    with served(home, {}, log=home / "server.log", starting=plain) as found:
        yield found.address


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """A page of the shared browser, closed after the test."""
    opened = browser.new_page()
    yield opened
    opened.close()


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
