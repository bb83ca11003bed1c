"""`run`: the exact engine, premises by premises and device by device."""

from collections import Counter
from functools import partial
from time import perf_counter
from typing import Final, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from twin.campaign.plan import Plan
from twin.ingest.catalogue import Catalogue, shipped_catalogue
from twin.vocabulary import DeviceType
from twin.whatif import tables
from twin.whatif.batches import Asked as Batch
from twin.whatif.batches import scattered
from twin.whatif.campaigning import Running
from twin.whatif.course import Course
from twin.whatif.devices import devices_of
from twin.whatif.forked import capable_since, population_of, standings, take_up
from twin.whatif.header import header_of
from twin.whatif.law import law_of
from twin.whatif.living import homes
from twin.whatif.members import Members, seated
from twin.whatif.observed import Observed, require_a_start
from twin.whatif.outcome import Outcome, Timings
from twin.whatif.population import KINDS, NEVER, Held
from twin.whatif.progress import Asked, Tell, never, silent
from twin.whatif.reading import Question
from twin.whatif.resuming import Resumed, members_of
from twin.whatif.sampled import sampled
from twin.whatif.seating import seating_of
from twin.whatif.strata import Strata, strata_of
from twin.whatif.threads import Crew

ARunning = TypeVar("ARunning", bound=Running)
ENROLLED_AFTER: Final = 1
"""Ticks after a plan was handed in on which devices are still enrolled (`campaign.beginning`)."""


def run(
    question: Question,
    *,
    threads: int | None = None,
    progress: Tell = silent,
    cancelled: Asked = never,
    catalogue: Catalogue | None = None,
    past: Observed | None = None,
    held: Held | None = None,
) -> Outcome:
    """The outcome of a question; the same bytes on any number of `threads` (None: all cores).

    `past` is what the basis of a scenario holds, where it starts from one; `held` keeps the
    premises for whoever asks again with another knob.

    Raises:
        Cancelled: `cancelled` said so.
        NothingObserved: the basis is none that this scenario can start from.
    """
    crew = Crew(threads=threads, progress=progress, cancelled=cancelled)
    try:
        return Simulation(
            question, catalogue or shipped_catalogue(), crew, past=past, held=held
        ).outcome()
    finally:
        crew.close()


class Simulation:
    """One run; mutable. With `keep`, each batch of devices is kept to be looked at afterwards."""

    def __init__(
        self,
        question: Question,
        catalogue: Catalogue,
        crew: Crew,
        *,
        keep: bool = False,
        past: Observed | None = None,
        held: Held | None = None,
    ) -> None:
        """A run that has not begun."""
        self.question = question
        self.batches: dict[str, list[tuple[Batch, NDArray[np.int64]]]] = {}
        self._scenario = question.scenario
        self._catalogue = catalogue
        self._crew = crew
        self._keep = keep
        self._past = past
        self._held = held or Held()
        self.told: dict[str, Counter[str]] = {}
        plans = () if self._scenario.option == 1 or past is not None else question.plans
        require_a_start(self._scenario, past)
        self.course = Course(
            self._scenario,
            tuple(sampled(plan, share=self._scenario.sample) for plan in plans),
            begin=self._begin,
            crew=crew,
            past=past,
        )

    def outcome(self) -> Outcome:
        """All of it, and how long it took."""
        began = perf_counter()
        self.populate()
        drawn = perf_counter()
        self.course.whole()
        simulated = perf_counter()
        made = self._tables()
        header = header_of(
            self.question,
            catalogue=self._catalogue,
            ends=tables.ends(self.course, self._scenario.horizon.starts),
            tables=made,
            basis=None if self._past is None else self._past.basis,
        )
        self._crew.reached("done", 1.0)
        timings = Timings(
            threads=self._crew.threads,
            population=drawn - began,
            campaigns=simulated - drawn,
            reading_out=perf_counter() - simulated,
        )
        return Outcome(header=header, timings=timings, **made)

    def populate(self) -> None:
        """Draw the premises, or take them and their campaigns from the past."""
        self._crew.reached("premises", 0.0)
        if self._past is None:
            self.population = self._held.populated(
                self.question, catalogue=self._catalogue, crew=self._crew
            )
            return
        past, start = self._past, self._scenario.horizon.starts
        self.population = population_of(past, catalogue=self._catalogue, start=start)
        for name, campaign in past.campaigns.items():
            every = standings(past, campaign.plan)
            kind = KINDS.index(campaign.plan.device_type)
            seats = [(o.one, o.stratum, o.wave, o.place, o.field == "awaiting") for o in every]
            members, places = members_of(
                campaign.plan,
                strata=self._strata(campaign.plan, kind),
                seating=seating_of(campaign.plan, kind=kind, seed=self._scenario.seed, before=0),
                seats=seats,
            )
            running = self._under_way(Resumed, campaign.plan, members)
            day = (past.at - start).days
            self.told[name] = take_up(running, every, places=places, day=day, start=start)
            self.course.running[name] = running

    def _tables(self) -> dict[str, pl.DataFrame]:
        start = self._scenario.horizon.starts
        hub, meter = (self._active(kind) for kind in (DeviceType.CHF, DeviceType.ESME))
        found = homes(
            self.question, population=self.population, hub=hub, meter=meter, crew=self._crew
        )
        return {
            "daily": tables.daily(self.course, start),
            "waves": tables.waves(self.course, start),
            "decisions": tables.decisions(self.course, start),
            "exposure": tables.exposure(self.course, start),
            "capable": tables.capable(found, start),
            "pairing": tables.pairing(found, start),
        }

    def _begin(self, plan: Plan, day: int) -> Running:
        """The members of a campaign that is handed in on a day, and what they are asked by."""
        kind, scenario = KINDS.index(plan.device_type), self._scenario
        _, cut = plan.installed_within
        enrolled = day + ENROLLED_AFTER
        before = enrolled if cut is None else (cut - scenario.horizon.starts).days
        members = seated(
            plan,
            population=self.population,
            strata=self._strata(plan, kind),
            seating=seating_of(plan, kind=kind, seed=scenario.seed, before=min(before, enrolled)),
            crew=self._crew,
        )
        return self._under_way(Running, plan, members)

    def _strata(self, plan: Plan, kind: int) -> Strata:
        late = bool(self._scenario.late_suppliers)
        names = self.population.names[kind]
        return strata_of(plan, models=names, by_supplier=late, by_model=True)

    def _under_way(self, made: type[ARunning], plan: Plan, members: Members) -> ARunning:
        return made(
            plan=plan,
            members=members,
            devices=devices_of(
                plan, question=self.question, catalogue=self._catalogue, members=members
            ),
            law=law_of(plan, self.question),
            population=self.population,
            days=self._scenario.horizon.days,
            crew=self._crew,
            batches=self.batches.setdefault(plan.campaign_id, []) if self._keep else None,
        )

    def _active(self, kind: DeviceType) -> NDArray[np.int16]:
        """By premises, the day on which its device of a type first ran what a campaign brought."""
        if self._past is None:
            active = np.full(self.population.size, NEVER, np.int16)
        else:
            start = self._scenario.horizon.starts
            active = capable_since(self._past, kind, start=start)
        for running in self.course.running.values():
            if running.plan.device_type is kind:
                premises, days = running.members.premises, running.devices.running
                put = partial(scattered, premises=premises, running=days, active=active)
                self._crew.each(len(premises), put)
        return active
