"""The two campaigns of the sample lake: hubs first, then electricity meters; the second is held."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid5

from tests.marts.sample_network import outage_after
from twin.events import firmware, programme
from twin.events.envelope import Event, new_event
from twin.ids import NAMESPACE
from twin.vocabulary import ActivationOutcome, DeviceType, GateDecision, HoldReason

RUN_BEGINS = datetime(2017, 4, 1, tzinfo=UTC)
STARTS = {
    "LCP-HUBS": [datetime(2017, 7, d, tzinfo=UTC) for d in (1, 9, 17, 27)],
    "LCP-METERS": [
        datetime(2017, 8, 20, tzinfo=UTC),
        datetime(2017, 8, 29, tzinfo=UTC),
        datetime(2017, 9, 8, tzinfo=UTC),
        datetime(2017, 9, 22, tzinfo=UTC),
    ],
}
STATE_AFTER = {
    "FirmwareUpdateRequested": "REQUESTED",
    "FirmwareDeliveredToHub": "AT_HUB",
    "FirmwareVerified": "VERIFIED",
    "FirmwareActivationRequested": "ACTIVATION_REQUESTED",
    "FirmwareActivated": "ACTIVATED",
    "FirmwareActivationFailed": "FAILED",
    "FirmwareUpdateTimedOut": "TIMED_OUT",
}
NEW, OLD = "0A000002", "0A000001"


def wave_of(number: int) -> int:
    """Wave 1 to 4 of premises `number`."""
    place = number * 37 % 100
    return 1 + sum(place >= edge for edge in (5, 20, 50))


def firmware_facts(history: Any, installed: datetime, *, capable_from: datetime) -> None:
    """The executions of both campaigns at a premises that was installed before obligation (i)."""
    if installed >= capable_from:
        return
    wave = wave_of(history.number)
    if history.number % 50 != 7:
        _execution(history, "LCP-HUBS", DeviceType.CHF, "hub", wave)
    if wave < 4:
        _execution(history, "LCP-METERS", DeviceType.ESME, "esme", wave)


def _execution(history: Any, campaign: str, kind: DeviceType, name: str, wave: int) -> None:
    i, device = history.number, history.device(name)
    at = STARTS[campaign][wave - 1] + timedelta(days=i % 4, hours=3)
    dsp = f"urn:gb:dsp:{history.premises_id}"
    own = f"urn:gb:{kind.value.lower()}:{device}"
    named = {"device_id": device, "device_type": kind, "campaign_id": campaign, "wave": wave}
    step = {**named, "attempt": 1}
    asked = str(uuid5(NAMESPACE, f"{campaign} {device}"))

    def say(days: float, source: str, fact: object) -> None:
        history.say(at + timedelta(days=days), source, fact)

    requested = firmware.FirmwareUpdateRequested(**step, request_id=asked, firmware_version=NEW)
    say(0, dsp, requested)
    say(1, dsp, firmware.FirmwareDeliveredToHub(**step))
    if i % 41 == 3:
        timed_out = firmware.FirmwareUpdateTimedOut(**step)
        say(14, f"urn:gb:twin:{history.premises_id}", timed_out)
        return
    say(1.3, own, firmware.FirmwareVerified(**step, firmware_version=NEW))
    say(2, dsp, firmware.FirmwareActivationRequested(**step, request_id=asked))
    failing = 7 if (campaign, wave) == ("LCP-METERS", 3) else 31
    if i % failing == 5:
        outcome = list(ActivationOutcome)[i % 3]
        failed = firmware.FirmwareActivationFailed(**step, outcome=outcome, firmware_version=OLD)
        say(2.1, own, failed)
        return
    lost = i % 13 == 2
    activated = firmware.FirmwareActivated(
        **step, firmware_version=NEW, pairing_capable=True, response_lost=lost
    )
    say(2.1, own, activated)
    if kind is DeviceType.ESME and i % 3 == 0:
        outage_after(history, at + timedelta(days=2.1))
    read = firmware.FirmwareVersionRead(
        device, kind, NEW, True, str(uuid5(NAMESPACE, f"read {device}"))
    )
    say(25 if lost else 3, dsp, read)


def campaign_facts(*, until: datetime) -> Iterator[Event]:
    """What both campaigns decided up to `until`, numbered per campaign."""
    number = {"LCP-HUBS": 0, "LCP-METERS": 0}
    found = sorted(_said(), key=lambda one: one[0])
    for at, campaign, fact in found:
        if at > until:
            continue
        number[campaign] += 1
        yield new_event(
            fact=fact,
            source=f"urn:gb:twin:{campaign}",
            sequence=number[campaign],
            key=campaign,
            occurred_at=at,
            provenance="twin",
        )


def _said() -> Iterator[tuple[datetime, str, Any]]:
    for campaign, starts in STARTS.items():
        yield RUN_BEGINS, campaign, programme.CampaignSubmitted(campaign, "ab" * 32, 4)
        yield starts[0], campaign, programme.CampaignStarted(campaign, _tick(starts[0]))
        for wave, at in enumerate(starts, start=1):
            if campaign == "LCP-METERS" and wave == 3:
                yield from _held(campaign, wave, at)
                break
            yield from _passed(campaign, wave, at)
    ended = datetime(2017, 8, 14, tzinfo=UTC)
    finished = programme.CampaignFinished("LCP-HUBS", "SHORTFALL", 190, 12, _tick(ended))
    yield ended, "LCP-HUBS", finished


def _tick(at: datetime) -> int:
    return (at - RUN_BEGINS).days


def _gate(campaign: str, wave: int, at: datetime, decision: GateDecision, why: str, *counts: int):
    members, settled, confirmed, errors = counts
    return (
        at,
        campaign,
        programme.GateEvaluated(
            campaign, wave, decision, why, members, settled, confirmed, errors, _tick(at)
        ),
    )


def _passed(campaign: str, wave: int, at: datetime) -> Iterator[tuple[datetime, str, Any]]:
    size = (8, 28, 57, 97)[wave - 1]
    tick = _tick(at)
    released = programme.WaveReleased(campaign, wave, (0.05, 0.2, 0.5, 1.0)[wave - 1], True, tick)
    yield at, campaign, released
    yield _gate(
        campaign, wave, at + timedelta(days=1), GateDecision.CONTINUE, "evidence", size, 0, 0, 0
    )
    passed = at + timedelta(days=7)
    yield _gate(
        campaign, wave, passed, GateDecision.ADVANCE, "success_reached", size, size, size - 1, 1
    )
    yield passed, campaign, programme.WavePassed(campaign, wave, _tick(passed))


def _held(campaign: str, wave: int, at: datetime) -> Iterator[tuple[datetime, str, Any]]:
    yield at, campaign, programme.WaveReleased(campaign, wave, 0.5, True, _tick(at))
    held = at + timedelta(days=6)
    yield _gate(campaign, wave, held, GateDecision.REJECT, "errors_above", 57, 41, 33, 8)
    reason = HoldReason.ERROR_GATE
    yield held, campaign, programme.CampaignHeld(campaign, reason, _tick(held))
