"""Logged in viewers on the pages: what a role opens, and what is written down."""

import time
from importlib.resources import files
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access import pseudonym
from dashboards.ports import PORTS, Role, Roles
from dashboards.queries import read_set
from tests.dashboards.paper_ports import PaperAudit
from tests.marts import sample
from twin.marts.publish import current_set

pytestmark = pytest.mark.usefixtures("pages")

APP = str(files("dashboards") / "app.py")
ROLES = Roles("groups", {role: frozenset({f"twin-{role}"}) for role in Role})
PREMISES = sample.History(2).premises_id
CLAIMS = {"iss": "https://id.example", "sub": "4711", "name": "A Person", "is_logged_in": True}


@pytest.fixture
def audit(monkeypatch) -> PaperAudit:
    monkeypatch.setattr(PORTS, "roles", ROLES)
    audit = PaperAudit()
    monkeypatch.setattr(PORTS, "audit", audit)
    return audit


def opened(page: str, user: dict[str, Any], **query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    app.user = user
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"app_pages/{page}.py").run()
    assert not app.exception, [one.value for one in app.exception]
    return app


def claims(*groups: str, lasts: float = 600) -> dict[str, Any]:
    return {**CLAIMS, "groups": list(groups), "exp": time.time() + lasts}


@pytest.mark.parametrize(
    ("user", "title"),
    [
        ({}, "Log in to see these pages"),
        ({"is_logged_in": False}, "Log in to see these pages"),
        (claims("twin-operations", lasts=-1), "Log in to see these pages"),
        (claims("of another product"), "No role is yours"),
    ],
)
def test_who_is_nobody_sees_nothing(audit, user, title):
    app = opened("progress", user)
    assert app.title[0].value == title
    assert not app.metric
    assert not app.get("vega_lite_chart")


def test_a_planner_sees_figures_and_no_premises(audit):
    planner = claims("twin-planning")
    app = opened("progress", planner)
    assert app.metric
    assert "Logged in with: planning" in app.sidebar.markdown[0].value
    app = opened("premises", planner, id=PREMISES)
    assert app.warning[0].value.startswith(
        "The history of one premises needs the role operations; yours: planning."
    )
    assert not app.get("vega_lite_chart")
    app = opened("campaign", planner, id="LCP-METERS")
    assert {one.label for one in app.button if one.disabled} == {"Hold", "Resume", "Stop", "Abort"}
    assert app.info[0].value.startswith(
        "No command can be given: commands need the role operations"
    )
    assert audit.accesses == []


def test_each_look_at_a_premises_is_written_down_once_and_without_a_name(audit, sample_home):
    user = claims("twin-operations")
    # AppTest runs a page again only where the box offers what it holds
    offered = read_set(current_set(sample_home)).mart("sample_premises")["premises_id"][0]
    app = opened("premises", user, id=offered)
    app.run()
    assert app.get("vega_lite_chart")
    told = [(one.who, one.what, one.of, one.end) for one in audit.accesses]
    assert told == [(pseudonym(CLAIMS), "premises page", offered, "shown")]
    opened("premises", user, id=offered)
    assert len(audit.accesses) == 2, "another session is another look"


def test_without_an_audit_no_premises_is_shown(audit):
    audit.refuses = True
    app = opened("premises", claims("twin-operations"), id=PREMISES)
    assert app.error[0].value == (
        "Nothing is shown: the audit cannot be written (disk full), and each view must be. Other "
        "pages still work."
    )
    assert not app.get("vega_lite_chart")
    assert not app.header
