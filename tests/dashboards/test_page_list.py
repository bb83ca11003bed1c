"""Every page stands in the list of pictures and in the document of pages."""

import ast
import re
from pathlib import Path

from tests.browser.paths import PATHS

ROOT = Path(__file__).parents[2]
APP = ROOT / "dashboards" / "app.py"
DOCUMENT = ROOT / "docs" / "reference" / "pages.md"
IMAGE_MAX = 150_000
LARGE_MAX = 250_000
"""Bytes of a picture in the documents."""
LARGE = ("progress.png", "about.png")
"""The picture on the front of the repository, and the longest page: all of it is text."""


def addresses() -> dict[str, str]:
    """The address of each registered page by its file."""
    found = {}
    for node in ast.walk(ast.parse(APP.read_text())):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "Page":
            named = {one.arg: ast.literal_eval(one.value) for one in node.keywords}
            found[ast.literal_eval(node.args[0])] = f"/{named.get('url_path', '')}"
    return found


def title(file: str) -> str:
    """The question of a page."""
    (found,) = re.findall(r'^st\.title\("([^"]+)"\)', (APP.parent / file).read_text(), re.M)
    return found


def test_pictures_are_taken_of_every_page() -> None:
    assert {path.partition("?")[0] for path in PATHS.values()} == set(addresses().values())


def test_the_document_names_every_page_with_its_question() -> None:
    told = DOCUMENT.read_text()
    missing = [
        file
        for file, address in addresses().items()
        if f"`{address}`" not in told or title(file) not in told
    ]
    assert missing == []


def test_pictures_of_the_documents_are_there_and_small() -> None:
    links = re.findall(r"\(\.\./images/([\w-]+\.png)\)", DOCUMENT.read_text())
    assert len(links) >= 1
    for name in links:
        size = (ROOT / "docs" / "images" / name).stat().st_size
        assert size < (LARGE_MAX if name in LARGE else IMAGE_MAX), name


def test_no_page_shows_a_string_that_is_meant_for_readers_of_the_code() -> None:
    """Streamlit writes a bare string of a page's file onto the page; only its first is none."""
    bare = [
        (file, node.lineno)
        for file in addresses()
        for node in ast.parse((APP.parent / file).read_text()).body[1:]
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    assert bare == []
