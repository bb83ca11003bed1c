"""What devices answer to requests; luck is steered by shares of 0 or 1 in the assumptions."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from toy_campaign import request

from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.events.requests import FieldRequest, RequestKind
from twin.fleet.assumptions import Assumptions, shipped
from twin.fleet.field import Field
from twin.fleet.shapes import ByKey, distribution
from twin.ingest.catalogue import shipped_catalogue
from twin.vocabulary import ActivationOutcome, DeviceType

STARTS = datetime(2017, 4, 1, tzinfo=UTC)
NEVER = ByKey(("CHF", "ESME", "GSME"), (0.0, 0.0, 0.0))
ALWAYS = ByKey(("CHF", "ESME", "GSME"), (1.0, 1.0, 1.0))
CATALOGUE = shipped_catalogue()


def obedient(**changes) -> Assumptions:
    """Assumptions under which every request succeeds, with changes."""
    rules = replace(
        shipped(),
        silent_device_share=0.0,
        undelivered_share=0.0,
        unverified_share=NEVER,
        activation_unanswered_share=0.0,
        activation_failed_share=NEVER,
        response_lost_share=0.0,
        read_unanswered_share=0.0,
        pin_take_up=0.0,
        cad_demand_rate=0.0,
    )
    return replace(rules, **changes)


class Desk:
    """A field of some premises whose past has been told, and one hub or meter to ask."""

    def __init__(self, device_type: DeviceType, **changes) -> None:
        self.field = Field(
            assumptions=obedient(**changes),
            catalogue=CATALOGUE,
            premises=20,
            seed=3,
            starts=STARTS,
            ends=datetime(2017, 4, 2, tzinfo=UTC),
        )
        told = self.field.advance(until=STARTS + timedelta(days=9), requests=())
        self.device = next(event for event in told if self._is(event.fact, device_type))
        self.device_type = device_type
        self.target = CATALOGUE.capable_version(self.device.fact.model)

    @staticmethod
    def _is(fact, device_type) -> bool:
        if device_type is DeviceType.CHF:
            return isinstance(fact, CommsHubInstalled)
        return isinstance(fact, DeviceInstalled) and fact.device_type is device_type

    def request(self, kind: RequestKind, *, attempt: int = 1, **changes) -> FieldRequest:
        asked = request(
            self.device, kind, device_type=self.device_type, target=self.target, attempt=attempt
        )
        return replace(asked, **changes)

    def ask(self, kind: RequestKind, *, days: int = 60, attempt: int = 1, **changes):
        """What is told of the device after one request."""
        asked = self.request(kind, attempt=attempt, **changes)
        until = self.field.now + timedelta(days=days)
        told = self.field.advance(until=until, requests=(asked,))
        assert all(event.correlation_id == f"campaign:{asked.campaign_id}" for event in told)
        assert all(event.causation_id == asked.request_id for event in told)
        return told


def names(told) -> list[str]:
    return [event.fact.TYPE.split(".")[4] for event in told]


@pytest.mark.parametrize("device_type", [DeviceType.CHF, DeviceType.ESME])
def test_an_update_goes_from_request_to_a_read_version(device_type):
    desk = Desk(device_type)
    updated = desk.ask(RequestKind.UPDATE)
    assert names(updated) == ["update-requested", "delivered-to-hub", "verified"]
    assert updated[0].fact.firmware_version == updated[2].fact.firmware_version == desk.target
    assert updated[0].occurred_at - (STARTS + timedelta(days=9)) <= timedelta(minutes=11)
    assert [event.source.split(":")[2] for event in updated] == ["dsp", "dsp", device_type.lower()]
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


def test_a_lost_response_leaves_the_truth_to_a_read():
    desk = Desk(DeviceType.CHF, response_lost_share=1.0)
    desk.ask(RequestKind.UPDATE)
    _, activated = desk.ask(RequestKind.ACTIVATE)
    assert activated.fact.response_lost
    (read,) = desk.ask(RequestKind.READ)
    assert read.fact.firmware_version == desk.target


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


def test_an_image_of_another_model_is_never_verified():
    desk = Desk(DeviceType.ESME)
    told = desk.ask(RequestKind.UPDATE, target_version="FFFFFFFF")
    assert names(told) == ["update-requested", "delivered-to-hub"]


def test_an_activation_without_an_image_fails_and_names_what_runs():
    desk = Desk(DeviceType.ESME)
    _, failed = desk.ask(RequestKind.ACTIVATE)
    assert failed.fact.outcome is ActivationOutcome.NO_IMAGE_HELD
    assert failed.fact.firmware_version == desk.device.fact.firmware_version


def test_an_activation_of_another_image_than_the_one_held_fails():
    desk = Desk(DeviceType.ESME)
    desk.ask(RequestKind.UPDATE)
    older = CATALOGUE.older_version(desk.device.fact.model)
    _, failed = desk.ask(RequestKind.ACTIVATE, target_version=older)
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
