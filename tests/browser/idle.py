"""When a page is idle: connected, its script done, and every chart drawn; and when it is whole."""

import time

from playwright.sync_api import Page

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
    page.wait_for_function(IDLE, timeout=30_000)
    return time.monotonic() - begun


def load(page: Page, address: str) -> float:
    """Seconds from asking for a page until it is idle with its figures and its charts drawn."""
    begun = time.monotonic()
    page.goto(address)
    page.wait_for_function(f"{MADE} && ({IDLE})()", timeout=30_000)
    return time.monotonic() - begun
