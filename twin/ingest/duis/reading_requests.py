"""A service request from its elements."""

from twin.ingest.duis import names, requests
from twin.ingest.duis.converting import as_struct, branch
from twin.ingest.duis.documents import DuisRequest
from twin.ingest.duis.folds import only
from twin.ingest.duis.headers import RequestHeader
from twin.ingest.duis.refusals import Cause, Unfit
from twin.ingest.duis.tree import Parsed
from twin.ingest.duis.withholding import passed_on


def request(parsed: Parsed) -> DuisRequest:
    """The service request; raises Unfit where header and body do not make one."""
    header = as_struct(RequestHeader, branch(parsed.node, "Header"))
    name, held = only("Body", branch(parsed.node, "Body"))
    asked = names.REQUESTS.get(name)
    if asked is not None and asked.variant != header.variant:
        why = f"{name} is the body of {asked.variant}, which is not what the header names"
        raise Unfit(Cause.CONTRADICTION, why, name)
    if not (header.variant + ".").startswith(header.reference + "."):
        why = "the variant is none of the service reference"
        raise Unfit(Cause.CONTRADICTION, why, "ServiceReferenceVariant")
    body: requests.RequestBody | None = None
    if asked is not None:
        body = as_struct(asked.body, held)
    elif name == names.SIGNED:
        body = passed_on(as_struct(requests.SignedPreCommand, held), variant=header.variant)
    elif name not in names.OTHER_REQUESTS:
        raise Unfit(Cause.UNKNOWN_ELEMENT, "the body is none of a service request", "Body")
    return DuisRequest(
        schema_version=parsed.schema_version,
        request=header.request,
        preceding=header.preceding,
        command_variant=header.command_variant,
        reference=header.reference,
        variant=header.variant,
        name=name,
        body=body,
        unread=parsed.unread,
    )
