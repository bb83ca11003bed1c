"""The emulated oversight: milestones, questions, reviews, the products list; one story a seed.

Its facts are about the programme: key `PROGRAMME_ID`, topic `programme.events`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from twin.events.envelope import Event, new_event
from twin.events.oversight import PROGRAMME_ID, CplEntryAdded, CplEntryRemoved
from twin.events.registry import OversightFact
from twin.fleet.numbers.assumptions import Assumptions, shipped
from twin.fleet.numbers.draws import draw
from twin.fleet.numbers.oversight_rows import OversightRows, shipped_oversight
from twin.fleet.oversight.han_reviews import quarters, reviewed
from twin.fleet.oversight.milestones import courses, told
from twin.fleet.population.image_hashes import gbcs_number, image_hash
from twin.fleet.population.plans import Population, moment
from twin.fleet.population.products_list import removal
from twin.ingest.catalogue import Catalogue
from twin.ingest.cpl_entry import CplEntry
from twin.vocabulary import DeviceType

SOURCE: Final = f"urn:gb:programme:{PROGRAMME_ID}"
_NOON: Final = time(12)


class Oversight:
    """The facts of the programme as they are recorded, by a seed and a period.

    Facts from before `starts` are told in its first second, with their true moments. How a run
    is cut into intervals changes nothing; to go back, make a new one.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        seed: int,
        starts: datetime,
        ends: datetime,
        premises: int,
        assumptions: Assumptions | None = None,
        rows: OversightRows | None = None,
    ) -> None:
        if premises < 1 or starts.tzinfo is None or ends.tzinfo is None or starts >= ends:
            raise ValueError("an oversight needs premises and an aware start before its end")
        self._catalogue, self._seed = catalogue, seed
        self._starts, self._ends = starts, ends
        self._assumptions = assumptions or shipped()
        self._rows = rows or shipped_oversight()
        self._now = starts
        self._told = 0
        self._events = self._story(premises)

    def advance(self, *, until: datetime) -> list[Event]:
        """What is recorded after the last moment and up to `until`, in order.

        Raises ValueError for going back.
        """
        if until < self._now:
            raise ValueError(f"the oversight stands at {self._now} and cannot go back to {until}")
        self._now, first = until, self._told
        while self._told < len(self._events) and self._events[self._told].recorded_at <= until:
            self._told += 1
        return self._events[first : self._told]

    def _story(self, premises: int) -> list[Event]:
        first_second = self._starts + timedelta(seconds=1)
        facts = [*self._milestones(premises), *self._reviews(), *self._products()]
        facts.sort(key=lambda dated: dated[0])
        return [
            new_event(
                fact=fact,
                source=SOURCE,
                sequence=number,
                key=PROGRAMME_ID,
                occurred_at=at,
                recorded_at=max(at, first_second),
            )
            for number, (at, fact) in enumerate(facts, start=1)
        ]

    def _milestones(self, premises: int) -> Iterator[tuple[datetime, OversightFact]]:
        capable_from = self._assumptions.pairing_capable_from
        first = self._first_capable(premises, capable_from)
        for course in courses(rows=self._rows, capable_from=capable_from, first_capable=first):
            for day, fact in told(course, declared=self._rows.programme_from):
                yield _noon(day), fact

    def _first_capable(self, premises: int, capable_from: date) -> date | None:
        """The first day on which a premises is installed with local pairing, if there is one."""
        population = Population(
            assumptions=self._assumptions,
            catalogue=self._catalogue,
            seed=self._seed,
            ends=self._ends,
        )
        days = (moment(population.installed_at(index=index)).date() for index in range(premises))
        return min((day for day in days if day >= capable_from), default=None)

    def _reviews(self) -> Iterator[tuple[datetime, OversightFact]]:
        run = quarters(starts=self._starts, ends=self._ends)
        for number, quarter in enumerate(run):
            yield from reviewed(quarter, number=number, rows=self._rows, seed=self._seed)

    def _products(self) -> Iterator[tuple[datetime, OversightFact]]:
        """Every Current version of the models in use is added once; one old version is removed."""
        for entry in self._catalogue.entries:
            if entry.firmware_version in self._catalogue.versions(entry.model):
                yield _noon(self._added_on(entry)), self._added(entry)
        gone = removal(catalogue=self._catalogue, rows=self._rows, seed=self._seed)
        if gone is not None:
            fact = CplEntryRemoved(gone.device_type, gone.model, gone.version)
            yield moment(gone.second), fact

    def _added(self, entry: CplEntry) -> CplEntryAdded:
        model, version = entry.model, entry.firmware_version
        return CplEntryAdded(
            entry.kind,
            model,
            version,
            gbcs_number(entry.gbcs),
            self._is_capable(entry),
            image_hash(catalogue=self._catalogue, model=model, version=version),
        )

    def _is_capable(self, entry: CplEntry) -> bool:
        pairing = entry.kind in (DeviceType.CHF, DeviceType.ESME)
        return pairing and self._catalogue.is_capable(
            model_id=entry.model, version=entry.firmware_version
        )

    def _added_on(self, entry: CplEntry) -> date:
        """With local pairing shortly before mid-2017; without it before the first installation."""
        name = f"{entry.model}|{entry.firmware_version}"
        luck = draw(seed=self._seed, entity=name, purpose="list.added")
        if self._is_capable(entry):
            lead = timedelta(days=1 + int(luck * self._rows.list_lead))
            return self._assumptions.pairing_capable_from - lead
        first = self._rows.programme_from
        span = (self._assumptions.growth_from - first).days
        return first + timedelta(days=int(luck * span))


def _noon(day: date) -> datetime:
    return datetime.combine(day, _NOON, UTC)
