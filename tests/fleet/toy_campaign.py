"""A small requester: what a campaign would ask of the field, without gates (for tests)."""

from datetime import datetime, timedelta

from twin.events.envelope import Event
from twin.events.firmware import FirmwareActivated, FirmwareActivationFailed, FirmwareVerified
from twin.events.lifecycle import CommsHubInstalled, DeviceInstalled
from twin.events.requests import FieldRequest, RequestKind
from twin.fleet.field import Field
from twin.ids import request_id
from twin.ingest.catalogue import Catalogue
from twin.vocabulary import DeviceType

STEPS = {kind: kind.value for kind in RequestKind}


def request(
    event: Event, kind: RequestKind, *, device_type: DeviceType, target: str, attempt: int = 1
) -> FieldRequest:
    campaign = "LCP-HUBS" if device_type is DeviceType.CHF else "LCP-METERS"
    device = event.fact.device_id
    return FieldRequest(
        request_id=request_id(
            campaign_id=campaign, device_id=device, step=STEPS[kind], attempt=attempt
        ),
        kind=kind,
        premises_id=event.key,
        device_id=device,
        device_type=device_type,
        campaign_id=campaign,
        wave=1,
        attempt=attempt,
        target_version=target,
        asked_at=event.recorded_at,
    )


class ToyCampaign:
    """Asks every incapable hub and meter to update, `a_day` a day, and follows up; two attempts."""

    def __init__(self, catalogue: Catalogue, *, begins: datetime, a_day: int) -> None:
        self._catalogue, self._begins, self._a_day = catalogue, begins, a_day
        self._waiting: list[FieldRequest] = []
        self._targets: dict[str, str] = {}
        self._asked: list[FieldRequest] = []

    def see(self, events: list[Event]) -> None:
        for event in events:
            fact = event.fact
            if isinstance(fact, CommsHubInstalled | DeviceInstalled):
                self._installed(event, fact)
            elif isinstance(fact, FirmwareVerified):
                self._follow(event, RequestKind.ACTIVATE, fact.attempt)
            elif isinstance(fact, FirmwareActivated):
                self._follow(event, RequestKind.READ, fact.attempt)
            elif isinstance(fact, FirmwareActivationFailed) and fact.attempt == 1:
                self._follow(event, RequestKind.UPDATE, 2)

    def due(self, now: datetime) -> list[FieldRequest]:
        due, self._asked = self._asked, []
        if now >= self._begins:
            due += self._waiting[: self._a_day]
            del self._waiting[: self._a_day]
        return due

    def _installed(self, event: Event, fact: CommsHubInstalled | DeviceInstalled) -> None:
        kind = getattr(fact, "device_type", DeviceType.CHF)
        if kind not in (DeviceType.CHF, DeviceType.ESME) or fact.pairing_capable:
            return
        target = self._catalogue.capable_version(fact.model)
        self._targets[fact.device_id] = target
        self._waiting.append(request(event, RequestKind.UPDATE, device_type=kind, target=target))

    def _follow(self, event: Event, kind: RequestKind, attempt: int) -> None:
        target = self._targets[event.fact.device_id]
        self._asked.append(
            request(event, kind, device_type=event.fact.device_type, target=target, attempt=attempt)
        )


def run(
    field: Field,
    campaign: ToyCampaign,
    *,
    ends: datetime,
    arrange=lambda requests: requests,
    parts: int = 1,
) -> list[Event]:
    """All events of a run in daily ticks, each advanced in `parts` equal parts."""
    told: list[Event] = []
    while field.now < ends:
        requests = arrange(campaign.due(field.now))
        day: list[Event] = []
        begins = field.now
        for part in range(1, parts + 1):
            until = begins + timedelta(days=1) * part / parts
            day += field.advance(until=until, requests=requests)
            requests = []
        campaign.see(day)
        told += day
    return told
