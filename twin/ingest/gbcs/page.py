"""The reference page of GBCS messages: use case, kind, payload with its fields, and facts."""

from collections.abc import Callable, Iterator
from types import NoneType
from typing import Any, Final, get_args, get_type_hints

from msgspec import Struct
from msgspec.structs import fields

from twin.events.messages import MessageReceived, ServiceAnswered, ServiceRequested
from twin.events.registry import short_name
from twin.ingest.gbcs.codes import alert_codes, code_text, message_codes
from twin.ingest.gbcs.facts import MEANINGS
from twin.ingest.gbcs.header import Header
from twin.ingest.gbcs.message import Alert, GbcsMessage
from twin.ingest.gbcs.refusals import Cause
from twin.ingest.gbcs.use_cases import ALERTS, COMMANDS, RESPONSES
from twin.vocabulary import MessageKind

_HEAD: Final = """# GBCS messages

Written by `make docs` from the code; do not edit.

A message is a MAC wrapper (general-ciphering, left out of signed responses, alerts and
pre-commands), a grouping header (general-signing) and a payload in DLMS, ASN.1 or GBZ. Of every
message the header, its protection, its length and, of an alert, code and moment are read; **no
signature and no MAC is verified**, and every message says `verification: none`. Install codes,
keys, hashes of keys, certificates and PINs are skipped while reading: at most their length goes on.

A payload of another use case, or of another shape than its use case gives it, is told as
`Received` with code, name and length; one with encrypted parts as `Closed`. A fact stands in the
table where the twin's facts can say what the payload says; whether they do depends on what is
known beside the message (device types, roles, the command before a response, a campaign under
way). Otherwise a command whose payload was read is told as `messages.service-requested`, a
response as `messages.service-answered`, an alert as `messages.received`: the last fact of a row,
and the payload goes with it, with all fields of the row. Encrypted parts stay closed and say so; of
a payload that contradicts itself code, kind and alert are told, and the file is named.

"""
_KINDS: Final[tuple[tuple[MessageKind, dict[int, Any]], ...]] = (
    (MessageKind.COMMAND, COMMANDS),
    (MessageKind.RESPONSE, RESPONSES),
    (MessageKind.ALERT, ALERTS),
)
_OTHERWISE: Final = {
    MessageKind.COMMAND: short_name(ServiceRequested.TYPE),
    MessageKind.RESPONSE: short_name(ServiceAnswered.TYPE),
    MessageKind.ALERT: short_name(MessageReceived.TYPE),
}
"""The fact that carries a payload where none of its own can be told."""
_WEAK: Final = """
## Where the coding is not published

The public texts name the parts of these, not how they are coded; a payload that is coded otherwise
than expected here is told as `Received`.

- DBCH07, DBCH08, DBCH11: parts in the order of DUIS (lines 4586 to 4650); triggers and answers of
  scans stay numbers, since no list gives their names.
- DBCH10: what names the discarded message, in the order of its header or in that of DUIS.
- DBCH01, DBCH02 responses, DBCH07: a channel as a mask of 32 bits like those of DBCH04, whether a
  bit string, a number or four octets, or as a pair of page and channel.
- CCS04 to CCS06 responses: the `active_devices` of COSEM class 104; a link quality only where an
  entry tells one signal alone.
"""


def gbcs_page() -> str:
    """The page as Markdown; the same text for the same code."""
    return "".join(_lines())


def payloads_of(read: Callable[..., Any]) -> tuple[type[Struct], ...]:
    """The payloads that a reader can return, by its signature."""
    return _told_by(read)


def facts_from(payload: type[Struct]) -> tuple[str, ...]:
    """Short names of the facts that a payload can mean, by the signature of its meaning."""
    means = MEANINGS.get(payload)
    return () if means is None else tuple([short_name(fact.TYPE) for fact in _told_by(means)])


def _lines() -> Iterator[str]:
    yield _HEAD
    yield "## Of every message\n\n| part | fields |\n|---|---|\n"
    for part in (GbcsMessage, Header, Alert):
        yield f"| `{part.__name__}` | {_fields(part)} |\n"
    yield "\n## Of its payload\n\n"
    yield "| code | use case | kind | payload | fields | facts |\n|---|---|---|---|---|---|\n"
    for code in sorted({*COMMANDS, *RESPONSES, *ALERTS}):
        named = message_codes()[code]
        for kind, readers in _KINDS:
            if code in readers:
                use_case = f"{named.use_case} {named.name}".strip()
                yield from _rows(code_text(code), use_case, kind, readers[code])
    yield _WEAK
    yield "\n## Why octets or text are refused\n\n"
    yield from (f"- `{cause}`\n" for cause in Cause)
    yield "\n## Names\n\n"
    yield f"{len(message_codes())} message codes and {len(alert_codes())} alert codes have names, "
    yield "each with status and source,\nin `twin/ingest/reference/gbcs_message_codes.csv` and "
    yield "`gbcs_alert_codes.csv`. A code that no list\nnames is told as it is.\n"


def _rows(code: str, use_case: str, kind: MessageKind, read: Callable[..., Any]) -> Iterator[str]:
    for payload in payloads_of(read):
        facts = ", ".join(f"`{fact}`" for fact in (*facts_from(payload), _OTHERWISE[kind]))
        yield f"| `{code}` | {use_case} | {kind} | `{payload.__name__}` "
        yield f"| {_fields(payload)} | {facts} |\n"


def _fields(struct: type[Struct]) -> str:
    return ", ".join(f"`{field.name}`" for field in fields(struct)) or "none"


def _told_by(function: Callable[..., Any]) -> tuple[Any, ...]:
    told = get_type_hints(function)["return"]
    return tuple([one for one in get_args(told) or (told,) if one is not NoneType])
