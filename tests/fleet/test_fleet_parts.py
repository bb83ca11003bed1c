"""A field that holds a part of a fleet tells what the whole one tells of that part."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from twin.events.envelope import Event
from twin.fleet.field import Field
from twin.fleet.numbers.assumptions import shipped
from twin.ingest.catalogue import shipped_catalogue

STARTS = datetime(2017, 6, 1, tzinfo=UTC)
ENDS = STARTS + timedelta(days=90)
EQUIPMENT: dict[str, Any] = {
    "assumptions": shipped(),
    "catalogue": shipped_catalogue(),
    "premises": 250,
    "seed": 8,
    "starts": STARTS,
    "ends": ENDS,
}


def told(field: Field) -> list[Event]:
    """All of it, a month at a time."""
    days = (30, 60, 90)
    return [e for d in days for e in field.advance(until=STARTS + timedelta(days=d), requests=())]


def test_parts_tell_what_the_whole_tells() -> None:
    """By the last digit of the premises id; each part keeps nothing beyond its end in mind."""
    whole = told(Field(**EQUIPMENT))
    for digits in ("01234567", "89abcdef"):
        part = Field(**EQUIPMENT, holds=lambda name, of=digits: name[-1] in of, for_good=True)
        expected = [event for event in whole if event.key[-1] in digits]
        assert told(part) == expected
        assert len(expected) > 1_500


def test_field_that_ended_for_good_does_not_go_on() -> None:
    field = Field(**EQUIPMENT, for_good=True)
    field.advance(until=ENDS, requests=())
    with pytest.raises(ValueError, match="ended for good"):
        field.advance(until=ENDS + timedelta(seconds=1), requests=())
