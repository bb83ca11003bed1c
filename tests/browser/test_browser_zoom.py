"""Pages at 200 % zoom, and the way of the Tab key through them, in a real browser."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.idle import load

pytestmark = pytest.mark.browser

ZOOMED = {"width": 720, "height": 500}
"""What 200 % zoom leaves of a window of 1440 by 1000 (WCAG 2.2, 1.4.4 and 1.4.10)."""
STOPS_MOST = 60
FOCUSED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const box = at.getBoundingClientRect();
    const side = at.closest('[data-testid=stSidebar]');
    const label = at.getAttribute('aria-label') || at.innerText || at.id || at.tagName;
    const part = !side ? 'page' : at.closest('[data-testid=stSidebarNav]') ? 'links' : 'filters';
    const main = document.querySelector('[data-testid=stMain]').scrollTop;
    const bar = document.querySelector('[data-testid=stSidebarContent]');
    return {
        label: label.trim(),
        part: at.closest('[data-testid=stHeader], header') ? 'header' : part,
        top: box.top + (side ? bar.scrollTop : main),
        seen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""


@pytest.fixture(scope="module")
def seen(browser: BrowserContext):
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize("path", ["/", "/han", "/pin", "/streams", "/what-if"])
def test_at_twice_the_size_nothing_is_lost_to_the_side(seen, server, path):
    seen.set_viewport_size(ZOOMED)
    load(seen, server + path)
    within = seen.evaluate(
        """() => [...document.querySelectorAll('[data-testid=stMain], html')]
            .map(part => [part.scrollWidth, part.clientWidth])"""
    )
    assert [wide for wide, room in within if wide > room] == []
    heading = seen.get_by_test_id("stMain").get_by_role("heading").first
    expect(heading).to_be_in_viewport(ratio=1)
    charts = seen.get_by_test_id("stVegaLiteChart")
    if path == "/what-if":  # it has no chart before a run
        charts = seen.get_by_role("button", name="Run", exact=True)
    charts.first.scroll_into_view_if_needed()
    expect(charts.first).to_be_in_viewport()
    box = charts.first.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= ZOOMED["width"]


def stops(page: Page) -> list[dict]:
    """What the Tab key comes by, from the top of a page to its end."""
    found = []
    for _ in range(STOPS_MOST):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at is None:
            break
        found.append(at)
    return found


def in_order(labels: list[str], wanted: list[str]) -> bool:
    """Whether what is wanted comes by in this order, whatever lies between."""
    coming = iter(labels)
    return all(any(label.startswith(one) for label in coming) for one in wanted)


@pytest.mark.parametrize(
    ("path", "filters", "controls"),
    [
        (
            "/han",
            ["day, As it was on", "Choose date", "Communications region", "Supplier"],
            ["Is 2.4 GHz used first", "info", "Show data: Share of premises", "Show data: Dual"],
        ),
        (
            "/what-if",
            [],
            ["If we change", "Start from", "Name of the run", "Soak (days)", "Hubs first", "Run"],
        ),
    ],
)
def test_the_keyboard_goes_by_links_filters_and_controls_as_one_reads(
    seen, server, path, filters, controls
):
    seen.set_viewport_size({"width": 1440, "height": 1000})
    load(seen, server + path)
    links = seen.get_by_test_id("stSidebarNavLink").all_inner_texts()
    skip, *found = stops(seen)
    assert skip["label"] == "Skip to main content"
    parts = [one["part"] for one in found]
    assert parts == sorted(parts, key=["links", "filters", "page"].index)
    by_part = {
        part: [one["label"] for one in found if one["part"] == part] for part in {*parts, "filters"}
    }
    assert by_part["links"] == [link.strip() for link in links]
    assert in_order(by_part["filters"], filters)
    assert bool(by_part["filters"]) is bool(filters)
    assert in_order(by_part["page"], controls)
    assert [one["label"] for one in found if not one["seen"]] == []
