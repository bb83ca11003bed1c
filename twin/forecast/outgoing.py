"""The parts of a wave: who is out, and who goes out by a schedule, each from when its time runs.

Where all images are activated on one day that is still to come, nobody's time runs before it.
"""

import numpy as np

from twin.forecast.ground import Ground
from twin.forecast.luck import Floats, Whole
from twin.forecast.parts import Part, Shares, in_flight, to_release


def out_already(*, ground: Ground, flight: Whole, going: Shares) -> Part:
    """Executions that are out, by stratum and age."""
    if ground.activates_in == 0:
        return in_flight(flight=flight, shares=going)
    return _at_once(ground, np.zeros(ground.paths), going, flight.sum(axis=1).astype(float))


def going_out(
    *, ground: Ground, starts: Floats, release: Floats, going: Shares, members: Whole
) -> list[Part]:
    """Executions that go out by a schedule, the share of them by stratum and day from a start."""
    if ground.activates_in == 0:
        return [to_release(starts=starts, release=release, shares=going, members=members)]
    return [
        _at_once(ground, starts + day, going, members * release[:, day])
        for day in range(release.shape[1])
        if release[:, day].any()
    ]


def _at_once(ground: Ground, starts: Floats, going: Shares, members: Floats) -> Part:
    """Members who go out on one day, whose time runs from the activation if that is later."""
    release = np.ones((members.size, 1))
    begins = np.maximum(starts, ground.activates_in)
    return to_release(starts=begins, release=release, shares=going, members=members)
