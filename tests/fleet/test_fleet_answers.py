"""Warnings, told failures, sleeping meters, future dates, lost responses, outages by activation."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.fleet.desk import ALWAYS, CATALOGUE, STARTS, Desk, names, obedient
from tests.fleet.quiet import quiet_firmware, quiet_han
from twin.events.firmware import FirmwareUpdateWarned, FirmwareVerified
from twin.events.lifecycle import DeviceStatusChanged, PowerOutageAlerted
from twin.events.requests import RequestKind
from twin.fleet.field import Field
from twin.fleet.numbers.oversight_rows import shipped_oversight
from twin.fleet.numbers.shapes import distribution
from twin.fleet.population.image_hashes import image_hash
from twin.fleet.population.products_list import is_current, removal
from twin.rules.outages import Activation, PowerLoss, attribute_outage
from twin.vocabulary import DeviceType, StatusReason, TransferOutcome, WarningList


@pytest.mark.rule("BR28")
@pytest.mark.parametrize("warning", list(WarningList))
def test_a_device_on_a_list_is_sent_nothing(warning):
    only = distribution({warning.value: 1.0})
    rows = quiet_firmware(warned_share=1.0, warning_list_share=only)
    desk = Desk(DeviceType.ESME, rows=rows)
    (warned,) = desk.ask(RequestKind.UPDATE)
    assert warned.fact.warning is warning
    assert warned.source.startswith("urn:gb:dsp:")
    _, failed = desk.ask(RequestKind.ACTIVATE)
    assert failed.fact.outcome.value == "no_image_held"


@pytest.mark.rule("BR28")
def test_a_second_request_while_one_is_under_way_is_warned_of():
    """The image never arrives; until the update lapses the device is not asked again."""
    rows = quiet_firmware(update_lapses_after=20.0, update_lapses_spread=0.0)
    desk = Desk(DeviceType.ESME, rows=rows, undelivered_share=1.0)
    assert names(desk.ask(RequestKind.UPDATE, days=10)) == ["update-requested"]
    (warned,) = desk.ask(RequestKind.UPDATE, days=11, attempt=2)
    assert warned.fact.warning is WarningList.OTHER_REQUEST_IN_PROGRESS
    assert names(desk.ask(RequestKind.UPDATE, days=10, attempt=3)) == ["update-requested"]


@pytest.mark.parametrize(
    ("changes", "rows", "steps"),
    [
        ({"undelivered_share": 1.0}, "delivery_failure_told_share", ["delivery-failed"]),
        (
            {"unverified_share": ALWAYS},
            "transfer_failure_told_share",
            ["delivered-to-hub", "transferred"],
        ),
        (
            {"unverified_share": ALWAYS},
            "verification_failure_told_share",
            ["delivered-to-hub", "verification-failed"],
        ),
    ],
)
def test_a_failure_on_the_way_may_be_told_and_frees_the_device(changes, rows, steps):
    never = {"update_lapses_after": 1_000.0, "update_lapses_spread": 0.0}
    desk = Desk(DeviceType.ESME, rows=quiet_firmware(**{rows: 1.0}, **never), **changes)
    for attempt in (1, 2):
        told = desk.ask(RequestKind.UPDATE, attempt=attempt, days=30)
        assert names(told) == ["update-requested", *steps]
    if steps[-1] == "transferred":
        assert told[-1].fact.transfer is not TransferOutcome.SUCCESS


def test_every_code_of_a_failed_transfer_occurs():
    rows = quiet_firmware(transfer_failure_told_share=1.0)
    desk = Desk(DeviceType.ESME, rows=rows, unverified_share=ALWAYS)
    found = Counter(
        desk.ask(RequestKind.UPDATE, attempt=attempt, days=60)[-1].fact.transfer
        for attempt in range(1, 21)
    )
    assert set(found) == set(TransferOutcome) - {TransferOutcome.SUCCESS}


@pytest.mark.rule("BR31")
def test_a_hub_has_no_transfer_of_its_own():
    rows = quiet_firmware(transfer_failure_told_share=1.0, verification_failure_told_share=1.0)
    desk = Desk(DeviceType.CHF, rows=rows, unverified_share=ALWAYS)
    told = desk.ask(RequestKind.UPDATE)
    assert names(told) == ["update-requested", "delivered-to-hub", "verification-failed"]


@pytest.mark.rule("BR29")
def test_a_verified_image_has_the_hash_of_the_list_or_a_made_up_one():
    desk = Desk(DeviceType.ESME)
    verified = desk.ask(RequestKind.UPDATE)[-1].fact
    model = desk.device.fact.model
    expected = image_hash(catalogue=CATALOGUE, model=model, version=desk.target)
    assert isinstance(verified, FirmwareVerified)
    assert verified.image_hash == expected
    requested, _ = desk.ask(RequestKind.ACTIVATE)
    assert requested.fact.image_hash == expected
    listed = {entry.image_hash for entry in CATALOGUE.entries}
    made_up = [entry for entry in CATALOGUE.entries if entry.image_hash is None]
    for entry in made_up:
        digest = image_hash(catalogue=CATALOGUE, model=entry.model, version=entry.firmware_version)
        assert len(digest) == 64
        assert digest.upper() not in listed


@pytest.mark.rule("BR37")
def test_a_gas_meter_answers_when_it_wakes():
    """Transfer and activation of one meter fall on the same place of the half hour."""
    desk = Desk(DeviceType.GSME)
    told = [*desk.ask(RequestKind.UPDATE), *desk.ask(RequestKind.ACTIVATE)]
    told += desk.ask(RequestKind.READ)
    waking = [
        event.occurred_at.timestamp() % 1800
        for event in told
        if event.fact.TYPE.split(".")[4] in ("transferred", "activated", "version-read")
    ]
    assert len(waking) == 3
    assert len(set(waking)) == 1


@pytest.mark.rule("BR33")
@pytest.mark.parametrize("device_type", [DeviceType.CHF, DeviceType.ESME, DeviceType.GSME])
def test_a_future_dated_activation_is_accepted_and_happens_at_its_time(device_type):
    desk = Desk(device_type, rows=quiet_firmware(future_dated_share=1.0))
    desk.ask(RequestKind.UPDATE)
    requested, accepted, activated = desk.ask(RequestKind.ACTIVATE)
    when = requested.fact.execute_at
    assert when == accepted.fact.execute_at == activated.occurred_at
    assert when.hour == 2
    assert timedelta(hours=12) <= when - requested.occurred_at <= timedelta(days=3)
    assert requested.occurred_at < accepted.occurred_at < when
    assert activated.fact.firmware_version == desk.target


@pytest.mark.rule("BR33")
def test_a_cancelled_activation_does_not_happen_and_leaves_the_image():
    rows = quiet_firmware(future_dated_share=1.0, cancelled_share=1.0)
    desk = Desk(DeviceType.ESME, rows=rows)
    desk.ask(RequestKind.UPDATE)
    told = desk.ask(RequestKind.ACTIVATE)
    assert names(told) == ["activation-requested", "activation-accepted", "activation-cancelled"]
    assert told[2].occurred_at < told[0].fact.execute_at
    assert names(desk.ask(RequestKind.UPDATE, attempt=2))[-1] == "verified"
    (read,) = desk.ask(RequestKind.READ)
    assert read.fact.firmware_version == desk.device.fact.firmware_version


@pytest.mark.rule("BR35")
def test_a_mismatch_is_found_before_the_read_that_clears_it():
    rows = quiet_firmware(mismatch_found_share=1.0)
    desk = Desk(DeviceType.ESME, rows=rows, response_lost_share=1.0)
    desk.ask(RequestKind.UPDATE)
    _, _, suspended, mismatch = desk.ask(RequestKind.ACTIVATE)
    assert suspended.fact.reason is StatusReason.FIRMWARE_NOT_CONFIRMED
    assert mismatch.fact.running_version == desk.target
    assert mismatch.fact.inventory_version == desk.device.fact.firmware_version
    assert names(desk.ask(RequestKind.READ)) == ["version-read", "device-status-changed"]


@pytest.mark.rule("BR35")
def test_a_read_in_time_leaves_nothing_to_find():
    rows = quiet_firmware(lost_response_found_after=24 * 30.0, mismatch_found_share=1.0)
    desk = Desk(DeviceType.ESME, rows=rows, response_lost_share=1.0)
    desk.ask(RequestKind.UPDATE)
    assert names(desk.ask(RequestKind.ACTIVATE, days=1))[-1] == "activated"
    assert names(desk.ask(RequestKind.READ, days=2_000)) == ["version-read"]


def test_an_activated_device_may_tell_what_it_executes():
    desk = Desk(DeviceType.ESME, rows=quiet_firmware(executing_told_share=1.0))
    desk.ask(RequestKind.UPDATE)
    _, activated, executing = desk.ask(RequestKind.ACTIVATE)
    assert executing.fact.firmware_version == activated.fact.firmware_version
    assert executing.fact.pairing_capable == activated.fact.pairing_capable
    lost = Desk(
        DeviceType.ESME, rows=quiet_firmware(executing_told_share=1.0), response_lost_share=1.0
    )
    lost.ask(RequestKind.UPDATE)
    assert "executing-changed" not in names(lost.ask(RequestKind.ACTIVATE))


@pytest.mark.rule("BR36")
def test_a_meter_that_cuts_the_hubs_power_for_long_is_told_of_and_traced_to_its_campaign():
    lengths = {}
    for mean in (0.01, 5.0, 500.0):
        rows = quiet_firmware(meter_cuts_hub_power_share=1.0, hub_power_cut_length=mean)
        desk = Desk(DeviceType.ESME, rows=rows)
        desk.ask(RequestKind.UPDATE)
        told = desk.ask(RequestKind.ACTIVATE)
        lengths[mean] = [event for event in told if isinstance(event.fact, PowerOutageAlerted)]
    assert lengths[0.01] == []
    (alert,) = lengths[500.0]
    assert alert.fact.minutes > 3
    assert alert.source.startswith("urn:gb:chf:")
    activated = next(event for event in told if event.fact.TYPE.endswith("activated.v1"))
    campaign = attribute_outage(
        loss=PowerLoss(alert.occurred_at, alert.fact.minutes),
        activations=[Activation(activated.occurred_at, "LCP-METERS")],
    )
    assert campaign == "LCP-METERS"


@pytest.mark.rule("BR34")
def test_what_runs_a_removed_version_is_suspended_and_can_be_sent_it_no_more():
    gone = removal(catalogue=CATALOGUE, rows=shipped_oversight(), seed=3)
    field = Field(
        assumptions=obedient(),
        catalogue=CATALOGUE,
        premises=150,
        seed=3,
        starts=STARTS,
        ends=datetime(2017, 12, 1, tzinfo=UTC),
        han=quiet_han(),
        firmware=quiet_firmware(),
    )
    told = field.advance(until=datetime(2017, 11, 1, tzinfo=UTC), requests=())
    meters = {
        event.fact.device_id
        for event in told
        if getattr(event.fact, "model", None) == gone.model
        and getattr(event.fact, "firmware_version", None) == gone.version
        and event.fact.TYPE.endswith("device-installed.v1")
    }
    suspended = [
        event
        for event in told
        if isinstance(event.fact, DeviceStatusChanged)
        and event.fact.reason is StatusReason.FIRMWARE_REMOVED_FROM_CPL
    ]
    assert {event.fact.device_id for event in suspended} == meters
    assert meters
    assert {event.occurred_at.timestamp() for event in suspended} == {gone.second}
    for second, current in ((gone.second - 1, True), (gone.second, False)):
        assert current is is_current(
            catalogue=CATALOGUE,
            removal=gone,
            model=gone.model,
            version=gone.version,
            second=second,
        )


def test_a_request_to_a_warned_device_has_no_other_answer():
    desk = Desk(DeviceType.CHF, rows=replace(quiet_firmware(), warned_share=1.0))
    told = desk.ask(RequestKind.UPDATE)
    assert [type(event.fact) for event in told] == [FirmwareUpdateWarned]
