"""Octets and encodings: UTF-8 is read, everything else is refused by name."""

import pytest

from tests.ingest.duis.duis_refused import OPEN, RIGHT, refused
from twin.ingest.duis.documents import DuisRequest
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Cause


@pytest.mark.parametrize("name", ["&lt;", "&amp;", "&#53;", "&#x35;"])
def test_characters_by_number_are_read(name):
    octets = RIGHT.replace(b">5A5A", f">{name}A5A".encode())
    found = read_document(octets)
    assert isinstance(found, DuisRequest) is ("#" in name)


@pytest.mark.parametrize(
    ("octets", "cause"),
    [
        (b"", Cause.EMPTY),
        (b" \r\n\t", Cause.EMPTY),
        (RIGHT.decode().encode("utf-16"), Cause.ENCODING),
        (RIGHT.decode().encode("utf-16-be"), Cause.NUL_BYTE),
        (RIGHT.decode().encode("utf-32"), Cause.ENCODING),
        (RIGHT.replace(b"UTF-8", b"UTF-16"), Cause.ENCODING),
        (RIGHT.replace(b"UTF-8", b"ISO-8859-1"), Cause.ENCODING),
        (RIGHT.replace(b'"UTF-8"', b"'windows-1252'"), Cause.ENCODING),
        (RIGHT.replace(b"UTF-8", b"UTF-7"), Cause.ENCODING),
        (RIGHT.replace(b"<Body>", b"<Body>\xe9"), Cause.ENCODING),
        (RIGHT.replace(b"<Body>", b"<Body>\xed\xa0\x80"), Cause.ENCODING),
        (RIGHT.replace(b"<Body>", b"<Body>\0"), Cause.NUL_BYTE),
        (RIGHT + b"\0", Cause.NUL_BYTE),
        (b"\0" + RIGHT, Cause.NUL_BYTE),
        (RIGHT.replace(b"<Body>", b"<Body>\x01"), Cause.ENCODING),
        (RIGHT.replace(b"<Body>", b"<Body>&#0;"), Cause.ENCODING),
        (b"PK\x03\x04 no XML", Cause.MALFORMED),
        (b"{}", Cause.MALFORMED),
        (b"<Request/>", Cause.NOT_DUIS),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", Cause.NOT_DUIS),
        (OPEN + b"</Request>", Cause.MISSING),
        (OPEN.replace(b"Request", b"Response", 1) + b"</Response>", Cause.MISSING),
        (RIGHT.replace(b"</Body>", b"</Bodies>"), Cause.MALFORMED),
        (RIGHT.replace(b"Body>", b"x:Body>"), Cause.UNKNOWN_ELEMENT),
        (RIGHT.replace(b"<Body>", b'<Body xmlns="">'), Cause.UNKNOWN_ELEMENT),
        (RIGHT.replace(b"<Body>", b'<Body xmlns="urn:other">'), Cause.UNKNOWN_ELEMENT),
    ],
)
def test_what_is_no_document_of_duis_is_refused_by_name(octets, cause):
    assert refused(octets).cause is cause


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("declared", [b"UTF-8", b"utf-8", b"US-ASCII"])
def test_utf_8_is_read_with_or_without_its_mark(mark, declared):
    assert isinstance(read_document(mark + RIGHT.replace(b"UTF-8", declared)), DuisRequest)
