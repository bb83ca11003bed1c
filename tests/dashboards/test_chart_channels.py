"""Charts name their channels by objects: a plain text costs a page some milliseconds each."""

import ast
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

CHARTS = sorted(Path(str(files("dashboards.charts"))).glob("*.py"))


def plain(source: str) -> Iterator[int]:
    """Lines on which a channel is a plain text or `alt.value(...)`."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(".encode"):
            for channel in call.keywords:
                is_text = isinstance(channel.value, ast.Constant | ast.JoinedStr)
                if is_text or ast.unparse(channel.value).startswith("alt.value("):
                    yield channel.value.lineno


def test_plain_channels_are_found():
    assert list(plain('c.encode(x="day:T",\ny=alt.value(0), text=alt.Text("a"))')) == [1, 2]


@pytest.mark.parametrize("chart", CHARTS, ids=lambda path: path.stem)
def test_channels_are_objects(chart):
    assert list(plain(chart.read_text(encoding="utf-8"))) == []
