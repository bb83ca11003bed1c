"""When a page is idle: connected, its script done, and every chart drawn."""

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


def load(page: Page, address: str) -> float:
    """Seconds from asking for a page until it is idle with its charts drawn."""
    begun = time.monotonic()
    page.goto(address)
    page.wait_for_function(IDLE, timeout=30_000)
    return time.monotonic() - begun
