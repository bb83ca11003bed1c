"""One premises and one course of things, with luck that the test gives (for tests)."""

from datetime import UTC, datetime

from msgspec.structs import replace

from twin.events.envelope import Event
from twin.events.registry import Fact
from twin.fleet.living.agenda import Agenda
from twin.fleet.living.diary import Diary
from twin.fleet.living.policy import PROPOSED, Policy
from twin.fleet.living.world import LivePremises, World
from twin.fleet.numbers.assumptions import Assumptions, shipped
from twin.fleet.numbers.pairing_rows import PairingRows
from twin.fleet.pairing.attempts import ENTRIES, Attempt, Wish
from twin.fleet.people.cad_wishes import CadWishes
from twin.fleet.people.consumers import Consumers
from twin.fleet.population.plans import Population
from twin.ingest.catalogue import shipped_catalogue
from twin.vocabulary import DeviceType

SEED = 5
ENDS = datetime(2018, 1, 1, tzinfo=UTC)
NOON = int(datetime(2017, 11, 1, 12, tzinfo=UTC).timestamp())
"""When every option that offers local pairing does so."""
FOR_EVER = NOON + 10 * 365 * 86_400


class StagedWorld(World):
    """A world in which every draw is 0.999, but what a test gives for some.

    A purpose is written with underscores; `code_wrong_1` is that of the first entry alone.
    """

    luck: dict[str, float]

    def chance(self, entity: str | int, purpose: str, attempt: int = 0) -> float:
        name = purpose.replace(".", "_").replace("-", "_")
        return self.luck.get(f"{name}_{attempt % ENTRIES}", self.luck.get(name, 0.999))


class Stage:
    """A premises of a kind, where things are tried one after the other."""

    def __init__(
        self,
        *,
        rules: Assumptions | None = None,
        rows: PairingRows | None = None,
        policy: Policy = PROPOSED,
        capable: tuple[DeviceType, ...] = (DeviceType.CHF, DeviceType.ESME),
        on_sub_ghz: bool = False,
        dual_fuel: bool = False,
        display: bool = True,
        **luck: float,
    ) -> None:
        self.agenda = Agenda()
        self.world = StagedWorld(
            assumptions=rules or shipped(),
            catalogue=shipped_catalogue(),
            seed=SEED,
            agenda=self.agenda,
            policy=policy,
            pairing=rows,
        )
        self.world.luck = luck
        self.live = self._premises(on_sub_ghz, dual_fuel, display, capable)
        self.diary = Diary(self.world)
        self.now = NOON

    def tries(self, journey, wish: Wish | None = None) -> Attempt:
        """An attempt by a journey, up to its end."""
        attempt = Attempt(self.world, self.live, wish or Wish())
        attempt.now(self.now)
        self.goes_on(journey(attempt), attempt.now)
        return attempt

    def goes_on(self, course, tell) -> list[Event]:
        """A course up to its end; what was told on the way."""
        self.diary.goes_on(self.now, self.live, course, tell, self._at)
        return self.told()

    def wishes(self) -> CadWishes:
        """Wishes for CADs at this premises."""
        return CadWishes(self.diary)

    def told(self, *, until: int = FOR_EVER) -> list[Event]:
        """What is told up to a second, oldest first; `facts` keeps them."""
        found = self.agenda.run(until=until)
        self.events = [*getattr(self, "events", []), *found]
        return found

    def facts(self, *kinds: type[Fact]) -> list[Fact]:
        """The facts told so far, of some kinds or of all."""
        told = [event.fact for event in getattr(self, "events", [])]
        return [fact for fact in told if not kinds or isinstance(fact, kinds)]

    def _at(self, second: int) -> None:
        self.now = second + 3_600

    def _premises(
        self, on_sub_ghz: bool, dual_fuel: bool, display: bool, capable: tuple[DeviceType, ...]
    ) -> LivePremises:
        catalogue = shipped_catalogue()
        population = Population(assumptions=shipped(), catalogue=catalogue, seed=SEED, ends=ENDS)
        plans = ((index, population.plan(index=index)) for index in range(1_000))
        index, plan = next(
            (index, plan)
            for index, plan in plans
            if plan.on_sub_ghz is on_sub_ghz
            and plan.ghz_2_4 is not on_sub_ghz
            and plan.dual_fuel is dual_fuel
            and any(device.device_type is DeviceType.IHD for device in plan.devices)
        )
        kept = [one for one in plan.devices if display or one.device_type is not DeviceType.IHD]
        live = self.world.born(index=index, plan=replace(plan, devices=tuple(kept)))
        for kind in (DeviceType.CHF, DeviceType.ESME):
            device = live.plan.device(kind)
            version = catalogue.capable_version if kind in capable else catalogue.older_version
            live.running[device.device_id] = version(device.fit.model)
        return live


def town(
    premises: int,
    *,
    policy: Policy = PROPOSED,
    rules: Assumptions | None = None,
    rows: PairingRows | None = None,
    days: int = 365,
) -> tuple[World, list[Event]]:
    """Premises whose people all move in at one moment, all capable; what they do in some days."""
    catalogue, agenda, rules = shipped_catalogue(), Agenda(), rules or shipped()
    world = World(
        assumptions=rules,
        catalogue=catalogue,
        seed=SEED,
        agenda=agenda,
        policy=policy,
        pairing=rows,
    )
    population = Population(assumptions=rules, catalogue=catalogue, seed=SEED, ends=ENDS)
    consumers = Consumers(world)
    for index in range(premises):
        live = world.born(index=index, plan=population.plan(index=index))
        for kind in (DeviceType.CHF, DeviceType.ESME):
            device = live.plan.device(kind)
            live.running[device.device_id] = catalogue.capable_version(device.fit.model)
        agenda.at(NOON, live.premises_id, consumers.move_in, live)
    return world, agenda.run(until=NOON + days * 86_400)
