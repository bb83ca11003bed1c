"""Reading a document: octets in, a document or a refusal by name out; nothing is guessed.

Signatures are not checked: whoever holds the certificates of the gateway has to do that before.
"""

from collections.abc import Callable
from typing import BinaryIO, Final

from twin.ingest.duis.documents import Document, Reading
from twin.ingest.duis.reading_mmc import message
from twin.ingest.duis.reading_requests import request
from twin.ingest.duis.reading_responses import response
from twin.ingest.duis.refusals import Refusal, Unfit
from twin.ingest.duis.tree import DEFAULT_LIMITS, Limits, Parsed, parse


def read_document(octets: bytes, *, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """The document in these octets, or why there is none.

    An install code is counted, and what names a consumer, a meter point or a certificate is
    dropped while parsing; no part of it is in what is returned, nor in a refusal (BR03, D32).
    """
    parsed = parse(octets, limits=limits)
    if isinstance(parsed, Refusal):
        return parsed
    try:
        return _ROOTS[parsed.name](parsed)
    except Unfit as unfit:
        return unfit.refusal


def read_stream(stream: BinaryIO, *, limits: Limits = DEFAULT_LIMITS) -> Reading:
    """The document in a stream, of which no more is read than shows that it is too large.

    Raises:
        OSError: the stream cannot be read.
    """
    return read_document(stream.read(limits.octets + 1), limits=limits)


_ROOTS: Final[dict[str, Callable[[Parsed], Document]]] = {
    "Request": request,
    "Response": response,
    "GBCSResponse": message,
}
