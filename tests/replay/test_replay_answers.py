"""One answer carried over: what of it moves with the request, and what is never borrowed."""

from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace

from tests.campaign.campaign_field import NEW, OLD, device_id
from tests.campaign.campaign_samples import DAY, MIDNIGHT, C
from twin.events import firmware, lifecycle
from twin.events.codec import decode_premises
from twin.events.envelope import Event, encode, new_event
from twin.events.requests import FieldRequest, RequestKind
from twin.ids import request_id
from twin.replay.answers import Answer, as_run, borrowed, shifted
from twin.replay.asked import Asked, Ledger, Question
from twin.state.devices import Device, Firmware, Stamp
from twin.vocabulary import ActivationOutcome, DeviceStatus, DeviceType, StatusReason

HUB: Final = device_id(1, DeviceType.CHF)
DONOR: Final = device_id(2, DeviceType.CHF)
HERE, THERE = f"P{1:016x}", f"P{2:016x}"
OTHER_VERSION = "0000000C"
RUNS_OLD = Device(
    HUB, DeviceType.CHF, truth=Firmware(Stamp(MIDNIGHT, 1, "x"), OLD, False, "installed")
)


def asked_of(
    name: str = HUB,
    *,
    kind: RequestKind = RequestKind.UPDATE,
    at: datetime = MIDNIGHT,
    step: str | None = None,
    **changes: Any,
) -> Asked:
    request = FieldRequest(
        request_id=request_id(campaign_id=C, device_id=name, step=step or kind, attempt=1),
        kind=kind,
        premises_id=HERE if name == HUB else THERE,
        device_id=name,
        device_type=DeviceType.CHF,
        campaign_id=C,
        wave=1,
        attempt=1,
        target_version=NEW,
        asked_at=at,
    )
    return Asked(Question(C, name, 1, kind, 1), replace(request, **changes), at, at)


def told(fact: Any, *, by: Asked, after: float = 0.5) -> Event:
    return new_event(
        fact=fact,
        source=f"urn:gb:chf:{by.request.device_id}",
        sequence=4,
        key=by.request.premises_id,
        occurred_at=by.at + after * DAY,
        recorded_at=by.at + (after + 0.01) * DAY,
        correlation_id=f"campaign:{C}",
        causation_id=by.request.request_id,
    )


def named(asked: Asked) -> dict[str, Any]:
    request = asked.request
    return {
        "device_id": request.device_id,
        "device_type": request.device_type,
        "campaign_id": C,
        "wave": request.wave,
        "attempt": request.attempt,
    }


def readable(event: Event) -> Event:
    """The event as the log would give it back; a replay makes none that the log would refuse."""
    found = decode_premises(key=event.key.encode(), value=encode(event))
    assert isinstance(found, Event), found
    return found


def test_the_same_request_at_the_same_time_has_the_same_answer() -> None:
    then = asked_of()
    event = told(firmware.FirmwareDeliveredToHub(**named(then)), by=then)
    assert shifted(event, asked=then, then=then, by_truth=False) == Answer(event)


def test_an_answer_moves_with_its_request_and_names_its_wave() -> None:
    then, now = asked_of(), asked_of(at=MIDNIGHT + 9 * DAY, wave=3)
    dated = firmware.FirmwareActivationAccepted(**named(then), execute_at=MIDNIGHT + 2 * DAY)
    moved = shifted(told(dated, by=then), asked=now, then=then, by_truth=False).event
    assert moved.occurred_at == MIDNIGHT + 9.5 * DAY
    assert moved.recorded_at == MIDNIGHT + 9.51 * DAY
    assert moved.fact == replace(dated, wave=3, execute_at=MIDNIGHT + 11 * DAY)
    assert readable(moved).fact == moved.fact


def test_a_read_of_another_age_goes_by_truth() -> None:
    then = asked_of(kind=RequestKind.READ, step="11.2@6")
    now = asked_of(kind=RequestKind.READ, step="11.2@3")
    read = firmware.FirmwareVersionRead(HUB, DeviceType.CHF, NEW, True, then.request.request_id)
    answer = shifted(told(read, by=then), asked=now, then=then, by_truth=False)
    event = as_run(answer, device=RUNS_OLD)
    assert event is not None
    assert event.fact == firmware.FirmwareVersionRead(
        HUB, DeviceType.CHF, OLD, False, now.request.request_id
    )
    assert as_run(answer, device=None) is None
    assert as_run(answer, device=Device(HUB, DeviceType.CHF)) is None


def test_a_read_of_a_modelled_device_goes_by_truth_though_nothing_moved() -> None:
    then = asked_of(kind=RequestKind.READ)
    read = firmware.FirmwareVersionRead(HUB, DeviceType.CHF, NEW, True, then.request.request_id)
    event = told(read, by=then)
    assert not shifted(event, asked=then, then=then, by_truth=False).by_truth
    assert shifted(event, asked=then, then=then, by_truth=True).by_truth


def test_a_borrowed_image_is_the_one_that_was_asked_for_and_has_no_hash() -> None:
    donor = asked_of(DONOR)
    now = asked_of(at=MIDNIGHT + 3 * DAY, wave=2, attempt=2, target_version=OTHER_VERSION)
    fact = firmware.FirmwareVerified(**named(donor), firmware_version=NEW, image_hash="ab" * 32)
    answer = borrowed(told(fact, by=donor), asked=now, donor=donor, device=RUNS_OLD)
    assert answer is not None
    event = answer.event
    assert event.fact == firmware.FirmwareVerified(**named(now), firmware_version=OTHER_VERSION)
    assert (event.key, event.subject) == (HERE, f"{HERE}/{HUB}")
    assert event.causation_id == now.request.request_id
    assert event.occurred_at == MIDNIGHT + 3.5 * DAY
    assert DONOR not in encode(event).decode()
    assert THERE not in encode(event).decode()
    assert readable(event).fact == event.fact


def test_a_borrowed_failure_leaves_the_device_on_what_it_runs() -> None:
    donor, now = asked_of(DONOR, kind=RequestKind.ACTIVATE), asked_of(kind=RequestKind.ACTIVATE)
    fact = firmware.FirmwareActivationFailed(
        **named(donor),
        outcome=ActivationOutcome.ACTIVATION_FAILURE,
        firmware_version=OTHER_VERSION,
    )
    answer = borrowed(told(fact, by=donor), asked=now, donor=donor, device=RUNS_OLD)
    assert answer is not None
    assert answer.event.fact == replace(fact, device_id=HUB, firmware_version=OLD)


def test_what_is_no_step_of_an_update_is_not_borrowed() -> None:
    donor = asked_of(DONOR)
    fact = lifecycle.DeviceStatusChanged(
        DONOR,
        DeviceType.CHF,
        DeviceStatus.COMMISSIONED,
        DeviceStatus.SUSPENDED,
        StatusReason.FIRMWARE_NOT_CONFIRMED,
    )
    event = told(fact, by=donor)
    assert borrowed(event, asked=asked_of(), donor=donor, device=RUNS_OLD) is None


def test_a_question_is_asked_once_and_numbered_by_its_kind() -> None:
    ledger = Ledger()
    reads = [asked_of(kind=RequestKind.READ, step=f"11.2@{age}").request for age in (6, 7, 6)]
    found = [ledger.take(request, now=MIDNIGHT) for request in reads]
    assert [one and one.question.nth for one in found] == [1, 2, None]
    waits = asked_of(at=MIDNIGHT + DAY).request
    update = ledger.take(waits, now=MIDNIGHT)
    assert update is not None
    assert (update.ordered, update.at) == (MIDNIGHT, MIDNIGHT + DAY)
    assert len(ledger.asked) == 3
