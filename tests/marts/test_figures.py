"""The registry of figures against the marts that it describes."""

import re

import pytest

from tests.marts.folding import META
from twin.events.registry import ALL_TYPES, short_name
from twin.marts.build import MARTS, MartBuilder
from twin.marts.figures.registry import figures, mart_sql, registry

EVENTS = {short_name(name) for name in ALL_TYPES}
PARAGRAPH = re.compile(
    r"¶\d{1,2}|Q\d{1,2}|Introduction|Executive summary|conditions? .+|SEC F1\..+"
)


@pytest.fixture(scope="module")
def frames():
    return MartBuilder().build(meta=META, health={})


@pytest.mark.parametrize("mart", sorted(registry()))
def test_every_column_of_a_described_mart_is_a_dimension_or_a_figure(frames, mart):
    described = registry()[mart]
    held = [column for one in described.figures for column in one.columns]
    assert sorted([*described.dimensions, *held]) == sorted(frames[mart].columns)
    assert described.figures


def test_keys_are_unique_and_every_figure_says_what_it_is_made_of():
    every = [one for mart in registry().values() for one in mart.figures]
    assert len(figures()) == len(every) > 40
    for one in every:
        assert one.mart in MARTS
        assert one.definition.endswith("."), one.key
        assert set(one.events) <= EVENTS, one.key
        assert [p for p in one.paragraphs if not PARAGRAPH.fullmatch(p)] == [], one.key
        if one.status != "assumed" and one.mart not in ("breaches", "summary"):
            assert one.events, one.key


def test_the_query_of_a_mart_is_at_hand():
    assert mart_sql("bands").startswith("-- Devices by the band selected")
    with pytest.raises(FileNotFoundError):
        mart_sql("nothing")
