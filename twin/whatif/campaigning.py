"""One campaign of a run: who is released by an order, who is asked again, and what becomes known.

Outcomes are drawn when a device is asked, and put down for the day on which they become known; so
a day costs what happens on it, and a run costs devices plus days.
"""

from collections import defaultdict
from typing import Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from twin.campaign.ordered import CampaignOrder
from twin.campaign.plan import Plan
from twin.whatif.batches import KINDS, Asked, Devices, Result, What, asked
from twin.whatif.counted import Board, DayCounts
from twin.whatif.law import Law
from twin.whatif.members import Members
from twin.whatif.population import Population
from twin.whatif.releases import released_between
from twin.whatif.spans import bounds_of
from twin.whatif.threads import Crew

KNOWN: Final = {What.CONFIRMED: 0, What.FAILED: 0, What.TIMED_OUT: 0, What.RELEASED: 1}
"""Kinds that the programme knows, and how many days after they are counted."""


class Waiting(Struct):
    """Devices that wait for an attempt: from which day on, which attempt, place, wave, cohort
    (-1: not released yet), and the day on which the end of the last one is known.
    """

    day: NDArray[np.int32]
    attempt: NDArray[np.int32]
    place: NDArray[np.uint32]
    wave: NDArray[np.int32]
    cohort: NDArray[np.int32]
    ended: NDArray[np.int32]

    def where(self, which: NDArray[np.bool_]) -> "Waiting":
        """Those of a mask."""
        return Waiting(*(getattr(self, name)[which] for name in self.__struct_fields__))


class Running:
    """A campaign that is under way; mutable, owned by one run."""

    def __init__(
        self,
        *,
        plan: Plan,
        members: Members,
        devices: Devices,
        law: Law,
        population: Population,
        days: int,
        crew: Crew,
        batches: list[tuple[Asked, NDArray[np.int64]]] | None = None,
    ) -> None:
        """A campaign whose members are known, on a horizon of so many days.

        `batches` hears of each batch that is asked, with wave and day of release of its slots.
        """
        self.plan = plan
        self.members = members
        self.devices = devices
        self.board = Board(members.strata, members.sizes, days + 1)
        self.daily = np.zeros((KINDS, members.strata.waves, 3, days), np.int64)
        self._batches = batches
        self.law = law
        self._bounds = bounds_of(law)
        self._population = population
        self._days = days
        self._crew = crew
        self._cells = {name: nth for nth, name in enumerate(members.strata.cells)}
        self._upto = np.zeros((members.strata.waves, len(members.strata.cells)))
        self._due: defaultdict[int, list[NDArray[np.int64]]] = defaultdict(list)
        self._waiting: list[Waiting] = []
        self._barred = np.zeros(members.strata.groups, np.bool_)

    def known_on(self, day: int) -> None:
        """Take in what becomes known with the tick of a day."""
        for rows in self._due.pop(day, ()):
            for what, wave, group, cohort, number in rows.tolist():
                self.board.add(what, wave, group, cohort, number)

    def counts(self, *, day: int, first_day: int, excluded: tuple[str, ...]) -> DayCounts:
        """What is counted on a day."""
        barred = self._bar(excluded)
        retrying = sum(self._retrying(one, day) for one in self._waiting)
        return DayCounts(
            self.board,
            first_day=first_day,
            barred=barred,
            retrying=retrying,
            census=self.members.census,
            lots=self.members.lots,
        )

    def _retrying(self, waiting: Waiting, day: int) -> int:
        """How many have failed by a day and wait for another attempt, in quarantine or not."""
        return int(np.count_nonzero((waiting.ended <= day) & (waiting.attempt > 1)))

    def carry_out(self, order: CampaignOrder, *, day: int) -> None:
        """Ask whom an order releases, and those whose attempt failed, where it is releasing."""
        self._bar(order.excluded_models)
        if order.mode != "release":
            return
        again = self._due_again(day)
        for wave in range(len(order.upto)):
            places = self._released(order, wave)
            if len(places):
                slots = np.zeros(1, np.int32)
                self._ask(places, slots, np.array([[wave, day]]), attempt=1, day=day)
        for attempt in sorted(set(again.attempt.tolist())):
            self._ask_again(again.where(again.attempt == attempt), attempt=attempt, day=day)

    def _bar(self, models: tuple[str, ...]) -> NDArray[np.bool_]:
        if models:
            names = self.members.strata.names
            self._barred = np.array([name.model in models for name in names])
        return self._barred

    def _released(self, order: CampaignOrder, wave: int) -> NDArray[np.uint32]:
        """Places of members of a wave that an order reaches and no earlier one did."""
        paced = order.cells[wave] if order.cells else {}
        found = []
        for name, cell in self._cells.items():
            upto = paced.get(name, 0.0) if paced else order.upto[wave]
            before = float(self._upto[wave, cell])
            if upto > before:
                found.append(
                    released_between(
                        self.members, self._population, wave=wave, cell=cell, low=before, high=upto
                    )
                )
                self._upto[wave, cell] = upto
        return np.concatenate(found) if found else np.empty(0, np.uint32)

    def _due_again(self, day: int) -> Waiting:
        """Take out who may be asked now; members of a barred group stay for good."""
        due, left = [], []
        for one in self._waiting:
            now = (one.day <= day) & ~self._barred[self.members.group[one.place]]
            if now.any():
                due.append(one.where(now))
                one = one.where(~now)
            if len(one.day):
                left.append(one)
        self._waiting = left
        if not due:
            return _nobody(0)
        return Waiting(
            *(np.concatenate([getattr(o, n) for o in due]) for n in Waiting.__struct_fields__)
        )

    def _ask_again(self, again: Waiting, *, attempt: int, day: int) -> None:
        cohort = np.where(again.cohort < 0, day, again.cohort)
        keys, slots = np.unique(again.wave * (self._days + 2) + cohort, return_inverse=True)
        own = np.stack(np.divmod(keys, self._days + 2), axis=1)
        self._ask(again.place, slots.astype(np.int32), own, attempt=attempt, day=day)

    def _ask(
        self,
        places: NDArray[np.uint32],
        slots: NDArray[np.int32],
        own: NDArray[np.int64],
        *,
        attempt: int,
        day: int,
    ) -> None:
        """Go through devices; `own` are wave and day of release of each slot."""
        batch = Asked(
            places=places,
            slots=slots,
            attempt=attempt,
            day=day,
            barred=self._barred,
            slot_count=len(own),
        )
        if self._batches is not None:
            self._batches.append((batch, own))
        groups = self.members.strata.groups
        results: list[Result] = self._crew.each(
            len(places),
            lambda first, last: asked(
                first,
                last,
                batch=batch,
                devices=self.devices,
                law=self.law,
                bounds=self._bounds,
                groups=groups,
            ),
            doing=f"{self.plan.campaign_id} day {day + 1}",
        )
        self._put_down(sum(one.counts.astype(np.int64) for one in results), own, day)  # type: ignore[arg-type]
        for one in results:
            if len(one.places):
                self._queue(one, own, attempt)

    def _put_down(self, counts: NDArray[np.int64], own: NDArray[np.int64], day: int) -> None:
        """Put counts down for the days on which they are so, and on which they become known."""
        slot, group, what, lag = np.nonzero(counts[..., :-1])
        number = counts[slot, group, what, lag]
        at = day + lag
        wave, cohort = own[slot, 0], own[slot, 1]
        # what is heard of during a day is known when the day is over; truth needs no tick
        heard = ~np.isin(what, (What.RELEASED, What.ACTIVATED))
        on = at - heard
        inside = on < self._days
        region = self.members.strata.region[group]
        cells = what[inside], wave[inside], region[inside], on[inside]
        np.add.at(self.daily, cells, number[inside])
        for kind, after in KNOWN.items():
            mine = (what == kind) & (at + after <= self._days)
            rows = np.stack([what, wave, group, cohort, number], axis=1)[mine]
            days = (at + after)[mine]
            for one in np.unique(days):
                self._due[int(one)].append(rows[days == one])

    def _queue(self, result: Result, own: NDArray[np.int64], attempt: int) -> None:
        """Who waits for another attempt, or for the first one of a supplier that starts late."""
        mine = own[result.slots]
        size = len(result.places)
        late = self.devices.late[self.members.group[result.places]]
        first = (attempt == 1) & (late == result.days) & (late > mine[:, 1])
        self._waiting.append(
            Waiting(
                day=result.days,
                attempt=np.where(first, 1, np.full(size, attempt + 1)).astype(np.int32),
                place=result.places,
                wave=mine[:, 0].astype(np.int32),
                cohort=np.where(first, -1, mine[:, 1]).astype(np.int32),
                ended=result.ended,
            )
        )


def _nobody(size: int) -> Waiting:
    return Waiting(
        np.empty(size, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.uint32),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
        np.empty(size, np.int32),
    )
