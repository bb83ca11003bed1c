"""Hostile files cost one named refusal: no entity, no network, no file, bounded memory and time."""

import io
import re
import socket
import subprocess
import sys
import time
import tracemalloc
from pathlib import Path

import pytest

from tests.ingest.duis.duis_corpus import DOCUMENTS
from tests.ingest.duis.duis_documents import DCC, ESME, elements, request
from tests.ingest.duis.duis_refused import OPEN, RIGHT, refused
from tests.ingest.timing import quickest
from twin.ingest.duis import tree
from twin.ingest.duis.documents import DuisRequest
from twin.ingest.duis.names import DUIS
from twin.ingest.duis.reading import read_document, read_stream
from twin.ingest.duis.refusals import Cause, Refusal
from twin.ingest.duis.tree import Limits

HEAD, BODY = RIGHT.split(b"\n", 1)
MIB = 1024 * 1024


def with_type(declarations: str, *, used: str = "") -> bytes:
    """The document with a document type before its root, and a text in its body."""
    kind = f"<!DOCTYPE Request [{declarations}]>".encode()
    return HEAD + kind + BODY.replace(b"</FirmwareHash>", used.encode() + b"</FirmwareHash>")


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol"}">' for n in range(12))


@pytest.fixture
def no_network(monkeypatch):
    """Any use of a socket fails the test."""

    def fail(*_, **__):
        raise AssertionError("a socket was asked for")

    monkeypatch.setattr(socket, "socket", fail)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize(
    "octets",
    [
        with_type('<!ENTITY x SYSTEM "file:///etc/hostname">', used="&x;"),
        with_type('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', used="&x;"),
        with_type('<!ENTITY % x SYSTEM "http://127.0.0.1:9/x.dtd"> %x;'),
        with_type('<!ENTITY x "y">', used="&x;"),
        with_type(LAUGHS, used="&l11;"),
        with_type('<!ENTITY x "' + "y" * 500_000 + '">', used="&x;" * 5_000),
        with_type('<!ATTLIST Request schemaVersion CDATA "5.4">'),
        with_type(""),
        HEAD + b'<!DOCTYPE Request SYSTEM "http://127.0.0.1:9/x.dtd">' + BODY,
        HEAD + b'<!DOCTYPE Request PUBLIC "-//X//Y" "file:///etc/hostname">' + BODY,
    ],
    ids=lambda octets: octets[38:90].decode(),
)
def test_a_document_type_is_refused_before_anything_of_it_is_used(octets):
    assert refused(octets) == Refusal(Cause.DTD, "the document has a document type")
    assert quickest(refused, octets) < 0.1


def test_the_guard_against_the_network_can_fail(no_network):
    with pytest.raises(AssertionError, match="socket"):
        socket.create_connection(("127.0.0.1", 9))


@pytest.mark.usefixtures("no_network")
def test_behind_the_first_guard_no_file_is_read_and_nothing_swells(tmp_path, monkeypatch):
    (tmp_path / "variant").write_text("4")
    address = (tmp_path / "variant").as_uri()
    octets = HEAD + f'<!DOCTYPE Request [<!ENTITY x SYSTEM "{address}">]>'.encode() + BODY
    octets = octets.replace(b"Variant>4<", b"Variant>&x;<")
    assert refused(octets).cause is Cause.DTD
    monkeypatch.delattr(tree._Builder, "doctype")
    assert refused(octets).element == "CommandVariant"
    assert isinstance(read_document(octets.replace(b"&x;", b"4")), DuisRequest)
    laughs = with_type(LAUGHS, used="&l11;")
    assert refused(laughs).cause is Cause.MALFORMED
    assert quickest(refused, laughs) < 0.1


def test_an_attribute_of_many_megabytes_is_refused():
    for size, expected in ((1, DuisRequest), (11, Refusal)):
        octets = RIGHT.replace(b"<Body", b"<Body x='" + b"y" * size * MIB + b"'", 1)
        assert isinstance(read_document(octets), expected)


def test_an_entity_without_a_document_type_is_refused():
    assert refused(RIGHT.replace(b"<Body>", b"<Body>&x;")).cause is Cause.ENTITY


class Endless(io.RawIOBase):
    """A file without an end that counts what is read of it."""

    def __init__(self) -> None:
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        """As many octets as are asked for."""
        assert size > 0, "somebody wants all of it"
        self.given += size
        return b" " * size


def test_of_a_file_that_is_too_large_no_more_than_the_limit_is_read():
    stream = Endless()
    refusal = read_stream(stream)  # type: ignore[arg-type]
    assert refusal == Refusal(Cause.TOO_LARGE, "the document has more than 16,777,216 octets")
    assert stream.given == 16 * MIB + 1


def test_a_hundred_megabytes_are_refused_with_bounded_memory(tmp_path):
    path = tmp_path / "large.xml"
    with path.open("wb") as stream:
        stream.write(HEAD)
        for _ in range(100):
            stream.write(b"<a>" * (MIB // 3))
    tracemalloc.start()
    with path.open("rb") as stream:
        refusal = read_stream(stream)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(refusal, Refusal)
    assert refusal.cause is Cause.TOO_LARGE
    assert most < 40 * MIB


READ_ALL = """
import resource, sys
from twin.ingest.duis.reading import read_document, read_stream
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1], "rb") as stream:
    print(read_stream(stream).cause)
head = f"<Request xmlns='{sys.argv[2]}' schemaVersion='5.4'><Header><RequestID>"
print(read_document(head.encode() + b"x" * (15 << 20)).cause)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_the_whole_process_stays_small(tmp_path):
    path = tmp_path / "large.xml"
    with path.open("wb") as stream:
        for _ in range(100):
            stream.write(b"<a>" * (MIB // 3))
    done = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(path), DUIS],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    large, long, grown = done.stdout.split()
    assert (large, long) == ("too_large", "truncated")
    assert int(grown) < 128 * 1024  # KiB; the two documents themselves are 16 MiB and 15 MiB


def test_the_limits_are_the_readers_to_set():
    assert isinstance(read_document(RIGHT, limits=Limits(octets=len(RIGHT))), DuisRequest)
    assert refused(RIGHT, limits=Limits(octets=len(RIGHT) - 1)).cause is Cause.TOO_LARGE
    assert refused(RIGHT, limits=Limits(depth=3)).cause is Cause.TOO_DEEP
    assert isinstance(read_document(RIGHT, limits=Limits(depth=4)), DuisRequest)
    assert refused(RIGHT, limits=Limits(elements=9)).cause is Cause.TOO_MANY_ELEMENTS
    assert isinstance(read_document(RIGHT, limits=Limits(elements=10)), DuisRequest)


@pytest.mark.parametrize(
    ("octets", "cause"),
    [
        (OPEN + b"<Header>" * 1_000_000, Cause.TOO_DEEP),
        (OPEN + b"<UPRN>" + b"<a>" * 1_000_000, Cause.TOO_DEEP),
        (OPEN + b"<UPRN>" + b"<a/>" * 2_000_000, Cause.TOO_MANY_ELEMENTS),
        (OPEN + b"<Header/>" * 1_000_000, Cause.REPEATED),
        (OPEN + b"<Body>" + b"x" * 10 * MIB, Cause.STRAY_TEXT),
        (OPEN + b"<Header><RequestID>" + b"x" * 10 * MIB, Cause.TRUNCATED),
        (OPEN + b"<Header><RequestID>" + b"x" * 10 * MIB + b"</RequestID>", Cause.VALUE),
        (OPEN + b"<!--" + b"x" * 15 * MIB, Cause.TRUNCATED),
        (OPEN + b"<?x " + b"x" * 15 * MIB, Cause.TRUNCATED),
        (OPEN + b"<Header " + b"x" * 15 * MIB, Cause.TRUNCATED),
        (OPEN + b"<Header x='" + b"x" * 15 * MIB, Cause.TRUNCATED),
        (OPEN + b"<![CDATA[" + b" " * 15 * MIB, Cause.TRUNCATED),
        (b" " * 15 * MIB, Cause.EMPTY),
        (b"\n" * 15 * MIB + RIGHT, Cause.MALFORMED),
        (b"<" * 15 * MIB, Cause.TRUNCATED),
        (b"<?xml " + b'encoding="' * MIB, Cause.TRUNCATED),
    ],
    ids=range(16),
)
def test_large_nonsense_is_refused_soon(octets, cause):
    began = time.process_time()
    refusal = refused(octets)
    assert refusal.cause is cause
    assert time.process_time() - began < 1.0


def test_a_tag_with_very_many_attributes_is_refused():
    many = b" ".join(b'a%d=""' % number for number in range(300_000))
    began = time.process_time()
    found = refused(OPEN + b"<Header " + many + b"/></Request>")
    assert (found.cause, found.element) == (Cause.MISSING, "RequestID")
    assert time.process_time() - began < 1.0


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_truncated_document_is_refused_wherever_it_is_cut(name):
    octets = DOCUMENTS[name].rstrip()
    for end in range(0, len(octets) - 1, 13):
        refusal = refused(octets[:end])
        assert refusal.cause in {Cause.EMPTY, Cause.TRUNCATED, Cause.MALFORMED}, end
        if end > octets.index(b"<Header>"):
            assert refusal.cause is Cause.TRUNCATED, end


@pytest.mark.parametrize("between", [b"", b"\n", b"<!-- again -->"])
def test_a_doubled_document_is_refused(between):
    refusal = refused(BODY + between + BODY)
    assert refusal.cause is Cause.TRAILING
    assert refused(RIGHT + b"x").cause is Cause.TRAILING
    assert refused(RIGHT + RIGHT).cause is Cause.TRAILING


def test_what_may_follow_a_root_does_not_matter():
    assert isinstance(read_document(RIGHT + b" \n<!-- end -->\n"), DuisRequest)


def test_every_sentence_is_one_line_without_the_document():
    made_up = "Q7" * 9
    for old in (b"<Body>", b"</Body>", b"ActivateFirmware>", b"ServiceReference>", DCC.encode()):
        octets = RIGHT.replace(old, old + made_up.encode())
        found = read_document(octets)
        assert made_up not in repr(found)
        if isinstance(found, Refusal):
            assert re.fullmatch(r"[\w ,.'():-]+", found.why), found.why


def test_a_large_list_of_devices_is_read_soon():
    listed = ",".join([ESME] * 50_000)
    body = elements(
        UpdateFirmware=elements(FirmwareImage="", FirmwareVersion="01F0A234", DeviceIDList=listed)
    )
    began = time.process_time()
    found = read_document(request(body, variant="11.1"))
    assert isinstance(found, DuisRequest)
    assert time.process_time() - began < 1.0
