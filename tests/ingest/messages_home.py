"""One premises that hears real messages, and what the twin says of it after each."""

from datetime import UTC, datetime, timedelta

from tests.ingest.duis import duis_documents as d
from twin.events.envelope import new_event
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.ingest.arrivals import Arrival, Message
from twin.ingest.door import messages_in
from twin.ingest.telling import events, is_asked, told
from twin.state.devices import Device
from twin.state.evolve import evolve
from twin.state.premises import Premises
from twin.state.register import changed_rows
from twin.vocabulary import DeviceType, HubVariant

HOME = "P00000000000000a1"
BEFORE = datetime(2017, 5, 1, tzinfo=UTC)
MODEL = "1062-0A0B0C0D"


class Home:
    """One premises and what the register says of its devices; messages come one by one."""

    def __init__(self) -> None:
        self.premises = Premises(HOME)
        self._came = datetime(2017, 9, 1, tzinfo=UTC)
        self._number = 0
        self._asked: list[Message] = []
        for nth, fact in enumerate(
            (
                CommsHubInstalled(d.HUB, MODEL, HubVariant.DUAL_BAND, d.OLDER, False),
                DeviceInstalled(d.ESME, DeviceType.ESME, MODEL, d.OLDER),
            ),
            start=1,
        ):
            source = f"urn:gb:supplier:{HOME}"
            event = new_event(fact=fact, source=source, sequence=nth, key=HOME, occurred_at=BEFORE)
            self.premises = evolve(self.premises, event, fact)

    def hears(self, octets: bytes) -> list[str]:
        """The types of the facts that a file of messages means here."""
        self._came += timedelta(minutes=1)
        types = []
        for arrival in messages_in(octets, name="x", received_at=self._came):
            assert isinstance(arrival, Arrival)
            rows = dict(changed_rows(before=Premises(HOME), after=self.premises))
            said = told(
                arrival,
                row=rows[arrival.device_id],
                asked=self._asked,
                capable_version=lambda _: d.VERSION,
            )
            if is_asked(arrival.message):
                self._asked.append(arrival.message)
            for event in events(arrival, said, premises_id=HOME, number=self._number):
                self._number = event.sequence
                self.premises = evolve(self.premises, event, event.fact)  # type: ignore[arg-type]
                types.append(event.fact.TYPE.split(".smart.")[1])
        return types

    def device(self, device_id: str) -> Device:
        return self.premises.devices[device_id]
