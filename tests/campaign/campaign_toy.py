"""A toy field and a whole campaign in plain Python: real premises, real facts, no broker."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from typing import Any

from campaign_samples import fields_of

from twin.campaign.decide import Command, decide_command, decide_tick
from twin.campaign.executions import TimeOut, due, order_of
from twin.campaign.plan import Plan, plan_hash
from twin.campaign.state import Campaign, evolve, submitted
from twin.campaign.tallies import TallyBoard, WaveCount, cell_of, tally_of
from twin.events import firmware, lifecycle, programme
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

OLD, NEW, MODEL = "0000000A", "0000000B", "1234-00000001"
DAY = timedelta(days=1)
START = datetime(2017, 7, 1, tzinfo=UTC)
PARTITIONS = 3

Step = tuple[float, PremisesFact]
"""Hours after a request, and the fact that happens then."""
Behaviour = Callable[[FieldRequest, dict[str, Any]], list[Step]]


def capable_version(model: str) -> str | None:
    return NEW if model == MODEL else None


def device_id(nth: int, device_type: DeviceType) -> str:
    digits = f"{nth:014X}{1 if device_type is DeviceType.CHF else 2:02X}"
    return "-".join(digits[i : i + 2] for i in range(0, 16, 2))


class ToyField:
    """Premises with a hub and a meter on old firmware; `behaviour` answers each request once."""

    def __init__(self, size: int, behaviour: Behaviour) -> None:
        self.premises: dict[str, Premises] = {}
        self._behaviour = behaviour
        self._numbers = count(1)
        self._heap: list[tuple[datetime, int, str, PremisesFact]] = []
        self._seen: set[str] = set()
        self.asked: Counter[str] = Counter()
        regions = list(CspRegion)
        for nth in range(size):
            premises_id = f"P{nth:016x}"
            self.premises[premises_id] = Premises(premises_id)
            for fact in _installed(nth, regions[nth % len(regions)]):
                self.apply(premises_id, fact, START - 30 * DAY)

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
        named = {
            "device_id": request.device_id,
            "device_type": request.device_type,
            "campaign_id": request.campaign_id,
            "wave": request.wave,
            "attempt": request.attempt,
        }
        for hours, fact in self._behaviour(request, named):
            at = request.asked_at + timedelta(hours=hours)
            heappush(self._heap, (at, next(self._numbers), request.premises_id, fact))

    def advance(self, until: datetime) -> None:
        while self._heap and self._heap[0][0] <= until:
            at, _, premises_id, fact = heappop(self._heap)
            self.apply(premises_id, fact, at)


def _installed(nth: int, region: CspRegion) -> list[PremisesFact]:
    chf, esme = (device_id(nth, t) for t in (DeviceType.CHF, DeviceType.ESME))
    return [
        lifecycle.PremisesRegistered(
            PremisesType.TERRACED, region, GspGroup.A, "S01", dual_fuel=False,
            shared_meter_space=False,
        ),
        lifecycle.CommsHubInstalled(
            chf, MODEL, HubVariant.SINGLE_BAND, OLD, pairing_capable=False
        ),
        lifecycle.DeviceInstalled(esme, DeviceType.ESME, MODEL, OLD),
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


class Run:
    """All campaigns over one toy field, tick by tick."""

    def __init__(self, plans: tuple[Plan, ...], field: ToyField) -> None:
        self.field = field
        self.board = TallyBoard()
        self.campaigns: dict[str, Campaign] = {
            plan.campaign_id: submitted(
                plan,
                programme.CampaignSubmitted(plan.campaign_id, plan_hash(plan), len(plan.waves)),
            )
            for plan in plans
        }
        self.log: list[tuple[datetime, Any]] = []
        self.tick = -1

    @property
    def now(self) -> datetime:
        return START + self.tick * DAY

    def counts(self, campaign_id: str, wave: int) -> WaveCount:
        return self.board.of_wave(campaign_id, wave)

    def go_on(self) -> None:
        self.tick += 1
        self.field.advance(self.now)
        self._report()
        for campaign_id in self.campaigns:
            facts = decide_tick(
                campaign=self.campaigns[campaign_id],
                others={other: found.state for other, found in self.campaigns.items()},
                counts=lambda wave, of=campaign_id: self.board.of_wave(of, wave),
                tick=self.tick,
                now=self.now,
            )
            self._record(campaign_id, facts)
        self._order()

    def command(self, command: Command) -> None:
        facts = decide_command(
            campaign=self.campaigns[command.campaign_id],
            command=command,
            now=self.now,
            tick=self.tick,
        )
        self._record(command.campaign_id, facts)

    def _record(self, campaign_id: str, facts: tuple[Any, ...]) -> None:
        for fact in facts:
            self.log.append((self.now, fact))
            self.campaigns[campaign_id] = evolve(self.campaigns[campaign_id], fact, at=self.now)

    def _report(self) -> None:
        everything = list(self.field.premises.values())
        plans = [campaign.plan for campaign in self.campaigns.values()]
        for partition in range(PARTITIONS):
            cells: Counter[Any] = Counter()
            for premises in everything[partition::PARTITIONS]:
                for plan in plans:
                    cell = cell_of(plan=plan, premises=premises, capable_version=capable_version)
                    cells.update(() if cell is None else (cell,))
            for key in {cell.wave_key for cell in cells}:
                self.board.take(
                    tally_of(key, fields_of(key, cells), partition=partition, offset=self.tick)
                )

    def _order(self) -> None:
        for campaign in self.campaigns.values():
            order = order_of(campaign)
            for premises in list(self.field.premises.values()):
                for action in due(
                    order=order, now=self.now, premises=premises, capable_version=capable_version
                ):
                    if isinstance(action, TimeOut):
                        self.field.apply(premises.premises_id, timed_out(action), self.now)
                    else:
                        self.field.take(action)


def timed_out(action: TimeOut) -> firmware.FirmwareUpdateTimedOut:
    return firmware.FirmwareUpdateTimedOut(
        action.device_id, action.device_type, action.campaign_id, action.wave, action.attempt
    )
