"""Ids by name: the twin's short way gives what the library's UUID version 5 gives."""

from uuid import uuid5

from hypothesis import given
from hypothesis import strategies as st

from twin.ids import NAMESPACE, event_id, named, request_id


@given(st.text())
def test_name_has_the_id_that_the_library_gives(name: str) -> None:
    assert named(name) == str(uuid5(NAMESPACE, name))


def test_ids_of_events_and_requests_are_made_of_their_names() -> None:
    told = event_id(source="urn:gb:dsp:P1", sequence=3, event_type="t.v1")
    assert told == str(uuid5(NAMESPACE, "urn:gb:dsp:P1|3|t.v1"))
    asked = request_id(campaign_id="LCP-HUBS", device_id="00-01", step="update", attempt=2)
    assert asked == str(uuid5(NAMESPACE, "LCP-HUBS|00-01|update|2"))
