"""The pages of the programme in a real browser, each looked at once from all sides."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.idle import assert_idle_soon, load
from tests.browser.test_browser_pages import (
    KNOWN_ERRORS,
    OURS,
    STREAMLITS_OWN,
    _shoot,
)

pytestmark = pytest.mark.browser

PATHS = {
    "/waves?asat=2017-09-10": "Which wave is late, and what is next?",
    "/regions?area=C": "Where are we ahead and behind?",
    "/suppliers?supplier=s03": "Which supplier needs help?",
    "/han": "Is 2.4 GHz used first, and 868 MHz kept scarce?",
    "/han-review?against=2017-Q2": "What do we hand to the SEC Panel and Ofgem?",
    "/process?process=pin_reset": "Do the processes run as they were designed?",
    "/pin": "Is the Privacy PIN protecting people in shared spaces?",
    "/?asat=2017-09-10&by=weekly": "Are we on plan for local pairing?",
}


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_ours_alone_quick_accessible_and_fits_a_phone(
    page, server, shots, plain_page, path
):
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    load(page, server + path)
    expect(page.get_by_role("heading", level=1)).to_have_text(PATHS[path])
    expect(page.get_by_test_id("stException")).to_have_count(0)
    name = re.sub(r"[^\w-].*", "", path.strip("/")) or "progress-weekly"
    _shoot(page, shots / f"{name}.png")
    assert [url for url in requests if not OURS.match(url)] == []
    assert [text for text in errors if not KNOWN_ERRORS.match(text)] == []
    found = Axe().run(page).response["violations"]
    ours = [
        (rule["id"], node["target"], node["failureSummary"])
        for rule in found
        if rule["id"] not in STREAMLITS_OWN
        for node in rule["nodes"]
    ]
    assert ours == []
    assert_idle_soon(page, server + path, plain=plain_page)
    page.set_viewport_size({"width": 390, "height": 844})
    load(page, server + path)
    widths = page.evaluate(
        "[document.querySelector('[data-testid=stMain]').scrollWidth, window.innerWidth]"
    )
    assert widths[0] <= widths[1]


def test_filters_go_into_the_address_and_into_the_name_of_the_download(page, server):
    load(page, f"{server}/suppliers?asat=2017-09-10&csp=south")
    box = page.get_by_role("combobox", name="Supplier", exact=True)
    box.focus()  # a click may scroll the sidebar, which shuts the list again
    box.press("ArrowDown")
    expect(page.get_by_role("option", name="s03")).to_be_visible()
    page.keyboard.type("s03")
    page.keyboard.press("Enter")
    page.wait_for_url("**supplier=s03*")
    load(page, page.url)
    assert "csp=south" in page.url
    assert "asat=2017-09-10" in page.url
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the numbers (CSV)").click()
    download = started.value
    assert download.suggested_filename == "suppliers_south_s03_2017-09-10.csv"
    header, row = Path(download.path()).read_text().splitlines()
    assert header.startswith("day,supplier,installed_premises")
    assert row.startswith("2017-09-10,S03,")


def test_the_evidence_of_a_figure_opens_beside_it(page, server):
    load(page, f"{server}/regions")
    page.get_by_text("What is this figure?").first.click()
    evidence = page.get_by_test_id("stPopoverBody")
    expect(evidence).to_contain_text("Capable premises by GSP group")
    expect(evidence).to_contain_text("installed premises of the group")
    expect(evidence).to_contain_text("FROM place_days")
