"""When a page is idle: connected, its script done, and every chart drawn; and when it is whole."""

import time
from typing import Final

from playwright.sync_api import Page

WITHIN_S: Final = 2.0
"""Seconds within which a warm page is idle."""
OF_A_PLAIN_PAGE: Final = 3.5
"""On a machine that is too slow or too busy for that: so many times what a plain page takes."""

IDLE = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    const charts = [...document.querySelectorAll(
        '[data-testid=stVegaLiteChart], [data-testid=stEChartsChart]')];
    return app
        && app.dataset.testConnectionState === 'CONNECTED'
        && app.dataset.testScriptState === 'notRunning'
        && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')
        && document.querySelector('h1')
        && charts.every(chart => chart.querySelector('svg, canvas'));
}"""


MADE = "!document.querySelector('[class*=st-key-being_made]')"
"""Nothing that the page shows is being made beside it any more."""


def visit(page: Page, address: str) -> float:
    """Seconds from asking for a page until it is idle, though its figures may yet be made."""
    begun = time.monotonic()
    page.goto(address)
    page.wait_for_function(IDLE, timeout=90_000)
    return time.monotonic() - begun


def load(page: Page, address: str) -> float:
    """Seconds from asking for a page until it is idle with its figures and its charts drawn."""
    begun = time.monotonic()
    page.goto(address)
    page.wait_for_function(f"{MADE} && ({IDLE})()", timeout=90_000)
    return time.monotonic() - begun


def assert_idle_soon(page: Page, address: str, *, plain: str) -> None:
    """A warm page is idle soon, or as soon as this machine lets any page be: best of three."""
    load(page, address)
    ours = min(load(page, address) for _ in range(3))
    print(f"\nwarm {address}: idle after {ours:.2f} s")
    if ours < WITHIN_S:
        return
    load(page, plain)
    turns = [(load(page, address), load(page, plain)) for _ in range(3)]
    ours, plainly = (min(seconds) for seconds in zip(*turns, strict=True))
    print(f"by turns with a plain page: {ours:.2f} and {plainly:.2f} s")
    assert ours < OF_A_PLAIN_PAGE * plainly, turns
