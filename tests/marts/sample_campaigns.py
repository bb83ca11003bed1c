"""The firmware facts of the two campaigns of the sample lake: hubs first, then meters."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid5

from tests.marts.sample_network import outage_after
from twin.events import firmware
from twin.ids import NAMESPACE
from twin.vocabulary import ActivationOutcome, CspRegion, DeviceType, Exclusion

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
    later = installed >= capable_from
    wave = None if later else wave_of(history.number)
    for campaign, kind, name in (
        ("LCP-HUBS", DeviceType.CHF, "hub"),
        ("LCP-METERS", DeviceType.ESME, "esme"),
    ):
        _placed(history, campaign, kind, name, wave)
    if wave is None:
        return
    if history.number % 50 != 7:
        _execution(history, "LCP-HUBS", DeviceType.CHF, "hub", wave)
    if wave < 4:
        _execution(history, "LCP-METERS", DeviceType.ESME, "esme", wave)


def _placed(history: Any, campaign: str, kind: DeviceType, name: str, wave: int | None) -> None:
    """The twin's word on a device when membership is frozen, on the first day of the campaign."""
    named = {"device_id": history.device(name), "device_type": kind, "campaign_id": campaign}
    word: object = firmware.DeviceExcluded(**named, reason=Exclusion.INSTALLED_LATER)
    if wave is not None:
        word = firmware.DeviceEnrolled(
            **named,
            wave=wave,
            place=history.number * 37 % 100 / 100,
            region=list(CspRegion)[history.number % 3],
            supplier=f"S0{1 + history.number % 6}",
            firmware_version=NEW,
        )
    history.say(STARTS[campaign][0], f"urn:gb:twin:{history.premises_id}", word)


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
