"""Who is a member of a campaign of the oracle: one device after the other, by its own lot."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from tests.whatif.oracle_world import KINDS, Member, World
from twin.campaign.counted import cuts
from twin.campaign.plan import Plan
from twin.campaign.seats import takes
from twin.fleet.population.plans import Population
from twin.ingest.catalogue import Catalogue

Lots = dict[tuple[int, ...], list[float]]
"""By the waves by count that would take a device, the lots of those devices."""


class Seats:
    """The premises of one run, and the seats that a plan gives to their devices."""

    def __init__(self, world: World, catalogue: Catalogue) -> None:
        self.world = world
        self.catalogue = catalogue
        ends = world.scenario.horizon.ends
        population = Population(
            assumptions=world.rows,
            catalogue=catalogue,
            seed=world.scenario.seed,
            ends=datetime(ends.year, ends.month, ends.day, tzinfo=UTC),
        )
        self.premises = [population.plan(index=nth) for nth in range(world.scenario.premises)]

    def enrol(self, plan: Plan, day: int) -> tuple[list[Member], Lots]:
        """The members of a plan that is handed in on a day in the order of their numbers, and the
        lots of all whom its waves by count would take."""
        found = list(self.candidates(plan, day))
        lots: defaultdict[tuple[int, ...], list[float]] = defaultdict(list)
        for _, entity, where in found:
            takers = tuple(
                number
                for number, wave in enumerate(plan.waves, start=1)
                if wave.count is not None and takes(wave, *where)
            )
            if takers:
                lots[takers].append(self.lot(plan, entity))
        drawn = cuts(plan=plan, lots=lots) if plan.is_counted else ()
        members = []
        for index, entity, where in found:
            seat = self.by_count(plan, entity, where, drawn) or self.by_share(plan, entity, where)
            if seat is not None:
                members.append(Member(index, entity, "|".join(where), *seat))
        return members, dict(lots)

    def candidates(self, plan: Plan, day: int) -> Iterator[tuple[int, int, tuple[str, str, str]]]:
        """Devices that are known by then and not at the plan's target."""
        kind = KINDS.index(plan.device_type)
        enrolled_until = self.world.start + timedelta(days=day + 1)
        for index in range(self.world.scenario.premises):
            premises = self.premises[index]
            installed = datetime.fromtimestamp(premises.installed_at, UTC)
            _, cut = plan.installed_within
            if (cut is not None and installed.date() >= cut) or installed >= enrolled_until:
                continue
            device = next((d for d in premises.devices if d.device_type == plan.device_type), None)
            if device is None or device.fit is None:
                continue
            target = self.catalogue.capable_version(device.fit.model)
            where = (str(premises.csp_region), premises.supplier, device.fit.model)
            if target not in (None, device.fit.version) and selects(plan, *where):
                yield index, index + ((kind + 1) << 40), where

    def lot(self, plan: Plan, entity: int) -> float:
        return self.world.luck(entity, f"campaign.{plan.campaign_id}.lot")

    def by_count(
        self, plan: Plan, entity: int, where: tuple[str, str, str], cut: tuple[float, ...]
    ) -> tuple[int, float] | None:
        """A seat in a wave by count: the lowest lots of whom it takes (decision 0020)."""
        lot, begins = self.lot(plan, entity), 0.0
        for number, (wave, end) in enumerate(zip(plan.waves, cut, strict=False), start=1):
            if wave.count is not None and takes(wave, *where):
                if begins <= lot < end:
                    return number, min((lot - begins) / (end - begins), 1 - 2**-53)
                begins = max(begins, end)
        return None

    def by_share(
        self, plan: Plan, entity: int, where: tuple[str, str, str]
    ) -> tuple[int, float] | None:
        """Wave and place: the waves that take a stratum share its scale (`campaign.seats`)."""
        rank = self.world.luck(entity, f"campaign.{plan.campaign_id}.rank")
        begins = 0.0
        for number, wave in enumerate(plan.waves, start=1):
            if wave.count is not None or not takes(wave, *where):
                continue
            width = 1 - begins if wave.rest else wave.share
            if rank < begins + width:
                return number, min((rank - begins) / width, 1 - 2**-53)
            begins += width
        return None


def selects(plan: Plan, region: str, supplier: str, model: str) -> bool:
    """Whether a plan is about devices of a stratum at all."""
    chosen = plan.selection
    return (
        (not chosen.regions or region in chosen.regions)
        and (not chosen.suppliers or supplier in chosen.suppliers)
        and (not chosen.models or model in chosen.models)
    )
