"""The events of a run device by device, for small fleets: what tests and an oracle look at.

A run counts and forgets. This goes through its batches once more, by the same function.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from twin.whatif.attempts import NO_DAY, Ending, attempted
from twin.whatif.batches import Asked, device_of
from twin.whatif.campaigning import Running
from twin.whatif.compiled import kernel
from twin.whatif.luck import stirred

Event = tuple[int, int, str, str]
"""Day, number of the premises, type of device, what happened."""


def events_of(running: Running, batches: list[tuple[Asked, Any]]) -> Iterator[Event]:
    """The events of one campaign, in no order; those after the horizon too."""
    active: set[int] = set()
    kind = str(running.plan.device_type)
    for batch, _ in batches:
        gone = np.empty((len(batch.places), 4), np.int64)
        devices, law = running.devices.tables(), running.law.tables()
        _gone(batch.places, batch.attempt, batch.day, devices, law, gone)
        groups = running.devices.group[batch.places]
        out = ~batch.barred[groups] & (running.devices.late[groups] <= batch.day)
        premises = running.devices.premises[batch.places]
        for one, (_, activated, end, ending) in zip(
            premises[out].tolist(), gone[out].tolist(), strict=True
        ):
            if batch.attempt == 1:
                yield batch.day, one, kind, "released"
            if activated != NO_DAY and one not in active:
                active.add(one)
                yield activated, one, kind, "activated"
            if ending == Ending.CONFIRMED:
                yield end - 1, one, kind, "confirmed"
            elif ending == Ending.UNREAD or batch.attempt >= running.devices.attempts_max:
                yield end - 1, one, kind, "failed" if ending == Ending.FAILED else "timed_out"


@kernel
def _gone(places: Any, attempt: int, day: int, devices: Any, law: Any, gone: Any) -> None:
    """How the attempt at each place goes."""
    premises, groups = devices[0][0], devices[0][1]
    for nth in range(len(places)):
        one = premises[places[nth]]
        mixed = stirred(one + devices[3][0])
        device = device_of(mixed, int(one), groups[places[nth]], devices)
        verified, activated, end, ending = attempted(mixed, attempt, day, device, law)
        gone[nth, 0], gone[nth, 1], gone[nth, 2] = verified, activated, end
        gone[nth, 3] = ending.value
