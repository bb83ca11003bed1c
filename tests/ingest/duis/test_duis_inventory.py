"""What the inventory says of a device, and what users ask it to say, is belief (BR35)."""

import pytest
from msgspec.structs import replace

from tests.ingest.duis.duis_documents import (
    CAD,
    ESME,
    HUB,
    OLDER,
    VERSION,
    elements,
    response,
)
from tests.ingest.duis.duis_register import KNOWN, MODEL, said
from tests.ingest.duis.duis_requests import REQUESTS
from tests.ingest.duis.duis_responses import RESPONSES
from twin.events import lifecycle
from twin.ingest.duis.meanings import Register, Standing
from twin.vocabulary import CspRegion, DeviceStatus, DeviceType, HubVariant, Role


def entry(status: str, cpl: str = "Active", **more: str) -> bytes:
    """An inventory read with one entry."""
    inside = elements(
        DeviceID=ESME,
        DeviceType="ESME",
        DeviceStatus=status,
        DeviceManufacturer="FA01",
        DeviceModel="010A030B",
        DeviceFirmwareVersion=OLDER,
        CPLStatus=cpl,
        **more,
    )
    return response(elements(DSPInventory=elements(Device=inside)), variant="8.2")


@pytest.mark.parametrize(
    ("status", "cpl", "listed"),
    [
        ("Pending", "Active", True),
        ("InstalledNotCommissioned", "Active", True),
        ("Commissioned", "Expired", False),
        ("Suspended", "Withdrawn", False),
        ("Recovery", "Active", True),
    ],
)
@pytest.mark.parametrize("register", [KNOWN, Register()], ids=["known", "nothing known"])
def test_an_inventory_entry_is_belief_whatever_its_status(status, cpl, listed, register):
    (found,) = said(entry(status, cpl, CSPRegion="South", DeviceGBCSVersion="3.2"), register)
    assert found.fact == lifecycle.InventoryEntryTold(
        device_id=ESME,
        device_type=DeviceType.ESME,
        by="8.2",
        status=DeviceStatus(status),
        model=MODEL,
        firmware_version=OLDER,
        pairing_capable=False,
        gbcs_version="3.2",
        csp_region=CspRegion.SOUTH,
        listed=listed,
    )
    assert found.standing is Standing.BELIEVED


def test_the_entry_of_a_hub_says_which_kind_it_is():
    _, hub = said(RESPONSES["inventory"][0])
    assert hub.fact == lifecycle.InventoryEntryTold(
        device_id=HUB,
        device_type=DeviceType.CHF,
        by="8.2",
        hub_variant=HubVariant.DUAL_BAND,
        gbcs_version="2.1",
    )


def test_a_version_that_the_catalogue_names_is_capable():
    (found,) = said(entry("Commissioned").replace(OLDER.encode(), VERSION.encode()))
    assert found.fact.pairing_capable


def test_what_a_user_asks_the_inventory_to_hold_is_belief():
    entry_told = lifecycle.InventoryEntryTold(
        device_id=ESME,
        device_type=DeviceType.ESME,
        by="12.2",
        status=DeviceStatus.PENDING,
        model=MODEL,
        firmware_version=VERSION,
        pairing_capable=True,
    )
    notified, told = said(REQUESTS["12.2"][0])
    assert notified.fact == lifecycle.DevicePreNotified(
        ESME, DeviceType.ESME, Role.IMPORT_SUPPLIER, MODEL, VERSION
    )
    assert told.fact == entry_told
    (details,) = said(REQUESTS["8.4 details"][0])
    assert details.fact == replace(entry_told, by="8.4", status=None)
    (status,) = said(REQUESTS["8.4 hub"][0])
    assert (status.fact.device_id, status.fact.status) == (HUB, DeviceStatus.WITHDRAWN)
    assert {one.standing for one in (notified, told, details, status)} == {Standing.BELIEVED}


@pytest.mark.rule("BR38")
def test_of_a_consumer_s_own_device_no_firmware_is_announced():
    octets = REQUESTS["12.2"][0].replace(b">ESME<", b">CAD<").replace(ESME.encode(), CAD.encode())
    notified, told = said(octets)
    assert notified.fact == lifecycle.DevicePreNotified(CAD, DeviceType.CAD, Role.IMPORT_SUPPLIER)
    assert (told.fact.model, told.fact.firmware_version) == (MODEL, None)
