"""The exact what-if engine beside the emulated fleet: how far apart are they, and is it luck?

Both run the default programme of the same seeds. Devices have other luck in each (decision 0023),
so that two runs of one seed differ as two seeds do. What is held against each other is therefore
what they have in common: the share of members that is confirmed so many days after the release,
over all seeds and devices, with its standard error, and the mean day of the last release of hubs.
(That of meters hangs on whether somebody answers a hold, which the emulated operator does not
always do.)
"""

import tempfile
from datetime import date
from math import sqrt
from pathlib import Path
from statistics import fmean, stdev
from typing import Final, NamedTuple

import numpy as np

from infra.commands.folders import lake_of
from infra.commands.known import basis_at, files_of
from infra.run.command import begin
from infra.run.equipment import Equipment
from infra.run.generating import generate
from streams.settings import Settings
from tests.benchmarks.measure import Measure
from tests.whatif.questions import simulated
from twin.generate.lockstep import Ticked
from twin.lake import read
from twin.state.premises import standing
from twin.state.replay import replay
from twin.vocabulary import ExecutionState
from twin.whatif.events import events_of
from twin.whatif.reading import Question, question_of

PREMISES: Final = 3_000
SEEDS: Final = range(1, 5)
AGES: Final = (3, 4, 6, 8, 10, 14, 18, 24)
"""Days since the release."""
SIGMAS: Final = 4.0
HUBS: Final = "LCP-HUBS"
STARTS, ENDS = date(2017, 4, 1), date(2018, 2, 1)
DAY: Final = 86_400
TEXT: Final = """
name = "beside-the-emulator"
seed = {seed}
[horizon]
from = {starts}
to = {ends}
[fleet]
premises = {premises}
[[freezes]]
from = 2017-08-25
days = 4
"""


class Side(NamedTuple):
    """By campaign, days from the release of each member to the tick that counts it as confirmed
    (-1: never); and the day of the last release of hubs, since 1970.
    """

    days: dict[str, list[int]]
    last_hub: int


def measure(premises: int = PREMISES, seeds: range = SEEDS) -> list[Measure]:
    """A row for each campaign, and one for the end of the first."""
    emulated = [_emulated(premises, seed) for seed in seeds]
    engine = [_engine(premises, seed) for seed in seeds]
    # a small fleet may never come to its second campaign
    rows = [
        _confirmed(name, *([one.days.get(name, []) for one in side] for side in (emulated, engine)))
        for name in sorted(set().union(*(one.days for one in emulated)))
    ]
    ends = [[float(one.last_hub) for one in side] for side in (emulated, engine)]
    return [*rows, _ends(ends, premises)]


def _confirmed(name: str, emulated: list[list[int]], engine: list[list[int]]) -> Measure:
    """The largest distance of the two shares over the ages, in standard errors."""
    sides = [np.array([day for one in side for day in one]) for side in (emulated, engine)]
    found = []
    for age in AGES:
        shares = [float(np.mean((one >= 0) & (one <= age))) for one in sides]
        error = sqrt(sum(p * (1 - p) / len(one) for p, one in zip(shares, sides, strict=True)))
        found.append((abs(shares[0] - shares[1]) / max(error, 1e-9), age, shares[0] - shares[1]))
    worst, age, apart = max(found)
    return Measure(
        name=f"what-if beside the emulator, {name}: confirmed by age, {len(sides[0]):,} and "
        f"{len(sides[1]):,} members",
        ours=f"{apart:+.2%} of members apart at most, {age} days after release: {worst:.1f} "
        "standard errors",
        against=f"{SIGMAS:.0f} standard errors",
        holds=worst <= SIGMAS,
        figures={"standard_errors": worst, "apart": apart, "age": float(age)},
    )


def _ends(ends: list[list[float]], premises: int) -> Measure:
    emulated, engine = ends
    apart = fmean(emulated) - fmean(engine)
    error = sqrt(sum(stdev(side) ** 2 / len(side) for side in ends))
    return Measure(
        name=f"what-if beside the emulator: last release of {HUBS}, {len(engine)} seeds of "
        f"{premises:,} premises",
        ours=f"{apart:+.1f} days apart on average, one run varies by {stdev(engine):.1f}",
        against=f"{SIGMAS:.0f} standard errors of {error:.1f} days",
        holds=abs(apart) <= SIGMAS * error,
        figures={"days_apart": apart, "standard_error": error, "one_run_varies": stdev(engine)},
    )


def _emulated(premises: int, seed: int) -> Side:
    """The fleet emulated straight into a lake, and folded."""
    with tempfile.TemporaryDirectory(prefix="twin-bench-") as folder:
        wanted = {"premises": premises, "seed": seed, "starts": STARTS, "ends": ENDS}
        settings = Settings(home=Path(folder), broker="generated")
        home, _ = begin(settings=settings, wanted={**wanted, "tick_hours": 24}, plan_files=())
        generate(home, Equipment.of(home.path), told=_unheard)
        lake = lake_of(folder)
        basis = basis_at(folder, lake, None)
        entries = replay(read.records(files_of(lake, basis), upto=basis.positions)).values()
        days: dict[str, list[int]] = {}
        last = 0
        for device in (d for entry in entries for d in entry.premises.devices.values()):
            for name, execution in device.executions.items():
                released = int(execution.released_at.timestamp() // DAY)
                known = -1
                if standing(device, execution) is ExecutionState.CONFIRMED and device.belief:
                    known = -int(-device.belief.stamp.at.timestamp() // DAY)
                days.setdefault(name, []).append(known - released if known >= 0 else -1)
                last = max(last, released) if name == HUBS else last
        return Side(days, last)


def _engine(premises: int, seed: int) -> Side:
    """The same programme and seed by the engine."""
    found = simulated(_question(premises, seed))
    days: dict[str, list[int]] = {}
    first = (STARTS - date(1970, 1, 1)).days
    last = 0
    for name, running in found.course.running.items():
        released: dict[int, int] = {}
        confirmed: dict[int, int] = {}
        for day, one, _, what in events_of(running, found.batches[name]):
            if what == "released":
                released[one] = day
            if what == "confirmed":
                confirmed[one] = day + 1
        days[name] = [
            confirmed[one] - day if one in confirmed else -1 for one, day in released.items()
        ]
        last = max(released.values()) + first if name == HUBS else last
    return Side(days, last)


def _question(premises: int, seed: int) -> Question:
    text = TEXT.format(seed=seed, premises=premises, starts=STARTS, ends=ENDS)
    return question_of(text, name="beside.toml", folder=Path())


def _unheard(_: Ticked, __: int) -> None:
    """Nobody looks."""
