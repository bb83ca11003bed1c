"""A document that is right, and what has to be refused."""

from tests.ingest.duis.duis_requests import REQUESTS
from twin.ingest.duis.names import DUIS
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Refusal

RIGHT = REQUESTS["11.3"][0]
OPEN = f'<Request xmlns="{DUIS}" schemaVersion="5.4">'.encode()


def refused(octets: bytes, **terms: object) -> Refusal:
    """The refusal of a document that has to be refused."""
    found = read_document(octets, **terms)
    assert isinstance(found, Refusal), found
    return found
