"""A toy field: real premises that fold real facts, and devices that answer each request once."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any, Final

from tests.campaign.campaign_samples import BAD_MODEL, DAY, MODEL
from twin.events import firmware, lifecycle
from twin.events.envelope import new_event
from twin.events.registry import PremisesFact
from twin.events.requests import FieldRequest, RequestKind
from twin.state.evolve import evolve as evolve_premises
from twin.state.premises import Premises
from twin.vocabulary import (
    ActivationOutcome,
    CspRegion,
    DeviceType,
    GspGroup,
    HubVariant,
    PremisesType,
)

OLD, NEW = "0000000A", "0000000B"
BEGIN: Final = datetime(2017, 6, 29, tzinfo=UTC)
"""The day of tick 0: two ticks to freeze the membership, and it is 1 July."""
SUPPLIERS: Final = ("S01", "S02", "S04")

Step = tuple[float, PremisesFact]
"""Hours after a request, and the fact that happens then."""
Behaviour = Callable[[FieldRequest, dict[str, Any]], list[Step]]


def capable_version(model: str) -> str | None:
    return NEW if model in (MODEL, BAD_MODEL) else None


def device_id(nth: int, device_type: DeviceType) -> str:
    digits = f"{nth:014X}{1 if device_type is DeviceType.CHF else 2:02X}"
    return "-".join(digits[i : i + 2] for i in range(0, 16, 2))


def one_model(_: int) -> str:
    return MODEL


class ToyField:
    """Premises with a hub and a meter on old firmware; `behaviour` answers each request once."""

    def __init__(
        self, size: int, behaviour: Behaviour, *, model: Callable[[int], str] = one_model
    ) -> None:
        self.premises: dict[str, Premises] = {}
        self.behaviour = behaviour
        self._numbers = count(1)
        self._heap: list[tuple[datetime, int, str, PremisesFact]] = []
        self._seen: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.requests: list[FieldRequest] = []
        for nth in range(size):
            premises_id = f"P{nth:016x}"
            self.premises[premises_id] = Premises(premises_id)
            for fact in installed(nth, model(nth)):
                self.apply(premises_id, fact, BEGIN - 30 * DAY)

    def apply(self, premises_id: str, fact: PremisesFact, at: datetime) -> None:
        source = f"urn:gb:dsp:{premises_id}"
        number = next(self._numbers)
        event = new_event(
            fact=fact, source=source, sequence=number, key=premises_id, occurred_at=at
        )
        self.premises[premises_id] = evolve_premises(self.premises[premises_id], event, fact)

    def take(self, request: FieldRequest) -> None:
        if request.request_id in self._seen:
            return
        self._seen.add(request.request_id)
        self.asked[request.kind] += 1
        self.requests.append(request)
        named = {
            "device_id": request.device_id,
            "device_type": request.device_type,
            "campaign_id": request.campaign_id,
            "wave": request.wave,
            "attempt": request.attempt,
        }
        for hours, fact in self.behaviour(request, named):
            self.later(request.premises_id, fact, request.asked_at + timedelta(hours=hours))

    def later(self, premises_id: str, fact: PremisesFact, at: datetime) -> None:
        heappush(self._heap, (at, next(self._numbers), premises_id, fact))

    def advance(self, until: datetime) -> None:
        while self._heap and self._heap[0][0] <= until:
            at, _, premises_id, fact = heappop(self._heap)
            self.apply(premises_id, fact, at)


def installed(nth: int, model: str) -> list[PremisesFact]:
    chf, esme = (device_id(nth, t) for t in (DeviceType.CHF, DeviceType.ESME))
    regions = list(CspRegion)
    return [
        lifecycle.PremisesRegistered(
            PremisesType.TERRACED, regions[nth % 3], GspGroup.A, SUPPLIERS[nth // 3 % 3],
            dual_fuel=False, shared_meter_space=False,
        ),
        lifecycle.CommsHubInstalled(
            chf, model, HubVariant.SINGLE_BAND, OLD, pairing_capable=False
        ),
        lifecycle.DeviceInstalled(esme, DeviceType.ESME, model, OLD),
        lifecycle.DeviceCommissioned(chf, DeviceType.CHF),
        lifecycle.DeviceCommissioned(esme, DeviceType.ESME),
    ]  # fmt: skip


def updated(request: FieldRequest, named: dict[str, Any], *, hours: float = 1) -> list[Step]:
    """The update is accepted, delivered and verified."""
    version = request.target_version
    accepted = firmware.FirmwareUpdateRequested(
        **named, request_id=request.request_id, firmware_version=version
    )
    verified = firmware.FirmwareVerified(**named, firmware_version=version)
    delivered = firmware.FirmwareDeliveredToHub(**named)
    return [(0.1, accepted), (hours, delivered), (hours + 0.5, verified)]


def activated(
    request: FieldRequest, named: dict[str, Any], *, lost: bool = False, fails: bool = False
) -> list[Step]:
    """The activation is sent; the device runs the new version, or stays on the old one."""
    sent = firmware.FirmwareActivationRequested(**named, request_id=request.request_id)
    if fails:
        fact: PremisesFact = firmware.FirmwareActivationFailed(
            **named, outcome=ActivationOutcome.ACTIVATION_FAILURE, firmware_version=OLD
        )
    else:
        fact = firmware.FirmwareActivated(
            **named,
            firmware_version=request.target_version,
            pairing_capable=True,
            response_lost=lost,
        )
    return [(0.1, sent), (1, fact)]


def read(request: FieldRequest, *, version: str = NEW) -> list[Step]:
    """The device says which version it runs."""
    return [
        (
            0.1,
            firmware.FirmwareVersionRead(
                request.device_id, request.device_type, version, version == NEW, request.request_id
            ),
        )
    ]


def all_confirm(request: FieldRequest, named: dict[str, Any]) -> list[Step]:
    """Every device takes the image, activates it and answers."""
    match request.kind:
        case RequestKind.UPDATE:
            return updated(request, named)
        case RequestKind.ACTIVATE:
            return activated(request, named)
        case RequestKind.READ:
            return read(request)
