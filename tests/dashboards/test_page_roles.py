"""Small counts: operations sees them, everybody else `fewer than 5`; by who has logged in."""

import time
from collections import Counter
from importlib.resources import files

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.access import viewer_role
from dashboards.ports import PORTS, Role, Roles
from dashboards.suppression import BESIDE, FEWER, OPERATIONS, PROGRAMME

pytestmark = pytest.mark.usefixtures("open_pages")

APP = str(files("dashboards") / "app.py")
ROLES = Roles("groups", {role: frozenset({f"twin-{role}"}) for role in Role})


def small_counts(role: Role | None) -> Counter[str]:
    """Cells of the table of meter spaces on `/pin`, as a viewer with a role sees them."""
    app = AppTest.from_file(APP, default_timeout=30)
    if role is not None:
        app.user = {
            "iss": "https://id.example",
            "sub": "4711",
            "is_logged_in": True,
            "groups": [f"twin-{role}"],
            "exp": time.time() + 600,
        }
    app.switch_page("app_pages/pin.py").run()
    assert not app.exception, [one.value for one in app.exception]
    (table,) = (
        frame.value
        for frame in app.dataframe
        if {"shared_meter_space", "set_now"} <= set(frame.value.columns)
    )
    return Counter(str(cell) for cell in table["premises"])


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.OPERATIONS, True), (Role.PROGRAMME, False), (None, True)],
    ids=["operations", "programme", "open on loopback"],
)
def test_only_operations_sees_small_counts(monkeypatch, role, sees):
    monkeypatch.setattr(PORTS, "roles", None if role is None else ROLES)
    found = small_counts(role)
    assert (found[FEWER] + found[BESIDE] == 0) is sees
    assert any(cell.isdigit() and int(cell) < 5 for cell in found) is sees


def test_without_a_viewer_counts_are_kept_back(monkeypatch):
    monkeypatch.setattr("dashboards.access.viewer", lambda: None)
    assert viewer_role() == PROGRAMME != OPERATIONS
