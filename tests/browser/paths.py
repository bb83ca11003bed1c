"""The pages that pictures are taken of, and when a page has come to rest."""

from typing import Final

from playwright.sync_api import Page

PATHS: Final = {
    "progress": "/",
    "waves": "/waves",
    "regions": "/regions",
    "suppliers": "/suppliers",
    "han": "/han",
    "pin": "/pin",
    "han-review": "/han-review",
    "briefing": "/briefing",
    "ops": "/ops",
    "streams": "/streams",
    "campaigns": "/campaigns",
    "campaign": "/campaign?id=LCP-METERS",
    "pairing": "/pairing",
    "premises": "/premises",
    "rebuild": "/rebuild",
    "what-if": "/what-if",
    "compare": "/compare",
    "gates": "/gates",
    "evidence": "/evidence",
    "process": "/process",
    "data": "/data",
    "about": "/about",
}
"""Each page by its name, in the order of the navigation."""

IDLE: Final = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')];
    return app
        && app.dataset.testConnectionState === 'CONNECTED'
        && app.dataset.testScriptState === 'notRunning'
        && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]')
        && !document.querySelector('[class*=st-key-being_made]')
        && document.querySelector('h1')
        && charts.every(chart => chart.querySelector('svg, canvas'));
}"""


def idle(page: Page) -> None:
    """Wait until a page stands still with its charts and fonts drawn."""
    page.wait_for_function(IDLE, timeout=60_000)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    page.wait_for_function(IDLE, timeout=60_000)


def run_what_if(page: Page) -> None:
    """Press Run and wait until the run is whole and its doubt is drawn."""
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Bands hold 50%").wait_for(timeout=180_000)


def choose_premises(page: Page) -> None:
    """Choose the first of the samples: that to which most kinds of things happened."""
    page.get_by_role("combobox", name="Premises id").click()
    page.get_by_role("option").first.click()
    page.get_by_text("What happened, and when").wait_for()


PRESSED: Final = {"what-if": run_what_if, "premises": choose_premises}
"""What is done on a page before its picture is taken."""
