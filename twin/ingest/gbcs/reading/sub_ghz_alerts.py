"""Reading the alerts of the shared air: DBCH06 to DBCH11.

Of DBCH07, DBCH08, DBCH10 and DBCH11 the public texts give the parts (DUIS 4586 to 4650) and not
their coding: parts that are not as expected here leave the message with code, name and length.
"""

from typing import Final

from twin.events.gbcs_payloads import sub_ghz as said
from twin.ingest.gbcs.header import KINDS
from twin.ingest.gbcs.notification import Raised
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.plain_values import Value
from twin.ingest.gbcs.reading.alerts import parts_in
from twin.ingest.gbcs.reading.channels import channel_in
from twin.ingest.gbcs.reading.device_logs import logged_type
from twin.ingest.gbcs.reading.sub_ghz import settings_in
from twin.ingest.gbcs.refusals import OtherShape
from twin.ingest.gbcs.shapes import eui64_in, number_in, parts_of, string_in

_TRANSACTION: Final = 9
"""Octets of a transaction id: CRA flag and counter."""


def duty_cycle(content: Octets, raised: Raised) -> said.DutyCycleAlerted:
    """DBCH06: the device that is suspended."""
    parts = _parts(content, raised, at_most=1)
    return said.DutyCycleAlerted(eui64_in(parts[0]) if parts else None)


def channel_changed(content: Octets, raised: Raised) -> said.ChannelChanged:
    """DBCH07: the channel, in one part or as page and channel, and what asked for the scan."""
    *channel, trigger = _parts(content, raised, at_least=2, at_most=3)
    named = channel[0] if len(channel) == 1 else tuple(channel)
    return said.ChannelChanged(channel_in(named), number_in(trigger))


def scan_assessed(content: Octets, raised: Raised) -> said.ChannelScanAssessed:
    """DBCH08: the answer and what asked for the scan, in the order of DUIS."""
    status, trigger = _parts(content, raised, at_least=2, at_most=2)
    return said.ChannelScanAssessed(number_in(status), number_in(trigger))


def configuration_changed(content: Octets, raised: Raised) -> said.SubGhzConfigurationChanged:
    """DBCH09: the new settings."""
    (settings,) = _parts(content, raised, at_least=1, at_most=1)
    return said.SubGhzConfigurationChanged(settings_in(settings))


def message_discarded(content: Octets, raised: Raised) -> said.MessageDiscarded:
    """DBCH10: what names a message, in the order of its header or in that of DUIS."""
    parts = _parts(content, raised, at_least=3, at_most=4)
    if len(parts) == 3:
        transaction = string_in(parts[0], _TRANSACTION)
        return _discarded(transaction.octet(), transaction, parts[1], parts[2])
    if isinstance(parts[0], int):
        return _discarded(parts[0], parts[1], parts[2], parts[3])
    return _discarded(number_in(parts[3]), parts[2], parts[0], parts[1])


def capacity_reached(content: Octets, raised: Raised) -> said.CapacityReached:
    """DBCH11: the device, and its type where it is told."""
    device, *kinds = _parts(content, raised, at_least=1, at_most=2)
    kind = logged_type(number_in(kinds[0])) if kinds and kinds[0] is not None else None
    return said.CapacityReached(eui64_in(device), kind)


def _discarded(
    flag: int, counter: Value, originator: Value, target: Value
) -> said.MessageDiscarded:
    kind = KINDS.get(flag)
    if kind is None:
        raise OtherShape
    number = string_in(counter, 8).number(8) if isinstance(counter, Octets) else number_in(counter)
    return said.MessageDiscarded(eui64_in(originator), eui64_in(target), number, kind)


def _parts(
    content: Octets, raised: Raised, *, at_least: int = 0, at_most: int
) -> tuple[Value, ...]:
    """The parts behind code and moment, whether they stand alone or in a structure of their own."""
    parts = parts_in(content, raised)
    if len(parts) == 1 and isinstance(parts[0], tuple) and at_most > 1:
        parts = parts[0]
    return parts_of(parts, at_least=at_least, at_most=at_most)
