"""A planner at `/what-if`: how long from a changed plan to its end, its exposure and its chance.

A real page server over a finished run (TWIN_HOME) and Debian's chromium. The plan is changed
twice, so that the second time nothing is at hand of the first.
"""

import tempfile
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from dashboards.settings import LIVE
from tests.benchmarks.measure import Measure
from tests.benchmarks.page_times import browser
from tests.benchmarks.viewed_home import viewed_home
from tests.browser.idle import load
from tests.browser.server import CHROMIUM, served

SECONDS_MAX: Final = 10.0
"""What "within seconds" is taken to be."""
COMPILED_MS: Final = 300_000
ANSWER_MS: Final = 120_000
PLANS: Final = ("soak=7&canary=2.0", "soak=20&canary=5.0")
SAID: Final = {
    "end and exposure of a sample": "Ends on",
    "of the whole fleet": "Keep this run as",
    "chance of the day": "Bands hold 50%",
}
"""Words of the page by what they show to be there."""


def measure() -> list[Measure]:
    """Seconds from the press of Run to each answer, the slower of two plans."""
    if not Path(CHROMIUM).exists():
        return [Measure(name="planner", ours="not measured: chromium is missing", holds=False)]
    with tempfile.TemporaryDirectory(prefix="twin-planner-") as name:
        home = viewed_home(Path(name) / "home")
        with served(home, {LIVE: "0"}, log=home / "server.log") as server, browser() as fresh:
            page = fresh.new_page()
            _await_kernels(page, f"{server.address}/what-if")
            runs = [_asked(page, f"{server.address}/what-if?{plan}") for plan in PLANS]
    slowest = {what: max(run[what] for run in runs) for what in SAID}
    sure = max(slowest.values())
    return [
        Measure(
            name="what-if in the browser, from a changed plan to its answers",
            ours=", ".join(f"{what} {seconds:.1f} s" for what, seconds in slowest.items()),
            against=f"at most {SECONDS_MAX:g} s",
            ratio=sure / SECONDS_MAX,
            holds=sure <= SECONDS_MAX,
            figures=slowest,
        )
    ]


def _await_kernels(page: Page, address: str) -> None:
    """Until the page does not say any more that its kernels are being compiled."""
    ends = time.monotonic() + COMPILED_MS / 1000
    load(page, address)
    while "compiled" in page.content() and time.monotonic() < ends:
        page.wait_for_timeout(1_000)
        load(page, address)


def _asked(page: Page, address: str) -> dict[str, float]:
    load(page, address)
    pressed = time.monotonic()
    page.get_by_role("button", name="Run", exact=True).click()
    seconds = {}
    for what, words in SAID.items():
        page.get_by_text(words).first.wait_for(timeout=ANSWER_MS)
        seconds[what] = time.monotonic() - pressed
    return seconds
