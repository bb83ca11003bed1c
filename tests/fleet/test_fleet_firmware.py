"""What devices answer to requests; luck is steered by shares of 0 or 1 in the assumptions."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.fleet.desk import ALWAYS, CATALOGUE, STARTS, Desk, names, obedient
from tests.fleet.toy_campaign import request
from twin.events.lifecycle import CommsHubInstalled
from twin.events.requests import RequestKind
from twin.fleet.field import Field
from twin.fleet.numbers.shapes import ByKey, distribution
from twin.vocabulary import (
    ActivationOutcome,
    DeviceStatus,
    DeviceType,
    StatusReason,
    WarningList,
)

OTHER_ID = "0a0a0a0a-0a0a-5a0a-8a0a-0a0a0a0a0a0a"


@pytest.mark.parametrize("device_type", [DeviceType.CHF, DeviceType.ESME])
def test_an_update_goes_from_request_to_a_read_version(device_type):
    desk = Desk(device_type)
    updated = desk.ask(RequestKind.UPDATE)
    over_the_air = ["transferred"] if device_type is DeviceType.ESME else []
    steps = ["update-requested", "delivered-to-hub", *over_the_air, "verified"]
    assert names(updated) == steps
    assert updated[0].fact.firmware_version == updated[-1].fact.firmware_version == desk.target
    assert len(updated[-1].fact.image_hash) == 64
    assert updated[0].occurred_at - (STARTS + timedelta(days=9)) <= timedelta(minutes=11)
    speakers = [event.source.split(":")[2] for event in updated]
    assert speakers == ["dsp", "dsp", *(["chf"] if over_the_air else []), device_type.lower()]
    activated = desk.ask(RequestKind.ACTIVATE)
    assert names(activated) == ["activation-requested", "activated"]
    assert activated[1].fact.firmware_version == desk.target
    assert activated[1].fact.pairing_capable
    assert not activated[1].fact.response_lost
    assert activated[1].source == f"urn:gb:{device_type.lower()}:{desk.device.fact.device_id}"
    (read,) = desk.ask(RequestKind.READ)
    assert read.fact.firmware_version == desk.target
    assert read.fact.pairing_capable
    counts = desk.field.truth()
    assert (counts.capable_hubs, counts.capable_meters) in ((1, 0), (0, 1))
    assert counts.capable_premises == 0


def test_a_gas_meter_is_updated_but_never_counts_as_capable():
    desk = Desk(DeviceType.GSME)
    desk.ask(RequestKind.UPDATE)
    _, activated = desk.ask(RequestKind.ACTIVATE)
    assert not activated.fact.pairing_capable


@pytest.mark.rule("BR35")
def test_a_lost_response_leaves_the_truth_to_a_read():
    desk = Desk(DeviceType.CHF, response_lost_share=1.0)
    desk.ask(RequestKind.UPDATE)
    _, activated, suspended = desk.ask(RequestKind.ACTIVATE)
    assert activated.fact.response_lost
    assert suspended.fact.to_status is DeviceStatus.SUSPENDED
    assert suspended.fact.reason is StatusReason.FIRMWARE_NOT_CONFIRMED
    read, back = desk.ask(RequestKind.READ)
    assert read.fact.firmware_version == desk.target
    assert back.fact.to_status is DeviceStatus.COMMISSIONED
    assert back.fact.reason is StatusReason.FIRMWARE_READ
    assert names(desk.ask(RequestKind.READ, request_id=OTHER_ID)) == ["version-read"]


def test_a_silent_device_is_asked_and_never_answers():
    desk = Desk(DeviceType.ESME, silent_device_share=1.0)
    assert names(desk.ask(RequestKind.UPDATE)) == ["update-requested"]
    assert names(desk.ask(RequestKind.UPDATE, attempt=2)) == ["update-requested"]
    assert names(desk.ask(RequestKind.ACTIVATE)) == ["activation-requested"]
    assert desk.ask(RequestKind.READ) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"undelivered_share": 1.0}, ["update-requested"]),
        ({"unverified_share": ALWAYS}, ["update-requested", "delivered-to-hub"]),
    ],
)
def test_an_update_may_get_stuck_on_the_way(changes, told):
    desk = Desk(DeviceType.ESME, **changes)
    assert names(desk.ask(RequestKind.UPDATE)) == told
    (read,) = desk.ask(RequestKind.READ)
    assert read.fact.firmware_version == desk.device.fact.firmware_version


@pytest.mark.rule("BR34")
def test_an_image_of_another_model_is_never_sent():
    desk = Desk(DeviceType.ESME)
    (warned,) = desk.ask(RequestKind.UPDATE, target_version="FFFFFFFF")
    assert warned.fact.warning is WarningList.NOT_APPLICABLE_FIRMWARE


def test_an_activation_without_an_image_fails_and_names_what_runs():
    desk = Desk(DeviceType.ESME)
    _, failed = desk.ask(RequestKind.ACTIVATE)
    assert failed.fact.outcome is ActivationOutcome.NO_IMAGE_HELD
    assert failed.fact.firmware_version == desk.device.fact.firmware_version


def test_an_activation_of_another_image_than_the_one_held_fails():
    desk = Desk(DeviceType.ESME)
    desk.ask(RequestKind.UPDATE)
    older = CATALOGUE.older_version(desk.device.fact.model)
    _, failed = desk.ask(RequestKind.ACTIVATE, target_version=older, request_id=OTHER_ID)
    assert failed.fact.outcome is ActivationOutcome.HASH_MISMATCH


def test_a_failed_activation_leaves_the_image_for_another_try():
    only = distribution({"activation_failure": 1.0})
    desk = Desk(DeviceType.ESME, activation_failed_share=ALWAYS, activation_outcome_share=only)
    desk.ask(RequestKind.UPDATE)
    for attempt in (1, 2):
        _, failed = desk.ask(RequestKind.ACTIVATE, attempt=attempt)
        assert failed.fact.outcome is ActivationOutcome.ACTIVATION_FAILURE
        assert failed.fact.attempt == attempt
    (read,) = desk.ask(RequestKind.READ)
    assert not read.fact.pairing_capable


def test_a_second_attempt_draws_its_own_luck():
    """Of twenty hubs that fail half the time, some fail once and then succeed."""
    half = ByKey(("CHF", "ESME", "GSME"), (0.5, 0.5, 0.5))
    desk = Desk(DeviceType.CHF, unverified_share=half)
    field, told = desk.field, {1: set(), 2: set()}
    hubs = [(event, CATALOGUE.capable_version(event.fact.model)) for event in _all_hubs(half)]
    for attempt in (1, 2):
        asked = [
            request(
                hub,
                RequestKind.UPDATE,
                device_type=DeviceType.CHF,
                target=target,
                attempt=attempt,
            )
            for hub, target in hubs
        ]
        events = field.advance(until=field.now + timedelta(days=60), requests=asked)
        told[attempt] = {
            event.subject for event in events if event.fact.TYPE.endswith("verified.v1")
        }
    assert 0 < len(told[1]) < len(hubs)
    assert told[2] - told[1]


def _all_hubs(half: ByKey):
    field = Field(
        assumptions=obedient(unverified_share=half),
        catalogue=CATALOGUE,
        premises=20,
        seed=3,
        starts=STARTS,
        ends=datetime(2017, 4, 2, tzinfo=UTC),
    )
    told = field.advance(until=STARTS + timedelta(days=9), requests=())
    return [event for event in told if isinstance(event.fact, CommsHubInstalled)]


def test_requests_for_what_the_field_does_not_know_are_bugs():
    desk = Desk(DeviceType.CHF)
    stranger = desk.request(RequestKind.UPDATE, premises_id="P" + "0a" * 8)
    other = desk.request(RequestKind.UPDATE, device_id="02-00-00-00-00-00-00-0A")
    confused = desk.request(RequestKind.UPDATE, device_type=DeviceType.ESME)
    for wrong, why in (
        (stranger, "does not know"),
        (other, "no firmware"),
        (confused, "is no ESME"),
    ):
        with pytest.raises(ValueError, match=why):
            desk.field.advance(until=desk.field.now + timedelta(days=1), requests=(wrong,))
