"""Requests for information beside a running twin: asked and answered on the programme's log."""

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime

from kafka import KafkaProducer

from streams.overhearing import moment
from streams.withdrawing import SOURCE, known, send
from twin.events.envelope import Event, new_event
from twin.events.oversight import PROGRAMME_ID
from twin.rules.information import Decided, Inquiry, decide_inquiry, requests_in


def decided(
    inquiry: Inquiry, told: list[Event], *, now: datetime
) -> tuple[Decided, tuple[Event, ...]]:
    """What comes of an inquiry by what the log tells, and the event that it makes, if any."""
    found = decide_inquiry(inquiry, known=requests_in(told), on=now.date())
    if found.fact is None:
        return found, ()
    number = 1 + max((one.sequence for one in told if one.source == SOURCE), default=0)
    event = new_event(
        fact=found.fact,
        source=SOURCE,
        sequence=number,
        key=PROGRAMME_ID,
        occurred_at=now,
        provenance="twin",
    )
    return found, (event,)


def inquire(inquiry: Inquiry, *, bootstrap: str, security: Mapping[str, object]) -> Decided:
    """Decide an inquiry by the log as it is now, and put its fact there.

    One at a time: whoever calls keeps others from writing between the reading and the fact.
    """
    told = known(bootstrap, security)
    found, events = decided(inquiry, told, now=moment(bootstrap, security))
    if events:
        producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all", **security)
        with closing(producer):
            send(producer, events)
    return found
