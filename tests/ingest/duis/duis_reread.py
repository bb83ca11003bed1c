"""What was written, read again."""

from datetime import UTC, datetime
from typing import Any

from twin.ingest.duis.documents import DuisRequest
from twin.ingest.duis.reading import read_document

NOW = datetime(2017, 7, 3, 9, tzinfo=UTC)


def read(octets: bytes) -> Any:
    """The request in a document that has to be one."""
    document = read_document(octets)
    assert isinstance(document, DuisRequest), document
    return document
