"""The seed of a fault schedule, and the kills that were drawn from it."""

import os
from dataclasses import dataclass, field
from random import Random
from secrets import randbits

SEED_VARIABLE = "TWIN_FAULT_SEED"
EARLY_MAX = 2
"""Kills in a row while a process still starts; after more the supervisor gives it up."""


@dataclass(frozen=True)
class Kill:
    """One kill: whom, how many ticks later, early in its start or not, after what delay."""

    name: str
    ticks: int
    early: bool
    delay: float


@dataclass
class Schedule:
    """Draws from one seed, which stands in every failure message."""

    seed: int
    random: Random
    done: list[str] = field(default_factory=list)

    def kills(self, name: str, count: int) -> list[Kill]:
        """So many kills of one program; they reach over `count` ticks at most."""
        found: list[Kill] = []
        early = 0
        for _ in range(count):
            is_early = early < EARLY_MAX and self.random.random() < 0.4
            early = early + 1 if is_early else 0
            delay = self.random.uniform(0.0, 1.5)
            found.append(Kill(name, self.random.choice((0, 0, 1)), is_early, delay))
        return found

    def note(self, what: str) -> None:
        """Remember what was done, for the failure message."""
        self.done.append(what)

    def __str__(self) -> str:
        """The seed, how to use it again, and what was done."""
        done = "\n".join(f"  {line}" for line in self.done)
        return f"{SEED_VARIABLE}={self.seed}; done so far:\n{done}"


def schedule(scene: str) -> Schedule:
    """The schedule of a scene by the seed of the environment, or by a new one."""
    given = os.environ.get(SEED_VARIABLE)
    seed = randbits(32) if given is None else int(given)
    return Schedule(seed, Random(f"{seed} {scene}"))
