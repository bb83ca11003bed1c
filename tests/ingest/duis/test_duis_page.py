"""The reference page is what the code says."""

from pathlib import Path

import pytest

from twin.ingest.duis import page
from twin.ingest.duis.names import ALERTS, ANSWERS, REQUESTS, RESPONSES
from twin.ingest.duis.page import duis_page

DOCS = Path(__file__).parents[3] / "docs"


def test_the_committed_page_is_what_the_code_says():
    written = (DOCS / "reference" / "duis.md").read_text("utf-8")
    assert written == duis_page(), "python -m twin.ingest.duis.page docs/reference/duis.md"


@pytest.mark.parametrize("element", [*REQUESTS, *RESPONSES, *ALERTS, *ANSWERS])
def test_the_page_has_every_element_that_is_read(element):
    assert f"| `{element}` | `" in duis_page()


def test_the_page_says_what_keeps_a_fact_from_being_said():
    assert "`lifecycle.power-outage-alerted`: device_id, minutes (lacks minutes)" in duis_page()


def test_the_page_is_written_to_the_file_that_is_named(tmp_path, capsys):
    file = tmp_path / "duis.md"
    assert page.main([str(file)]) == 0
    assert file.read_text("utf-8") == duis_page()
    assert page.main([]) == 2
    assert "usage" in capsys.readouterr().err
