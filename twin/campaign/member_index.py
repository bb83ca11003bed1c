"""Where the devices of some premises count, kept up to date: exact counts, and whom to follow.

A partition on the log and the fleet of a replay keep the same index.
"""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Set

from twin.campaign.censuses import Census, censuses_of
from twin.campaign.ordered import Order
from twin.campaign.plan import Plan
from twin.campaign.tallies import Tally, tally_of
from twin.campaign.tally_cells import Place, WaveKey, places_of
from twin.state.premises import Premises


class MemberIndex:
    """Counts by wave and stratum, and the premises that an order may concern; mutable."""

    def __init__(self) -> None:
        """An index of no premises and no plans."""
        self._plans: tuple[Plan, ...] = ()
        self._counts: defaultdict[WaveKey, Counter[tuple[str, int]]] = defaultdict(Counter)
        self._places: dict[str, tuple[Place, ...]] = {}
        self._moving: dict[str, None] = {}
        self._awaited: defaultdict[WaveKey, dict[str, float]] = defaultdict(dict)

    @property
    def moving(self) -> Container[str]:
        """Premises with a device whose execution is under way."""
        return self._moving

    def learns(self, order: Order) -> bool:
        """Take over the plans of an order; True if they are new, so that all must be counted."""
        plans = tuple(campaign.plan for campaign in order.campaigns)
        if plans == self._plans:
            return False
        self._plans = plans
        return True

    def count(self, fleet: Iterable[Premises]) -> None:
        """Count all premises anew."""
        for held in (self._counts, self._places, self._moving, self._awaited):
            held.clear()
        for premises in fleet:
            self.move(premises)

    def move(self, premises: Premises) -> set[WaveKey]:
        """Count a premises at its new places instead of its old ones; the waves that changed."""
        name = premises.premises_id
        if name not in self._places and not any(d.enrolments for d in premises.devices.values()):
            return set()
        places = tuple(
            place for plan in self._plans for place in places_of(plan=plan, premises=premises)
        )
        before = self._places.get(name, ())
        if before == places:
            return set()
        left, taken = _moved(before, places)
        changed: set[WaveKey] = set()
        for place, by in (*((one, -1) for one in left), *((one, 1) for one in taken)):
            key = place.cell.wave_key
            self._counts[key][place.cell.field, place.cell.day] += by
            self._awaited[key].pop(name, None)
            changed.add(key)
        self._follow(name, places)
        return changed

    def _follow(self, name: str, places: tuple[Place, ...]) -> None:
        """Where a premises counts now, and whether it is awaited or under way there."""
        self._places[name] = places
        under_way = False
        for place in places:
            if place.cell.is_awaited:
                self._awaited[place.cell.wave_key][name] = place.place
            elif not place.cell.is_over:
                under_way = True
        if under_way:
            self._moving[name] = None
        else:
            self._moving.pop(name, None)

    def concerned(self, order: Order, *, but: Set[str] = frozenset()) -> list[str]:
        """Premises that an order may concern, in order: in flight, or awaited and released.

        `but` for some of those in flight, which are known to wait.
        An order that enrols or seats concerns all, whether they are counted here or not.
        """
        found = self._moving.keys() - but
        orders = {one.plan.campaign_id: one for one in order.campaigns}
        for (campaign_id, wave, stratum), awaited in self._awaited.items():
            campaign = orders.get(campaign_id)
            if campaign is None or not awaited:
                continue
            below = campaign.concerned_below(wave=wave, stratum=stratum)
            if below > 0:
                found |= {name for name, place in awaited.items() if place < below}
        return sorted(found)

    def tallies(
        self, keys: Iterable[WaveKey] | None = None, *, partition: int, offset: int
    ) -> list[Tally]:
        """Absolute counts of some waves, or of all, as a partition stands at an offset."""
        return [
            tally_of(key, self._counts[key], partition=partition, offset=offset)
            for key in sorted(self._counts if keys is None else keys)
        ]

    def censuses(self, order: Order, *, partition: int) -> list[Census]:
        """The censuses of paced campaigns that are being enrolled; later no place moves."""
        return [
            census
            for campaign in order.campaigns
            if campaign.mode == "enrol" and campaign.plan.is_paced
            for census in censuses_of(
                plan=campaign.plan,
                places=(place for places in self._places.values() for place in places),
                partition=partition,
            )
        ]


def _moved(before: tuple[Place, ...], after: tuple[Place, ...]) -> tuple[list[Place], list[Place]]:
    """Places that were left, and those that were taken; two devices may count at the same one."""
    left, taken = list(before), []
    for place in after:
        if place in left:
            left.remove(place)
        else:
            taken.append(place)
    return left, taken
