"""What the readers of alerts share: the parts behind code and moment."""

from twin.events.gbcs_payloads.plain import AlertRaised
from twin.ingest.gbcs.dlms import many_of
from twin.ingest.gbcs.notification import Raised
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.plain_values import Value
from twin.ingest.gbcs.refusals import OtherShape


def parts_in(content: Octets, raised: Raised) -> tuple[Value, ...]:
    """The parts of a DLMS alert behind its code and moment."""
    if raised.parts is None or raised.parts < 0:
        raise OtherShape
    parts = many_of(content, raised.parts)
    content.expect_end("the alert")
    return parts


def plain_alert(content: Octets, _: Raised) -> AlertRaised:
    """A generic alert; one that says more than code and moment is of another shape."""
    if len(content):
        raise OtherShape
    return AlertRaised()
