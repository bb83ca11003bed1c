"""Logging in by OpenID Connect: roles from the provider's claim, and what each of them may see."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import serving
from tests.browser.idle import load
from tests.browser.provider import CLIENT, Provider, providing
from tests.browser.server import free_port
from tests.marts import sample

pytestmark = pytest.mark.browser

PREMISES = f"/premises?id={sample.History(2).premises_id}"
AUTH = """
[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "only of this test, and of no use elsewhere"
client_id = "{client}"
client_secret = "only of this test"
server_metadata_url = "{issuer}/.well-known/openid-configuration"

[roles]
claim = "groups"
programme = ["twin-readers"]
operations = ["twin-duty"]
planning = ["twin-planners"]
"""
PLANNER = {"sub": "p-1", "name": "Pat Planner", "email": "pat@example.org"}
OPERATOR = {"sub": "o-1", "name": "Olly Operator", "email": "olly@example.org"}


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with providing(free_port()) as found:
        yield found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    sample.sample_home(home, premises=12)
    return home


@pytest.fixture(scope="module")
def address(provider: Provider, home: Path) -> Iterator[str]:
    port = free_port()
    file = home / "auth.toml"
    file.write_text(AUTH.format(port=port, client=CLIENT, issuer=provider.issuer))
    with serving(home, {"TWIN_AUTH": str(file)}, port=port) as found:
        yield found


@pytest.fixture
def page(fresh) -> Page:
    return fresh.new_page()


def log_in(page: Page, address: str, provider: Provider, person: dict, *groups: str) -> None:
    provider.person = {**person, "groups": list(groups)}
    load(page, address)
    expect(page.get_by_role("heading", name="Log in to see these pages")).to_be_visible()
    expect(page.get_by_test_id("stMetric")).to_have_count(0)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("Logged in with")).to_be_visible(timeout=60_000)


def test_roles_decide_what_is_shown_and_looks_at_premises_are_written_down(
    page, address, provider, home
):
    audit = home / "audit" / "accesses.jsonl"
    log_in(page, address, provider, PLANNER, "twin-planners", "something else")
    expect(page.get_by_text("Logged in with: planning")).to_be_visible()
    load(page, address + PREMISES)
    refused = "The history of one premises needs the role operations; yours: planning."
    expect(page.get_by_text(refused)).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(0)
    load(page, f"{address}/campaign?id=LCP-METERS")
    expect(page.get_by_text("commands need the role operations")).to_be_visible()
    assert not audit.exists()

    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Log in to see these pages")).to_be_visible()
    log_in(page, address, provider, OPERATOR, "twin-duty")
    load(page, address + PREMISES)
    expect(page.get_by_test_id("stVegaLiteChart")).to_have_count(1)
    (seen,) = [json.loads(line) for line in audit.read_text().splitlines()]
    assert (seen["what"], seen["of"]) == ("premises page", sample.History(2).premises_id)
    assert seen["who"].startswith("u-")
    for word in ("olly", "operator", "example", "o-1"):
        assert word not in audit.read_text().lower().replace("operations", "")


def test_somebody_without_a_role_sees_no_figure(page, address, provider):
    provider.person = {**PLANNER, "groups": ["of another product"]}
    load(page, address)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="No role is yours")).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stMetric")).to_have_count(0)


def test_a_token_that_is_over_asks_for_another(page, address, provider, monkeypatch):
    monkeypatch.setattr(provider, "lifetime_s", 6)
    log_in(page, address, provider, OPERATOR, "twin-duty")
    deadline = time.monotonic() + 30
    again = page.get_by_role("heading", name="Log in to see these pages")
    while again.count() == 0:
        assert time.monotonic() < deadline, "the token is over, and the page still shows"
        load(page, address)
