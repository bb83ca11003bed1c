"""A small published home, and the environment that the pages read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit import config

from dashboards.ports import PORTS
from dashboards.settings import CLOCK, HOME, LIVE
from dashboards.suppression import PROGRAMME
from tests.dashboards.paper_ports import PaperAudit, PaperSender, accepted
from tests.marts import sample


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a lake of 120 premises and one published set; tests must not change it."""
    home = tmp_path_factory.mktemp("home")
    sample.sample_home(home, premises=120)
    return home


@pytest.fixture
def as_programme(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small counts are seen with the eyes of the programme, though all may everything here."""
    monkeypatch.setattr("dashboards.access.viewer_role", lambda: PROGRAMME)


@pytest.fixture
def open_pages(monkeypatch: pytest.MonkeyPatch, sample_home: Path) -> Iterator[None]:
    """The pages read the sample home, frozen a minute after it was published."""
    monkeypatch.setenv(HOME, str(sample_home))
    monkeypatch.setenv(LIVE, "0")
    monkeypatch.setenv(CLOCK, "2026-11-24T12:01:00+00:00")
    monkeypatch.setattr(PORTS, "sender", PaperSender(accepted))
    monkeypatch.setattr(PORTS, "audit", PaperAudit())
    monkeypatch.setattr(PORTS, "roles", None)
    config.set_option("client.showErrorDetails", "full")
    config.set_option("server.address", "127.0.0.1")
    yield
    config.set_option("client.showErrorDetails", "type")


@pytest.fixture
def pages(open_pages: None, as_programme: None) -> None:
    """The pages as a viewer of the programme sees them."""
