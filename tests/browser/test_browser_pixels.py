"""Pictures on a stopped clock: a chart that is loaded again is the same to the pixel."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Locator

from tests.browser.test_browser_pages import IDLE, load

pytestmark = pytest.mark.browser

CHARTS = {
    "/": ["stVegaLiteChart"],
    "/regions": ["stVegaLiteChart"],
    "/pairing": ["stEChartsChart", "stVegaLiteChart"],
    "/campaign?id=LCP-METERS": ["stVegaLiteChart"],
}
"""Pages with a chart of each kind: curves, tiles, funnel (on a canvas), dots, bars."""
PAPER = 0.98
"""A chart has no more than this share of one colour: it is drawn."""


def shot(chart: Locator) -> Image.Image:
    chart.scroll_into_view_if_needed()
    return Image.open(BytesIO(chart.screenshot(animations="disabled"))).convert("RGB")


@pytest.mark.parametrize("path", CHARTS)
def test_a_chart_that_is_loaded_again_is_the_same_to_the_pixel(page, server, path):
    page.set_viewport_size({"width": 1440, "height": 1400})
    taken: list[list[Image.Image]] = []
    for _ in range(2):
        load(page, server + path)
        page.evaluate("document.fonts.ready")
        page.wait_for_function(IDLE)
        taken.append([shot(page.get_by_test_id(kind).first) for kind in CHARTS[path]])
    for one, other in zip(*taken, strict=True):
        assert one.size == other.size
        assert ImageChops.difference(one, other).getbbox() is None
        most = max(count for count, _ in one.getcolors(one.width * one.height))
        assert most < PAPER * one.width * one.height, "a blank axis is no chart"
