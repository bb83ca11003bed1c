"""The events of a run device by device, for small fleets: what tests and an oracle look at.

A run counts and forgets. This goes through its batches once more, by the same function.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from twin.compiled import kernel
from twin.whatif.attempts import NO_DAY, Ending, attempted
from twin.whatif.batches import Asked, device_of
from twin.whatif.campaigning import Running
from twin.whatif.causes import again_from
from twin.whatif.luck import stirred

Event = tuple[int, int, str, str]
"""Day, number of the premises, type of device, what happened."""


def events_of(running: Running, batches: list[tuple[Asked, Any]]) -> Iterator[Event]:
    """The events of one campaign, in no order; those after the horizon too."""
    active: set[int] = set()
    history = np.zeros_like(running.devices.history)
    kind = str(running.plan.device_type)
    for batch, _ in batches:
        gone = np.empty((len(batch.places), 5), np.int64)
        devices, law = running.devices.tables(), running.law.tables()
        groups = running.devices.group[batch.places]
        out = ~batch.barred[groups] & (running.devices.late[groups] <= batch.day)
        policy = running.devices.policy(history)
        _gone((batch.places, out), batch.attempt, batch.day, devices, law, policy, gone)
        premises = running.devices.premises[batch.places]
        for one, (again, activated, end, ending, _) in zip(
            premises[out].tolist(), gone[out].tolist(), strict=True
        ):
            if batch.attempt == 1:
                yield batch.day, one, kind, "released"
            if activated != NO_DAY and one not in active:
                active.add(one)
                yield activated, one, kind, "activated"
            if ending == Ending.CONFIRMED:
                yield end - 1, one, kind, "confirmed"
            elif again < 0:
                yield end - 1, one, kind, "failed" if ending == Ending.FAILED else "timed_out"


@kernel
def _gone(
    batch: Any, attempt: int, day: int, devices: Any, law: Any, policy: Any, gone: Any
) -> None:
    """How the attempt at each place goes that is out: from which day on another one may follow
    (-1: none), day of activation, end, outcome and cause.
    """
    premises, groups, (places, out) = devices[0][0], devices[0][1], batch
    for nth in range(len(places)):
        if not out[nth]:
            continue
        one = premises[places[nth]]
        mixed = stirred(one + devices[3])
        device = device_of(mixed, int(one), groups[places[nth]], devices)
        went = attempted(mixed, attempt, day, device, law)
        gone[nth, 1], gone[nth, 2], gone[nth, 3], gone[nth, 4] = went[1], went[2], went[3], went[4]
        if went[3] != Ending.CONFIRMED:
            gone[nth, 0] = again_from(went, attempt, int(places[nth]), policy)
