"""Ids of names are those of the standard library's `uuid5`, which other tools make too."""

from uuid import uuid5

from hypothesis import given
from hypothesis import strategies as st

from twin.ids import NAMESPACE, event_id, name_id, request_id


@given(st.text())
def test_id_of_a_name_is_its_uuid5(name: str) -> None:
    assert name_id(name) == str(uuid5(NAMESPACE, name))


def test_ids_of_facts_and_requests_are_made_of_what_names_them() -> None:
    fact = event_id(source="urn:gb:esme:1", sequence=7, event_type="uk.gb.smart.x.y.v1")
    assert fact == str(uuid5(NAMESPACE, "urn:gb:esme:1|7|uk.gb.smart.x.y.v1"))
    request = request_id(campaign_id="C", device_id="D", step="update", attempt=2)
    assert request == str(uuid5(NAMESPACE, "C|D|update|2"))
