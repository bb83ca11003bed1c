"""The pages in a real browser: they load, stay on this machine, are quick and accessible."""

import json
import os
import re
import signal
import urllib.request
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboards.settings import LIVE
from tests.browser.idle import IDLE, assert_idle_soon, load, visit
from tests.browser.server import served
from tests.marts import sample

pytestmark = pytest.mark.browser

PREMISES = sample.History(2).premises_id
PATHS = {
    "progress": "/",
    "ops": "/ops",
    "streams": "/streams",
    "campaigns": "/campaigns",
    "campaign": "/campaign?id=LCP-METERS",
    "pairing": "/pairing",
    "rebuild": "/rebuild",
    "briefing": "/briefing",
    "what-if": "/what-if",
    "compare": "/compare",
    "gates": "/gates",
    "evidence": "/evidence",
    "data": "/data",
    "about": "/about",
    "premises-none": "/premises",
    "premises": f"/premises?id={PREMISES}&on=2017-08-25",
}
TITLES = {
    "progress": "Are we on plan for local pairing?",
    "ops": "Is anything on fire now?",
    "streams": "Is the twin itself keeping up?",
    "campaigns": "Which campaigns are there, and how do they stand?",
    "campaign": "Should this campaign be held?",
    "pairing": "Where do consumers give up?",
    "rebuild": "Is the live state the rebuilt state?",
    "briefing": "What do I tell the board?",
    "what-if": "If we change the plan, when do we finish, and how many are exposed?",
    "compare": "Which plan, and why?",
    "gates": "When would our stop rule have fired?",
    "evidence": "What does the twin know about each question asked?",
    "data": "What stands behind the figures?",
    "about": "What do the words and figures mean?",
    "premises-none": "What happened at this premises?",
    "premises": "What happened at this premises?",
}
STREAMLITS_OWN = {"list", "listitem", "svg-img-alt"}
"""Rules that Streamlit itself breaks on every page (its navigation, its sparklines)."""
KNOWN_ERRORS = re.compile(r"Failed to load resource.*404")
"""A deep path makes the page look for its health twice beside the wrong path."""
OURS = re.compile(r"(http|ws)://127\.0\.0\.1:|data:|blob:")
FIRST_LOAD_MAX = 2_500_000
"""Bytes (the page's requirement for a first load, compressed)."""


@pytest.mark.parametrize("name", PATHS)
def test_a_page_loads_from_this_machine_alone_and_without_errors(page, server, shots, name):
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    load(page, server + PATHS[name])
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLES[name])
    expect(page.get_by_test_id("stException")).to_have_count(0)
    _shoot(page, shots / f"{name}.png")
    assert [url for url in requests if not OURS.match(url)] == []
    assert [text for text in errors if not KNOWN_ERRORS.match(text)] == []
    assert len(requests) > 5


def _shoot(page: Page, path: Path) -> None:
    """The whole page, however long: Streamlit scrolls inside, so the window grows."""
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": 1440, "height": max(1000, int(height))})
    page.wait_for_function(IDLE)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, animations="disabled")
    page.set_viewport_size({"width": 1440, "height": 1000})
    print(f"\nscreenshot: {path}")


@pytest.mark.parametrize("name", PATHS)
def test_a_warm_page_is_idle_soon(page, server, plain_page, name):
    assert_idle_soon(page, server + PATHS[name], plain=plain_page)


@pytest.mark.parametrize("name", PATHS)
def test_a_page_is_accessible_but_for_what_streamlit_breaks_itself(page, server, name):
    load(page, server + PATHS[name])
    found = Axe().run(page).response["violations"]
    ours = [
        (rule["id"], node["target"], node["failureSummary"])
        for rule in found
        if rule["id"] not in STREAMLITS_OWN
        for node in rule["nodes"]
    ]
    assert ours == []


def test_a_deep_link_survives_the_round_trip(page, server):
    load(page, server + PATHS["premises"])
    expect(page.get_by_role("heading", level=2)).to_contain_text("25 August 2017")
    assert f"id={PREMISES}" in page.url
    load(page, page.url)
    expect(page.get_by_role("heading", level=2)).to_contain_text("25 August 2017")


def test_a_pasted_id_goes_into_the_address(page, server):
    load(page, server + "/premises")
    box = page.get_by_role("combobox", name="Premises id")
    box.fill(PREMISES)
    box.press("Enter")
    page.wait_for_url(f"**/premises?id={PREMISES}*")
    page.wait_for_function(IDLE)
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(1)


def test_the_numbers_can_be_downloaded(page, server):
    load(page, server)
    with page.expect_download() as started:
        page.get_by_role("button", name="Download the numbers (CSV)").click()
    download = started.value
    assert re.fullmatch(r"progress_\d{4}-\d\d-\d\d\.csv", download.suggested_filename)
    header, first, *_ = Path(download.path()).read_text().splitlines()
    assert header.startswith("day,installed_premises,capable_hubs")
    assert re.match(r"\d{4}-\d\d-\d\d,", first)


@pytest.mark.parametrize("name", ["progress", "ops", "campaign", "pairing"])
def test_a_phone_shows_the_page_without_scrolling_sideways(page, server, shots, name):
    page.set_viewport_size({"width": 390, "height": 844})
    load(page, server + PATHS[name])
    widths = page.evaluate(
        "[document.querySelector('[data-testid=stMain]').scrollWidth, window.innerWidth]"
    )
    page.screenshot(path=shots / f"{name}-phone.png", animations="disabled")
    assert widths[0] <= widths[1]


def test_a_first_load_is_small(fresh, server):
    """Bytes on the wire of a browser that has nothing yet, as Chromium counts them."""
    page = fresh.new_page()
    session = fresh.new_cdp_session(page)
    session.send("Network.enable")
    sizes = []
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    load(page, server)
    page.wait_for_function("document.fonts.ready.then(() => true)")
    print(f"\nfirst load: {sum(sizes) / 1e6:.2f} MB in {len(sizes)} answers")
    assert 100_000 < sum(sizes) < FIRST_LOAD_MAX
    assert len(sizes) > 5


def test_the_server_says_that_it_is_alive(server):
    with urllib.request.urlopen(f"{server}/healthz", timeout=5) as answer:
        assert json.load(answer) == {"status": "ok", "set": "20261124-120000"}


def test_the_live_page_shows_a_new_set_by_itself_and_can_be_paused(page, live_server):
    address, home = live_server
    load(page, f"{address}/ops")
    expect(page.get_by_text("basis first:")).to_be_visible()
    sample.sample_home(home, premises=13, set_id="second")
    expect(page.get_by_text("basis second:")).to_be_visible(timeout=20_000)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    page.get_by_text("Renew by itself").click()
    page.wait_for_function(IDLE)
    sample.sample_home(home, premises=14, set_id="third")
    with pytest.raises(AssertionError):
        expect(page.get_by_text("basis third:")).to_be_visible(timeout=7_000)


def test_what_is_made_beside_appears_by_itself_and_holds_no_page_up(page, tmp_path):
    """The process that makes it is stopped; nothing of it is left when the server has ended."""
    sample.sample_home(tmp_path, premises=12)
    with served(tmp_path, {LIVE: "0"}, log=tmp_path / "server.log") as server:
        (maker,) = children(server.pid, "infra.pages.making")
        os.kill(maker, signal.SIGSTOP)
        visit(page, f"{server.address}/process")
        expect(page.get_by_text("Being made since")).to_be_visible()
        expect(page.get_by_role("heading", name="8 processes are designed")).to_be_visible()
        visit(page, f"{server.address}/data")
        expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
        visit(page, f"{server.address}/process")
        os.kill(maker, signal.SIGCONT)
        expect(page.get_by_role("heading", name="ran as designed")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("Being made since")).to_have_count(0)
        os.kill(maker, signal.SIGSTOP)
        visit(page, f"{server.address}/evidence")
        os.kill(maker, signal.SIGKILL)
        expect(page.get_by_text("Could not be made: the answers")).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_role("heading", name="The twin holds")).to_be_visible(timeout=60_000)
        (maker,) = children(server.pid, "infra.pages.making")
    with pytest.raises(ProcessLookupError):
        os.kill(maker, 0)


def children(pid: int, what: str) -> list[int]:
    """The processes that a process has started with some words in their command line."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(one) for task in tasks for one in task.read_text().split()]
    return [one for one in found if what in Path(f"/proc/{one}/cmdline").read_text()]
