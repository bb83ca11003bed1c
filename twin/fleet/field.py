"""The emulated field: requests in, facts out; a function of the seed and of what was asked."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from twin.events.envelope import Event
from twin.events.requests import FieldRequest
from twin.fleet.firmware.service import FirmwareField
from twin.fleet.firmware.suspensions import Suspensions
from twin.fleet.living.agenda import Agenda
from twin.fleet.living.policy import PROPOSED, Policy
from twin.fleet.living.world import LivePremises, World
from twin.fleet.network.extra_displays import ExtraDisplays
from twin.fleet.network.hub_exchange import HubExchanges
from twin.fleet.network.power import Supply
from twin.fleet.network.radio import Radio
from twin.fleet.network.visit import Visit, past_visit, visit
from twin.fleet.numbers.assumptions import RECIPIENTS, Assumptions
from twin.fleet.numbers.firmware_rows import FirmwareRows
from twin.fleet.numbers.han_rows import HanRows
from twin.fleet.people.consumers import Consumers
from twin.fleet.population.identity import premises_id
from twin.fleet.population.plans import Population
from twin.ingest.catalogue import Catalogue
from twin.vocabulary import DeviceType


class FieldTruth(Struct, frozen=True, kw_only=True):
    """Counts of what is truly so; installed devices that are not yet told of count as well."""

    premises: int
    capable_hubs: int
    capable_meters: int
    capable_premises: int
    pins_set: int
    cads_paired: int
    silent_devices: int


class Field:
    """A fleet of `premises` premises that are all installed by `ends`, from a seed.

    What was installed before `starts` is told in the first days, with its true past moments and
    `recorded_at` the moment it is told. A `Field` holds its own virtual time and never reads a
    clock; to go back to a moment, make a new one and advance it by the same calls.
    """

    def __init__(
        self,
        *,
        assumptions: Assumptions,
        catalogue: Catalogue,
        premises: int,
        seed: int,
        starts: datetime,
        ends: datetime,
        policy: Policy = PROPOSED,
        han: HanRows | None = None,
        firmware: FirmwareRows | None = None,
        holds: Callable[[str], bool] = lambda _: True,
        for_good: bool = False,
        named: bool = True,
    ) -> None:
        """Everybody before `starts`.

        A field may hold only some of the fleet's premises, by id, and may end `for_good`: most of
        what a premises would do next comes years later, and need not be kept in mind then.
        Where its events are not `named`, they have no ids; see `new_event`.
        """
        if premises < 1 or starts.tzinfo is None or ends.tzinfo is None or starts >= ends:
            raise ValueError("a field needs premises and an aware start before its end")
        self._last = ends if for_good else None
        self._agenda = Agenda(until=_second(ends) if for_good else None, named=named)
        self._world = World(
            assumptions=assumptions,
            catalogue=catalogue,
            seed=seed,
            agenda=self._agenda,
            policy=policy,
            han=han,
            firmware=firmware,
        )
        self._population = Population(
            assumptions=assumptions, catalogue=catalogue, seed=seed, ends=ends, han=han
        )
        self._consumers = Consumers(self._world)
        self._firmware = FirmwareField(self._world)
        self._suspensions = Suspensions(self._world)
        radio = Radio(self._world)
        self._lives = (
            radio,
            ExtraDisplays(self._world),
            HubExchanges(self._world, self._population, radio),
            Supply(self._world),
        )
        self._step = int(assumptions.install_step * 60)
        self._starts = starts
        self._now = starts
        self._taken: set[str] = set()
        for index in range(premises):
            name = premises_id(seed=seed, index=index)
            if holds(name):
                self._expect(index, name)

    @property
    def now(self) -> datetime:
        """Virtual time up to which the field has told everything."""
        return self._now

    def advance(self, *, until: datetime, requests: Sequence[FieldRequest]) -> list[Event]:
        """What is recorded after `now` and up to `until`, in order of moment and premises.

        `requests` reach the field now, or when they are asked if that is later; their order does
        not matter, and a request id that was taken before is ignored. Raises ValueError for going
        back, for going on after an end for good, and for unknown devices.
        """
        if until < self._now:
            raise ValueError(f"the field stands at {self._now} and cannot go back to {until}")
        if self._last is not None and until > self._last:
            raise ValueError(f"the field ended for good at {self._last}")
        now = _second(self._now)
        for request in sorted(requests, key=lambda request: request.request_id):
            if request.request_id not in self._taken:
                self._firmware.take(now=max(now, _second(request.asked_at)), request=request)
                self._taken.add(request.request_id)
        self._now = until
        return self._agenda.run(until=_second(until))

    def expected_share(self, *, at: datetime) -> float:
        """Share of the premises that the planned curve has installed at a moment."""
        return self._population.growth.share(at)

    def truth(self) -> FieldTruth:
        """Counts of what is truly so among the premises that have come to life."""
        now, world = _second(self._now), self._world
        installed = [live for live in world.live.values() if live.plan.installed_at <= now]
        return FieldTruth(
            premises=len(installed),
            capable_hubs=self._capable(installed, DeviceType.CHF),
            capable_meters=self._capable(installed, DeviceType.ESME),
            capable_premises=sum(world.is_capable(live) for live in installed),
            pins_set=sum(live.pin_class is not None for live in installed),
            cads_paired=sum(live.cads for live in installed),
            silent_devices=sum(
                self._firmware.is_silent(device)
                for live in installed
                for device in live.plan.devices
                if device.device_type in RECIPIENTS
            ),
        )

    def _capable(self, installed: list[LivePremises], device_type: DeviceType) -> int:
        return sum(
            self._world.runs_capable(live, live.plan.device(device_type)) for live in installed
        )

    def _expect(self, index: int, name: str) -> None:
        """Put in the first moment of a premises: its registration, or the telling of its past."""
        first = _second(self._starts) + 1
        if self._population.installed_at(index=index) >= first:
            begins = self._population.registered_at(index=index, starts=self._starts)
            self._agenda.at(begins, name, self._registered, index)
            return
        days = self._world.rules.backlog_days * self._world.chance(index, "backlog.told")
        told = first + int(timedelta(days=days).total_seconds())
        self._agenda.at(told, name, self._told_of_past, index)

    def _registered(self, second: int, index: int) -> None:
        plan = self._population.plan(index=index)
        live = self._world.born(index=index, plan=plan)
        made = visit(
            plan=plan, registered_at=second, step=self._step, catalogue=self._world.catalogue
        )
        _settled(live, made)
        for said in made.said:
            self._agenda.at(
                said.at, live.premises_id, self._world.says, live, said.speaker, said.fact
            )
        self._agenda.at(made.said[-1].at, live.premises_id, self._moved_in, live)

    def _told_of_past(self, second: int, index: int) -> None:
        """Everything of an installation before the run is told at once, late."""
        plan = self._population.plan(index=index)
        live = self._world.born(index=index, plan=plan)
        registered = self._population.registered_at(index=index, starts=self._starts)
        made = past_visit(plan=plan, registered_at=registered, step=self._step)
        _settled(live, made)
        for said in made.said:
            self._world.says(said.at, live, said.speaker, said.fact, recorded=second)
        self._moved_in(second, live)

    def _moved_in(self, second: int, live: LivePremises) -> None:
        """From here on things happen at the premises."""
        self._consumers.move_in(second, live)
        for life in self._lives:
            life.begin(second, live)


def _settled(live: LivePremises, made: Visit) -> None:
    """The home area network as the visit leaves it."""
    live.hub_log, live.gpf_log, live.links = made.hub_log, made.gpf_log, made.links


def _second(at: datetime) -> int:
    return int(at.timestamp())
