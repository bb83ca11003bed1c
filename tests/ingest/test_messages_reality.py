"""Rules meet reality: truth, belief and their mismatch move by real messages alone (BR35)."""

import pytest

from tests.ingest.duis import duis_documents as d
from tests.ingest.duis.duis_corpus import DOCUMENTS
from tests.ingest.gbcs import gbcs_builder as b
from tests.ingest.gbcs.gbcs_messages import EVERY
from tests.ingest.messages_home import BEFORE, MODEL, Home
from twin.events import lifecycle
from twin.events.envelope import new_event
from twin.ingest.arrivals import Arrival
from twin.ingest.door import messages_in
from twin.rules.judgements import judge
from twin.state.devices import InventoryEntry, inventory_status, known_model, mismatch_open
from twin.state.evolve import evolve
from twin.state.premises import Premises
from twin.state.register import changed_rows
from twin.vocabulary import CspRegion, DeviceStatus, DeviceType, HubVariant, Role


def entry(version: str, status: str) -> bytes:
    """The answer to a read of the inventory (8.2), with the meter's entry."""
    inside = d.elements(
        DeviceID=d.ESME,
        DeviceType="ESME",
        DeviceStatus=status,
        DeviceManufacturer="1062",
        DeviceModel="0A0B0C0D",
        DeviceFirmwareVersion=version,
        CPLStatus="Active",
    )
    return d.response(d.elements(DSPInventory=d.elements(Device=inside)), variant="8.2")


def of_meter(code: int, payload: bytes) -> bytes:
    return b.response(code, payload, originator=d.ESME)


NEW = bytes.fromhex(d.VERSION)
ACTIVATED = of_meter(0x0012, b.outcome(0, NEW))
READ = of_meter(0x0059, b.answer((1, 0, b.string(NEW))))


@pytest.mark.rule("BR35")
def test_a_lost_response_and_a_read_as_messages_tell_them() -> None:
    """MP105 by messages alone: the meter runs the new version, its inventory entry stays behind.

    The meter's answer says which version it runs; the entry that is read afterwards names the old
    one, and reading it again, or being told of the mismatch, clears nothing. An 11.2 does.
    """
    home = Home()
    story = (
        (entry(d.OLDER, "Commissioned"), "lifecycle.inventory-entry-told.v1", False, d.OLDER),
        (ACTIVATED, "firmware.executing-changed.v1", False, d.VERSION),
        (entry(d.OLDER, "Suspended"), "lifecycle.inventory-entry-told.v1", True, d.OLDER),
        (DOCUMENTS["alert mismatch"], "firmware.version-mismatch-found.v1", True, d.OLDER),
        (entry(d.OLDER, "Suspended"), "lifecycle.inventory-entry-told.v1", True, d.OLDER),
        (READ, "firmware.version-read.v1", False, d.VERSION),
        (entry(d.VERSION, "Commissioned"), "lifecycle.inventory-entry-told.v1", False, d.VERSION),
    )
    for nth, (octets, kind, is_open, believed) in enumerate(story, start=1):
        assert home.hears(dated(octets, nth)) == [kind]
        meter = home.device(d.ESME)
        assert mismatch_open(device=meter) is is_open, nth
        assert meter.belief is not None
        assert meter.belief.version == believed
        behind = f"{int(is_open)} devices run another version than their inventory entry names"
        assert behind in [one.why.partition(",")[0] for one in judge(premises=home.premises)]
    meter = home.device(d.ESME)
    assert meter.truth is not None
    assert meter.truth.version == d.VERSION
    assert inventory_status(device=meter) is DeviceStatus.COMMISSIONED
    assert home.premises.breaches == {}


@pytest.mark.rule("BR35")
def test_a_mismatch_that_was_found_outlasts_every_read_of_the_entry() -> None:
    """Where the twin never heard what the meter runs, only an 11.2 settles it."""
    home = Home()
    assert home.hears(dated(DOCUMENTS["alert mismatch"], 1))
    for nth in (2, 3):
        assert home.hears(dated(entry(d.OLDER, "Suspended"), nth))
        assert mismatch_open(device=home.device(d.ESME))
    assert home.hears(READ)
    assert not mismatch_open(device=home.device(d.ESME))


def dated(octets: bytes, nth: int) -> bytes:
    """A document of the minute in which the home hears it; a response of GBCS has no moment."""
    return octets.replace(d.MOMENT.encode(), f"2017-09-01T00:{nth:02}:00Z".encode())


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


def test_the_inventory_moves_belief_and_never_truth() -> None:
    home = Home()
    types = home.hears(DOCUMENTS["response inventory"])
    assert types == ["lifecycle.inventory-entry-told.v1"] * 2
    meter, hub = home.device(d.ESME), home.device(d.HUB)
    assert inventory_status(device=meter) is DeviceStatus.COMMISSIONED
    assert meter.belief is not None
    assert (meter.belief.version, meter.belief.evidence) == (d.OLDER, "inventory")
    assert meter.truth is not None
    assert meter.truth.evidence == "installed", "an entry is no word of the device"
    assert meter.entry is not None
    assert meter.entry == InventoryEntry(
        meter.belief.stamp,
        model="FA01-010A030B",
        gbcs_version="3.2",
        csp_region=CspRegion.SOUTH,
        listed=False,
    )
    assert hub.entry is not None
    assert hub.entry.hub_variant is HubVariant.DUAL_BAND
    assert known_model(device=meter) == MODEL, "as it was installed"
    assert home.premises.breaches == {}


def test_no_message_of_any_kind_breaks_a_rule_by_itself() -> None:
    home = Home()
    for name, octets in {**DOCUMENTS, **{name: one for name, (one, _) in EVERY.items()}}.items():
        if all(
            isinstance(one, Arrival) and one.device_id in home.premises.devices
            for one in messages_in(octets, name=name, received_at=BEFORE)
        ):
            home.hears(octets)
    assert home.premises.breaches == {}


def test_the_register_says_which_other_devices_are_there_and_when_one_comes() -> None:
    home = Home()
    before = home.premises
    rows = dict(changed_rows(before=Premises(before.premises_id), after=before))
    assert rows[d.ESME].others == {d.HUB: DeviceType.CHF}
    assert home.hears(
        d.response(
            d.elements(
                DSPInventory=d.elements(
                    Device=d.elements(
                        DeviceID=d.ESME,
                        DeviceType="ESME",
                        DeviceStatus="Commissioned",
                        DeviceManufacturer="1062",
                        DeviceModel="0A0B0C0D",
                    )
                )
            ),
            variant="8.2",
        )
    )
    same = dict(changed_rows(before=before, after=home.premises))
    assert same == {}, "what the inventory says of a status is nothing that a reader needs"
    gpf = lifecycle.DevicePreNotified(d.GPF, DeviceType.GPF, Role.IMPORT_SUPPLIER)
    event = new_event(
        fact=gpf, source="urn:gb:dsp:x", sequence=1, key=before.premises_id, occurred_at=BEFORE
    )
    after = evolve(home.premises, event, gpf)
    more = dict(changed_rows(before=home.premises, after=after))
    assert set(more) == {d.ESME, d.HUB}
    assert more[d.ESME].others == {d.HUB: DeviceType.CHF, d.GPF: DeviceType.GPF}
