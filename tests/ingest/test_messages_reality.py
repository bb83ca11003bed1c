"""Rules meet reality: truth, belief and their mismatch move by real messages alone (BR35)."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.ingest.duis import duis_documents as d
from tests.ingest.duis.duis_corpus import DOCUMENTS
from twin.events.envelope import new_event
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.ingest.arrivals import Arrival
from twin.ingest.door import messages_in
from twin.ingest.telling import events, told
from twin.state.devices import Device, mismatch_open
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
                asked=(),
                capable_version=lambda _: d.VERSION,
            )
            for event in events(arrival, said, premises_id=HOME, number=self._number):
                self._number = event.sequence
                self.premises = evolve(self.premises, event, event.fact)  # type: ignore[arg-type]
                types.append(event.fact.TYPE.split(".smart.")[1])
        return types

    def device(self, device_id: str) -> Device:
        return self.premises.devices[device_id]


@pytest.mark.rule("BR35")
def test_a_mismatch_appears_and_clears_by_messages_alone() -> None:
    home = Home()
    assert not mismatch_open(device=home.device(d.ESME))
    assert home.hears(DOCUMENTS["alert mismatch"]) == ["firmware.version-mismatch-found.v1"]
    assert mismatch_open(device=home.device(d.ESME))
    later = DOCUMENTS["mmc version"].replace(d.MOMENT.encode(), b"2017-08-20T10:00:00Z")
    assert home.hears(later) == ["firmware.version-read.v1"]
    assert not mismatch_open(device=home.device(d.ESME))
    assert home.device(d.ESME).belief.version == d.VERSION  # type: ignore[union-attr]


@pytest.mark.rule("BR35")
def test_truth_moves_by_what_the_hub_says_and_belief_when_it_is_read() -> None:
    home = Home()
    assert home.hears(DOCUMENTS["alert hub activation"]) == ["firmware.executing-changed.v1"]
    hub = home.device(d.HUB)
    assert hub.truth is not None
    assert hub.belief is not None
    assert hub.truth.version == d.VERSION
    assert home.premises.breaches == {}


def test_the_inventory_moves_the_status_and_nothing_else_is_guessed() -> None:
    home = Home()
    types = home.hears(DOCUMENTS["response inventory"])
    assert types == ["lifecycle.device-status-changed.v1", "messages.received.v1"]
    assert home.device(d.ESME).status is not None
    assert home.premises.breaches == {}


def test_no_message_of_any_kind_breaks_a_rule_by_itself() -> None:
    home = Home()
    for name, octets in DOCUMENTS.items():
        if all(
            isinstance(one, Arrival) and one.device_id in home.premises.devices
            for one in messages_in(octets, name=name, received_at=BEFORE)
        ):
            home.hears(octets)
    assert home.premises.breaches == {}
