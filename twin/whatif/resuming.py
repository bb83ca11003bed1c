"""A campaign of a history that a run goes on with: the board begins with what was observed."""

from collections.abc import Sequence

import numpy as np

from twin.campaign.pacing import Pace, cell_name
from twin.campaign.plan import Plan
from twin.campaign.pointer import SLICES
from twin.vocabulary import FailureCause
from twin.whatif.attempts import NO_DAY, Ending, Went
from twin.whatif.batches import What, device_of
from twin.whatif.campaigning import Running, Waiting
from twin.whatif.causes import CAUSES, After, again_from
from twin.whatif.luck import stirred
from twin.whatif.members import Members
from twin.whatif.seating import Seating
from twin.whatif.strata import Strata

Cell = tuple[int, int, int]
"""Wave (from 0), group, and day of release."""


class Resumed(Running):
    """A campaign with a past; mutable, owned by one run."""

    def observe(self, what: What, cell: Cell, *, on: int) -> None:
        """One device more of which something is known; it happened on a day."""
        wave, group, cohort = cell
        self.board.add(what, wave, group, cohort, 1)
        self._tell(what, wave, group, on)

    def wait(
        self, place: int, wave: int, cohort: int, *, attempt: int, day: int, ended: int
    ) -> None:
        """A device waits for another attempt from a day on; the end of its last one is known."""
        self._waiting.append(
            Waiting(
                np.array([day], np.int32),
                np.array([attempt], np.int32),
                np.array([place], np.uint32),
                np.array([wave], np.int32),
                np.array([cohort], np.int32),
                np.array([ended], np.int32),
            )
        )

    def failed_before(self, place: int, causes: Sequence[FailureCause | None], blamed: int) -> None:
        """A device has failed with some causes (None: nobody told), some of it by its own fault."""
        history, table = self.devices.history, self.devices.follows
        if len(history) > 1:
            history[place, 0] = blamed
            for cause in causes:
                column = -1 if cause is None else table[CAUSES.index(cause), After.COUNTED]
                if column >= 0:
                    history[place, column] += 1

    def goes_on(self, went: Went, place: int, cell: Cell, *, attempt: int) -> None:
        """An attempt that is under way ends as was drawn for it."""
        verified, activated, end, ending, _ = went
        wave, group, cohort = cell
        if activated != NO_DAY:
            self.devices.running[place] = min(activated, int(self.devices.running[place]))
            self._tell(What.ACTIVATED, wave, group, activated)
        if verified != NO_DAY and self.about(place)[0] > 0:
            self.devices.touched[place] |= 1
            self._tell(What.EXPOSED, wave, group, verified - 1)
        if ending != Ending.CONFIRMED:
            policy = self.devices.policy(self.devices.history)
            again = again_from(went, attempt, place, policy)
            if again >= 0:
                self.wait(place, wave, cohort, attempt=attempt + 1, day=again, ended=end)
                return
        what = {Ending.CONFIRMED: What.CONFIRMED, Ending.FAILED: What.FAILED}.get(ending)
        what = What.TIMED_OUT if what is None else what
        self._due[end].append(np.array([[what, wave, group, cohort, 1]], np.int64))
        self._tell(what, wave, group, end - 1)

    def about(self, place: int) -> tuple[float, float, int]:
        """What `attempted` asks of a device."""
        one = int(self.devices.premises[place])
        mixed = np.uint64(stirred(np.uint64(one + self.devices.offset)))
        found: tuple[float, float, int] = device_of(
            mixed, one, int(self.devices.group[place]), self.devices.tables()
        )
        return found

    def _tell(self, what: What, wave: int, group: int, on: int) -> None:
        if 0 <= on < self._days:
            self.daily[what, wave, self.members.strata.region[group], on] += 1


def members_of(
    plan: Plan,
    *,
    strata: Strata,
    seating: Seating,
    seats: Sequence[tuple[int, tuple[str, str, str], int, float, bool]],
) -> tuple[Members, dict[int, int]]:
    """The members of a campaign with seats that were observed: premises, stratum, wave, place and
    whether it waits for release; the others lie behind those. And where each premises lies.
    """
    pace = plan.pacing or Pace()
    cells = [
        strata.cells.index(cell_name(pace=pace, stratum="|".join(where)) if plan.is_paced else "")
        for _, where, *_ in seats
    ]
    buckets = strata.buckets
    own = [
        (wave * len(strata.cells) + cell) * strata.slices + int(place * strata.slices)
        if waits
        else buckets
        for (_, _, wave, place, waits), cell in zip(seats, cells, strict=True)
    ]
    order = np.argsort(np.array(own, np.int64), kind="stable")
    ordered = [seats[nth] for nth in order]
    group = np.array([_group(strata, where) for _, where, *_ in ordered], np.uint16)
    sizes = np.zeros((strata.waves, strata.groups), np.int64)
    slices = np.zeros((strata.waves, len(strata.cells), SLICES), np.int64)
    for (_, where, wave, place, _), cell in zip(seats, cells, strict=True):
        sizes[wave, _group(strata, where)] += 1
        slices[wave, cell, int(place * SLICES)] += 1
    counts = np.bincount(np.array(own, np.int64), minlength=buckets + 1)[:buckets]
    premises = np.array([one for one, *_ in ordered], np.uint32)
    found = Members(
        strata=strata,
        seating=seating,
        premises=premises,
        group=group,
        starts=np.concatenate(([0], np.cumsum(counts))),
        sizes=sizes,
        lots={},
        slices=slices if plan.is_paced else None,
        places=np.array([place for *_, place, _ in ordered]),
    )
    return found, {int(one): nth for nth, one in enumerate(premises)}


def _group(strata: Strata, where: tuple[str, str, str]) -> int:
    region, supplier, model = where
    return next(
        nth
        for nth, name in enumerate(strata.names)
        if name.region == region and name.supplier in ("*", supplier) and name.model in ("*", model)
    )
