"""The reference page of DUIS: service request or message, its struct, its facts and fields.

`python -m twin.ingest.duis.page docs/reference/duis.md` writes it again.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import fields

from twin.events.registry import PremisesFact, short_name
from twin.ingest.duis import mmc, names
from twin.ingest.duis.elements import FORGOTTEN, fields_of, structs_in
from twin.ingest.duis.facts_alerted import ALERTED
from twin.ingest.duis.facts_answered import ANSWERED
from twin.ingest.duis.facts_asked import ASKED
from twin.ingest.duis.facts_of_devices import BY_DEVICE
from twin.ingest.duis.meanings import Rule
from twin.ingest.duis.refusals import Cause
from twin.ingest.duis.tree import DEFAULT_LIMITS
from twin.vocabulary.service_requests import SERVICE_REQUESTS

Rules: TypeAlias = Mapping[Any, Rule[Any]]
_HEAD: Final = """# DUIS and MMC

Written by `python -m twin.ingest.duis.page docs/reference/duis.md` from the code; do not edit.
Read by `twin.ingest.duis.reading`, by the schemas V5.4. Signatures are not verified: every meaning
of a document says `verification: none`. What neither the message nor the log knows is named as
lacking, and then that fact is not told. Where a row says none, or its fact is not told, a request
is `messages.service-requested` (asked, and no more), an answer of the DCC or of a device
`messages.service-answered` (accepted or refused, by which code), and an alert, as all that is not
of this domain, `messages.received`: code and length. An acknowledgement (I99, W, E) is always
`messages.service-answered`; that of an 11.1 or 11.4 names no device and is held under the address
that the request went to.

Every form of request, response, alert and MMC message that is read here was validated against
the schemas: the tests build one of each, with the elements of the tables below, and check those of
DUIS against `DUIS_Schema_V5.4.xsd` and those of devices against `MMC_Schema_V5.4.xsd`
(`test_a_built_document_is_valid_by_the_published_schema`; it skips, and says so, where the schemas
are not beside the project). The names of all elements are compared with both schemas as well.

"""


def duis_page() -> str:
    """The page as Markdown; the same text for the same code."""
    return "".join(_lines())


def _lines() -> Iterator[str]:
    yield _HEAD
    yield "## Service requests\n\n"
    yield "| request | name | element | read as | fact, as asked |\n|---|---|---|---|---|\n"
    for element, asked in names.REQUESTS.items():
        named = SERVICE_REQUESTS.get(asked.variant)
        title = named.name if named else ""
        yield f"| {asked.variant} | {title} {_columns(element, asked.body, ASKED)}"
    yield "\n`SignedPreCommand` may stand for any critical request: its GBCS message goes on. Of "
    yield f"{len(names.OTHER_REQUESTS)} other requests only reference and name are read.\n"
    yield from _table("Responses", names.RESPONSES, ANSWERED)
    yield from _table("Alerts of the DCC", names.ALERTS, ALERTED)
    yield from _table("Responses of devices in MMC", names.ANSWERS, BY_DEVICE)
    yield from _table("Alerts of devices in MMC", {"Payload": mmc.AlertDetails}, BY_DEVICE)
    yield "\n## Parts\n\n| part | fields |\n|---|---|\n"
    for part in sorted(set(_parts(_bodies())), key=lambda one: one.__name__):
        yield f"| `{part.__name__}` | {_fields(part)} |\n"
    yield "\n## Forgotten while parsing\n\nThe length of `InstallCode` goes on; signatures, and "
    yield "these elements with all that they hold, do not: "
    yield f"{', '.join(f'`{name}`' for name in sorted(FORGOTTEN))}.\n"
    yield "\n## Refusals\n\n"
    yield f"Limits: {DEFAULT_LIMITS.octets:,} octets, {DEFAULT_LIMITS.depth} deep, "
    yield f"{DEFAULT_LIMITS.elements:,} elements. Causes: "
    yield f"{', '.join(f'`{cause}`' for cause in Cause)}.\n"


def _bodies() -> tuple[type[Struct], ...]:
    asked = (one.body for one in names.REQUESTS.values())
    told = (names.RESPONSES, names.ALERTS, names.ANSWERS)
    return (*asked, *(one for table in told for one in table.values()), mmc.AlertDetails)


def _parts(structs: Iterable[type[Struct]]) -> Iterator[type[Struct]]:
    """The structs that stand in others, at any depth."""
    for one in structs:
        inner = tuple(part for each in fields_of(one) for part in structs_in(each.type))
        yield from inner
        yield from _parts(inner)


def _table(title: str, elements: Mapping[str, type[Struct]], rules: Rules) -> Iterator[str]:
    yield f"\n## {title}\n\n| element | read as | fact, as believed or reported |\n|---|---|---|\n"
    for element, body in elements.items():
        yield _columns(element, body, rules)


def _columns(element: str, body: type[Struct], rules: Rules) -> str:
    rule = rules.get(body)
    facts = "<br>".join(_fact(fact, rule) for fact in rule.facts) if rule else "none"
    return f"| `{element}` | `{body.__name__}`: {_fields(body)} | {facts} |\n"


def _fact(fact: type[PremisesFact], rule: Rule[Any]) -> str:
    """A type of fact with its fields, and what always keeps it from being said."""
    lacks = f" (lacks {', '.join(rule.lacks[fact])})" if fact in rule.lacks else ""
    return f"`{short_name(fact.TYPE)}`: {_fields(fact)}{lacks}"


def _fields(kind: type[Struct]) -> str:
    """Names of the fields, with their elements where they have other names there."""
    return ", ".join(_field(one.name, one.encode_name) for one in fields(kind)) or "no fields"


def _field(name: str, element: str) -> str:
    return name if name == element else f"{name} ({element})"


def main(arguments: list[str]) -> int:
    """Write the page to the one file named on the command line; 2 where the usage is wrong."""
    if len(arguments) != 1:
        print("usage: python -m twin.ingest.duis.page FILE", file=sys.stderr)
        return 2
    Path(arguments[0]).write_text(duis_page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
