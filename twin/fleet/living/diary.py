"""What the people of a premises will do when: steps of the agenda after drawn spans of time."""

from collections.abc import Callable, Generator
from typing import Final, TypeAlias, TypeVarTuple

from twin.fleet.living.world import LivePremises, World

Args = TypeVarTuple("Args")
Course: TypeAlias = Generator[float, None, None]
"""Something that goes on for a while: it yields the seconds until its next step."""

DAY: Final = 86_400
YEAR: Final = 365.25 * DAY


class Diary:
    """Puts steps of people into the agenda; every draw is by premises, purpose and number."""

    def __init__(self, world: World) -> None:
        self.world = world

    def chance(self, live: LivePremises, purpose: str, number: int = 0) -> float:
        """A uniform draw of a premises for a purpose."""
        return self.world.chance(live.index, purpose, number)

    def at(
        self,
        second: int,
        live: LivePremises,
        step: Callable[[int, LivePremises, *Args], None],
        *args: *Args,
    ) -> None:
        """Put in a step at a second."""
        self.world.agenda.at(second, live.premises_id, step, live, *args)

    def later(
        self,
        second: int,
        live: LivePremises,
        step: Callable[[int, LivePremises, *Args], None],
        *args: *Args,
        purpose: str,
        mean: float,
        number: int = 0,
    ) -> None:
        """Put in a step after an exponential time with a mean in seconds."""
        after = self.world.wait(live.index, purpose, mean=mean, number=number)
        self.at(second + after, live, step, *args)

    def yearly(
        self,
        second: int,
        live: LivePremises,
        step: Callable[[int, LivePremises, int], None],
        *,
        purpose: str,
        rate: float,
        number: int,
    ) -> None:
        """Put in the next of what happens `rate` times a year; never where that is nought."""
        if rate > 0:
            mean = YEAR / rate
            self.later(second, live, step, number, purpose=purpose, mean=mean, number=number)

    def goes_on(
        self,
        second: int,
        live: LivePremises,
        course: Course,
        tell: Callable[[int], None],
        ended: Callable[[int], None],
    ) -> None:
        """Take the next step of a course at a second, and put in the one after it.

        `tell` hears the second before each step, `ended` once the course is over.
        """
        tell(second)
        wait = next(course, None)
        if wait is None:
            ended(second)
        else:
            self.at(second + int(wait), live, self.goes_on, course, tell, ended)
