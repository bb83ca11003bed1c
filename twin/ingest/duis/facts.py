"""Which facts a document means, as far as the types of fact can say it; nothing is made up.

What a message leaves out the register may know: types of devices, roles of users, campaigns. What
neither knows makes a silence that names it, so that nothing is skipped.
"""

from twin.ingest.duis.documents import (
    DccAlert,
    Document,
    DuisRequest,
    DuisResponse,
    MmcMessage,
)
from twin.ingest.duis.facts_alerted import alerted
from twin.ingest.duis.facts_answered import answered
from twin.ingest.duis.facts_asked import asked
from twin.ingest.duis.facts_exchanged import acknowledged
from twin.ingest.duis.facts_of_devices import said_by_device
from twin.ingest.duis.meanings import NOTHING_KNOWN, Register, Said


def facts_of(document: Document, *, register: Register = NOTHING_KNOWN) -> tuple[Said, ...]:
    """The facts of a document with their standing, in its order, and where it says none, why.

    Requests were asked, inventory entries are believed, responses and alerts reported; no
    signature is verified. There is always at least one meaning or silence.
    """
    match document:
        case DuisRequest():
            return tuple(asked(document, register=register))
        case DuisResponse():
            return tuple(answered(document, register=register))
        case DccAlert():
            return tuple(alerted(document, register=register))
        case MmcMessage():
            return tuple(said_by_device(document, register=register))
    return (acknowledged(document),)
