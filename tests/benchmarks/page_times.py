"""How long a viewer waits: for a warm page, a first page, another page, another filter; and bytes.

A real page server over the marts of a run (TWIN_HOME: a finished run, or the marts of a large
fleet that `large_marts` made) and Debian's chromium. Every page is loaded thrice warm and the best
is taken, as the machine is shared; the slowest page is the line's figure, and every page's own
stands in build/bench.json.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from playwright.sync_api import BrowserContext, Page, sync_playwright
from playwright.sync_api import TimeoutError as NotByThen

from dashboards.queries import open_current
from dashboards.settings import LIVE
from tests.benchmarks.measure import Measure
from tests.benchmarks.viewed_home import viewed_home
from tests.browser.idle import IDLE, MADE, load, visit
from tests.browser.paths import PATHS
from tests.browser.server import CHROMIUM, FLAGS, served

WARM_MAX: Final = 2.0
COLD_MAX: Final = 4.5
SWITCH_MAX: Final = 0.6
FILTER_MAX: Final = 0.6
FIRST_LOAD_MB: Final = 2.5
LOADS: Final = 3
MADE_WITHIN_S: Final = 20
"""How long a page is watched whose figures are being made beside it."""
_FILTERS: Final = (
    ("/suppliers", "Supplier", "supplier"),
    ("/suppliers", "Communications region", "csp"),
    ("/regions", "Communications region", "csp"),
    ("/han", "Supplier", "supplier"),
    ("/pin", "Communications region", "csp"),
)
"""A page, one of its filters by its label, and the filter's name in the address."""

_TWO_FRAMES: Final = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def measure() -> list[Measure]:
    """The times of all pages over the newest marts; without chromium one line says so."""
    if not Path(CHROMIUM).exists():
        return [Measure(name="page times", ours="not measured: chromium is missing", holds=False)]
    with tempfile.TemporaryDirectory(prefix="twin-page-times-") as name:
        home = viewed_home(Path(name) / "home")
        found = open_current(home)
        assert found is not None, f"nothing is published under {home}"
        return _times(home, label=f"{found.meta.premises:,} premises")


def _times(home: Path, *, label: str) -> list[Measure]:
    with served(home, {LIVE: "0"}, log=home / "server.log") as server, browser() as fresh:
        first_mb, cold = _first(fresh, server.address)
        page = fresh.new_page()
        paths = _paths(home)
        made: dict[str, float] = {}
        warm = {n: _warm(page, server.address + path, made, n) for n, path in paths.items()}
        switched = _switched(page, server.address)
        filtered = _filtered(page, server.address)
    worst = max(warm, key=lambda name: warm[name])
    with served(home, {LIVE: "0"}, log=home / "server.log") as server, browser() as fresh:
        _, cold_worst = _first(fresh, server.address + paths[worst])
    return [
        _line(f"warm page to idle, {label}", warm, WARM_MAX),
        _line(f"cold server and browser, {label}", {"progress": cold, worst: cold_worst}, COLD_MAX),
        _made_line(f"figures made beside the page, {label}", made),
        _line(f"in-app switch, {label}", switched, SWITCH_MAX),
        _line(f"filter change, {label}", filtered, FILTER_MAX),
        Measure(
            name=f"first load, {label}",
            ours=f"{first_mb:.2f} MB",
            against=f"at most {FIRST_LOAD_MB} MB",
            ratio=first_mb / FIRST_LOAD_MB,
            holds=first_mb <= FIRST_LOAD_MB,
        ),
    ]


def _line(name: str, seconds: dict[str, float], most: float) -> Measure:
    worst = max(seconds, key=lambda one: seconds[one])
    median = statistics.median(seconds.values())
    return Measure(
        name=name,
        ours=f"{seconds[worst]:.2f} s ({worst}; median of {len(seconds)}: {median:.2f} s)",
        against=f"at most {most} s",
        ratio=seconds[worst] / most,
        holds=seconds[worst] <= most,
        figures=seconds,
    )


def _made_line(name: str, seconds: dict[str, float]) -> Measure:
    """When figures came that were made after the first visit; no requirement asks for a time."""
    told = [
        f"{one} {taken:.1f} s" if taken < MADE_WITHIN_S else f"{one} not by then"
        for one, taken in seconds.items()
    ]
    return Measure(
        name=name,
        ours=", ".join(told) or "all were there at the first visit",
        against=f"looked at for {MADE_WITHIN_S} s",
        figures=seconds,
    )


@contextmanager
def browser() -> Iterator[BrowserContext]:
    """A browser that has been nowhere: nothing in its cache."""
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        try:
            yield launched.new_context(locale="en-GB", viewport={"width": 1440, "height": 1000})
        finally:
            launched.close()


def _paths(home: Path) -> dict[str, str]:
    """Every page, that of a premises with one that the marts name."""
    found = open_current(home)
    assert found is not None, f"nothing is published under {home}"
    sample = found.mart("sample_premises")["premises_id"].to_list()
    named = {"premises-one": f"/premises?id={sample[0]}"} if sample else {}
    return {**PATHS, **named}


def _first(fresh: BrowserContext, address: str) -> tuple[float, float]:
    """MB on the wire, and seconds to idle, of a first load."""
    page = fresh.new_page()
    session = fresh.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[int] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    seconds = visit(page, address)
    page.wait_for_function("document.fonts.ready.then(() => true)")
    page.close()
    return sum(sizes) / 1e6, seconds


def _warm(page: Page, address: str, made: dict[str, float], name: str) -> float:
    """Seconds of a later visit; `made` takes those of the first until figures made beside it came.

    Where they have not come within `MADE_WITHIN_S`, the page is timed as it is without them.
    """
    begun = time.monotonic()
    visit(page, address)
    if not page.evaluate(MADE):
        with suppress(NotByThen):
            page.wait_for_function(f"{MADE} && ({IDLE})()", timeout=1000 * MADE_WITHIN_S)
        made[name] = time.monotonic() - begun
    return min(visit(page, address) for _ in range(LOADS))


def _switched(page: Page, address: str) -> dict[str, float]:
    """From a click in the navigation until the other page is idle, of every page in it."""
    load(page, address)
    links = page.get_by_test_id("stSidebarNavLink")
    names = [text.strip() for text in links.all_inner_texts()]
    found: dict[str, float] = {}
    for _ in range(LOADS):
        for at in (*range(1, len(names)), 0):
            seconds = _until_changed(page, "h1", links.nth(at).click)
            found[names[at]] = min(seconds, found.get(names[at], seconds))
    return found


def _filtered(page: Page, address: str) -> dict[str, float]:
    """From the key that chooses until the page shows the choice and is idle."""
    found = {}
    for path, label, name in _FILTERS:
        taken = []
        for _ in range(LOADS):
            load(page, address + path)
            box = page.get_by_role("combobox", name=label, exact=True)
            # focus scrolls the sidebar, and a list that is open by then closes when it scrolls
            box.scroll_into_view_if_needed()
            page.evaluate(_TWO_FRAMES)
            box.focus()
            box.press("ArrowDown")
            page.get_by_role("option").nth(1).wait_for()
            page.keyboard.press("ArrowDown")
            taken.append(_until_changed(page, "main", lambda: page.keyboard.press("Enter"), name))
        found[f"{path} {name}"] = min(taken)
    return found


def _until_changed(
    page: Page, what: str, act: Callable[[], None], in_address: str | None = None
) -> float:
    """Seconds from an act until what is shown has changed and the page is idle."""
    selector = {"h1": "h1", "main": "[data-testid=stMain]"}[what]
    before = page.locator(selector).first.inner_text()
    begun = time.monotonic()
    act()
    page.wait_for_function(
        "([selector, before, name, idle]) => {"
        " const one = document.querySelector(selector);"
        " return one && one.innerText !== before"
        "  && (!name || location.search.includes(name + '=')) && eval(idle)() }",
        arg=[selector, before, in_address, IDLE],
        timeout=30_000,
    )
    return time.monotonic() - begun
