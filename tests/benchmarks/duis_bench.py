"""DUIS and MMC documents a second, on one core, from octets to documents and to facts.

Two thousand service requests a second are asked for. The peer is lxml alone, which builds its
tree of the same octets and reads nothing of it.
"""

import time
from collections.abc import Callable, Sequence
from typing import Final

from lxml import etree

from tests.benchmarks.measure import Measure
from tests.ingest.duis.duis_alerts import ALERTS
from tests.ingest.duis.duis_corpus import DOCUMENTS
from tests.ingest.duis.duis_documents import CERTIFICATE
from tests.ingest.duis.duis_messages import MESSAGES
from tests.ingest.duis.duis_requests import REQUESTS
from tests.ingest.duis.duis_responses import RESPONSES
from twin.ingest.duis.facts import facts_of
from twin.ingest.duis.reading import read_document
from twin.ingest.duis.refusals import Refusal
from twin.ingest.duis.values import RequestId
from twin.ingest.duis.writing import write_update

ASKED: Final = 2_000
"""Service requests a second."""
ROUNDS: Final = 7
DOCUMENTS_A_ROUND: Final = 2_000
DEVICES: Final = 50_000


def read(octets: bytes) -> None:
    """To a document; a refusal would be no measurement."""
    if isinstance(read_document(octets), Refusal):
        raise AssertionError("a document of the benchmark is refused")


def meant(octets: bytes) -> None:
    """To the facts that a document means."""
    found = read_document(octets)
    if isinstance(found, Refusal) or not facts_of(found):
        raise AssertionError("a document of the benchmark means nothing")


def signed(documents: dict[str, tuple[bytes, object]]) -> list[bytes]:
    """Documents as they come: with a signature before the end of the root."""
    return [
        octets.replace(b"</Body><", b"</Body>" + CERTIFICATE.encode() + b"<")
        for octets, _ in documents.values()
    ]


def rate(do: Callable[[bytes], object], documents: Sequence[bytes]) -> float:
    """Documents a processor second, the median of the rounds."""
    rates = []
    for _ in range(ROUNDS):
        began = time.process_time()
        done = 0
        while done < DOCUMENTS_A_ROUND:
            for octets in documents:
                do(octets)
            done += len(documents)
        rates.append(done / (time.process_time() - began))
    return sorted(rates)[ROUNDS // 2]


def largest() -> float:
    """Processor seconds for an update with the largest list of devices and a 1 MB image."""
    octets = write_update(
        request=RequestId("0A" + "-00" * 7, "0B" + "-00" * 7, 1),
        firmware_version="01F0A234",
        device_ids=[f"0C-00-00-00-00-00-{n >> 8:02X}-{n & 255:02X}" for n in range(DEVICES)],
        image=bytes(1_000_000),
    )
    began = time.process_time()
    read(octets)
    return time.process_time() - began


def measure() -> list[Measure]:
    """Requests, the other documents, requests to facts, and one large update."""
    requests = signed(REQUESTS)
    others = signed({**RESPONSES, **ALERTS, **MESSAGES})
    ours, alone = rate(read, requests), rate(etree.fromstring, requests)
    facts, rest = rate(meant, list(DOCUMENTS.values())), rate(read, others)
    seconds = largest()
    return [
        Measure(
            name="DUIS: signed service requests of every kind read",
            ours=f"{ours:,.0f}/s",
            against=f"at least {ASKED:,}/s; lxml's tree alone {alone:,.0f}/s",
            ratio=ours / ASKED,
            holds=ours >= ASKED,
            figures={"requests_a_second": ours, "lxml_alone": alone},
        ),
        Measure(
            name="DUIS and MMC: signed responses, alerts and messages read",
            ours=f"{rest:,.0f}/s",
            figures={"documents_a_second": rest},
        ),
        Measure(
            name="DUIS and MMC: every kind of document read to its facts",
            ours=f"{facts:,.0f}/s",
            figures={"documents_a_second": facts},
        ),
        Measure(
            name="DUIS: an 11.1 for 50,000 devices with 1 MB of image read",
            ours=f"{seconds * 1000:,.0f} ms",
            figures={"seconds": seconds},
        ),
    ]
