"""A lake of random executions, and the same executions counted by the twin's own fold."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from tests.marts import sample
from twin.campaign.fields import field_of
from twin.campaign.plan import Plan
from twin.events import firmware
from twin.events.envelope import Event, encode
from twin.events.lifecycle import CommsHubInstalled, CommsHubReplaced
from twin.lake.rows import Logged
from twin.state.evolve import evolve
from twin.state.premises import Premises
from twin.vocabulary import (
    ActivationOutcome,
    CspRegion,
    DeviceType,
    HubVariant,
    ReturnReason,
    TransferOutcome,
)

FIRST = datetime(2017, 7, 1, tzinfo=UTC)
DAYS = 40
OLD, NEW, OTHER = "0A000001", "0A000002", "0A000003"
HUB = DeviceType.CHF


def wild(rng: Random, plan: Plan, number: int) -> sample.History:
    """One hub in a campaign: some attempts with anything in any order, reads, an exchange."""
    history = sample.History(number)
    device, dsp = history.device("hub"), f"urn:gb:dsp:{history.premises_id}"
    supplier, twin = (f"urn:gb:{who}:{history.premises_id}" for who in ("supplier", "twin"))
    hub = CommsHubInstalled(device, sample.MODEL, HubVariant.SINGLE_BAND, OLD, False)
    history.say(FIRST - timedelta(days=90), supplier, hub)
    named = {"device_id": device, "device_type": HUB, "campaign_id": plan.campaign_id}
    wave = rng.randint(1, len(plan.waves))
    region = rng.choice([None, *CspRegion])
    seat = {"wave": wave, "place": rng.random(), "region": region, "supplier": "S01"}
    history.say(FIRST, twin, firmware.DeviceEnrolled(**named, **seat, firmware_version=NEW))
    for attempt in range(1, rng.choice([0, 1, 1, 2, 2]) + 1):
        begins = FIRST + timedelta(days=20 * (attempt - 1) + rng.uniform(1, 9))
        step = {**named, "wave": wave, "attempt": attempt}
        asked = firmware.FirmwareUpdateRequested(
            **step, request_id=sample._uuid(f"{number} {attempt}"), firmware_version=NEW
        )
        history.say(begins, dsp, asked)
        for fact in rng.sample(_steps(step), rng.randint(0, 3)):
            history.say(_moment(rng, begins + timedelta(days=rng.uniform(0.1, 10))), dsp, fact)
    # a version that is read later overrules an earlier one; here what is read only gets better
    moments = sorted(rng.uniform(DAYS, DAYS + 10) for _ in range(2))
    for at, version in zip(
        moments, sorted(rng.sample([OLD, OTHER, NEW], 2), key=_rank), strict=True
    ):
        if rng.random() < 0.6:
            code = sample._uuid(f"read {number} {version}")
            read = firmware.FirmwareVersionRead(device, HUB, version, version != OLD, code)
            history.say(FIRST + timedelta(days=at), dsp, read)
    if rng.random() < 0.1:
        fresh = CommsHubReplaced(history.device("fresh"), device, ReturnReason.FAULT, True, False)
        history.say(FIRST + timedelta(days=rng.uniform(1, DAYS + 10)), supplier, fresh)
    return history


def _moment(rng: Random, at: datetime) -> datetime:
    """Some facts come in the first moment of a day, as the twin's own do."""
    later = at + timedelta(days=1)
    return datetime.combine(later, time.min, tzinfo=UTC) if rng.random() < 0.3 else at


def _rank(version: str) -> int:
    return (OLD, OTHER, NEW).index(version)


def _steps(step: dict[str, object]) -> list[object]:
    named = {**step}
    lost, heard = (
        firmware.FirmwareActivated(
            **named, firmware_version=NEW, pairing_capable=True, response_lost=lost
        )
        for lost in (True, False)
    )
    return [
        lost,
        heard,
        firmware.FirmwareUpdateWarned(**named, warning="not_commissioned"),
        firmware.FirmwareDeliveredToHub(**named),
        firmware.FirmwareDeliveryFailed(**named),
        firmware.FirmwareTransferred(**named, transfer=TransferOutcome.SUCCESS),
        firmware.FirmwareTransferred(**named, transfer=TransferOutcome.FILE_TRANSFER_FAILURE),
        firmware.FirmwareTransferred(**named, transfer=TransferOutcome.HARDWARE_VERSION_MISMATCH),
        firmware.FirmwareVerificationFailed(**named),
        firmware.FirmwareActivationFailed(
            **named, outcome=next(iter(ActivationOutcome)), firmware_version=OLD
        ),
        firmware.FirmwareUpdateTimedOut(**named, cause="transfer_timed_out"),
    ]


def events_of(rng: Random, plan: Plan, premises: int) -> list[Event]:
    """The facts of so many wild premises in the order of their recording."""
    found = [event for n in range(premises) for event in wild(rng, plan, n).events()]
    return sorted(found, key=lambda event: (event.recorded_at, event.key, event.sequence))


def records_of(events: list[Event], topic: str = "premises.events") -> list[Logged]:
    """The facts as records of one partition."""
    return [
        Logged(topic, 0, 0, n, event.key.encode(), encode(event), event.recorded_at)
        for n, event in enumerate(events)
    ]


def counted(events: list[Event], plan: Plan, day: date) -> Counter[tuple[int, str]]:
    """Members by wave and by where the twin's fold of what was recorded before a day has them."""
    return Counter(_counted(events, plan, datetime.combine(day, time.min, tzinfo=UTC)))


def _counted(events: list[Event], plan: Plan, before: datetime) -> Iterator[tuple[int, str]]:
    homes: dict[str, Premises] = {}
    for event in events:
        if event.recorded_at < before:
            held = homes.get(event.key) or Premises(event.key)
            homes[event.key] = evolve(held, event, event.fact)
    for home in homes.values():
        for device in home.devices.values():
            word = device.enrolments.get(plan.campaign_id)
            if word is not None and word.wave is not None:
                yield word.wave, field_of(plan=plan, premises=home, device=device)
