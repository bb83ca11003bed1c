"""What becomes of the wish for a CAD: attempts, further CADs, unpairing, and pairing again."""

from functools import partial

from msgspec.structs import replace

from twin.fleet.living.diary import DAY, YEAR, Diary
from twin.fleet.living.world import LivePremises
from twin.fleet.pairing.attempts import Attempt, Wish
from twin.fleet.pairing.journeys import journey_of
from twin.fleet.pairing.unpairing import Unpairing


class CadWishes:
    """The wishes of each premises, one after the other."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        self._world = diary.world

    def move_in(self, second: int, live: LivePremises) -> None:
        """From here on the premises may come to want a CAD."""
        rate = self._world.rules.cad_demand_rate
        if rate > 0:
            self._diary.later(
                second, live, self._tries, Wish(), purpose="cad.demand", mean=YEAR / rate, number=1
            )

    def _tries(self, second: int, live: LivePremises, wish: Wish) -> None:
        """An attempt to pair the CAD of a wish; one that did not end well may be followed."""
        attempt = Attempt(self._world, live, wish)
        journey = journey_of(attempt, second=second)
        if journey is not None:
            ended = partial(self._ended, attempt=attempt)
            self._diary.goes_on(second, live, journey, attempt.now, ended)

    def _ended(self, second: int, attempt: Attempt) -> None:
        rules, live, wish = self._world.rules, attempt.live, attempt.wish
        if attempt.ended == "completed":
            self._paired(second, attempt)
            return
        again = attempt.chance("cad.retry") < rules.cad_retry_share
        if again and wish.attempt < rules.cad_attempts_most:
            following = replace(wish, attempt=wish.attempt + 1)
            self._later(second, live, following, "cad.retry-after", rules.cad_retry_after, wish)

    def _paired(self, second: int, attempt: Attempt) -> None:
        rows, live, wish = self._world.pairing, attempt.live, attempt.wish
        live.cads += 1
        if not wish.back:
            many = self._diary.chance(live, "cad.many") < rows.many_cads_share
            if many and wish.cad < rows.many_cads:
                following = Wish(cad=wish.cad + 1)
                self._later(second, live, following, "cad.more-after", rows.more_cads_after, wish)
            if attempt.chance("cad.unpaired") < rows.cad_unpaired_share:
                self._diary.later(
                    second,
                    live,
                    self._unpairs,
                    attempt,
                    purpose="cad.unpaired-after",
                    mean=rows.cad_unpaired_after * DAY,
                    number=wish.number,
                )

    def _unpairs(self, second: int, live: LivePremises, attempt: Attempt) -> None:
        """A CAD is taken off the network again, at the wish of the consumer (8.8.2, 8.11)."""
        number = attempt.wish.number
        unpairing = Unpairing(self._world, live, cad_id=attempt.cad_id, number=number)
        ended = partial(self._unpaired, unpairing=unpairing, attempt=attempt)
        self._diary.goes_on(second, live, unpairing.course(), unpairing.now, ended)

    def _unpaired(self, second: int, *, unpairing: Unpairing, attempt: Attempt) -> None:
        rows, live, wish = self._world.pairing, attempt.live, attempt.wish
        back = self._diary.chance(live, "cad.back", wish.cad) < rows.cad_back_share
        if unpairing.done and back:
            following = Wish(cad=wish.cad, back=True)
            self._later(second, live, following, "cad.back-after", rows.cad_back_after, wish)

    def _later(
        self,
        second: int,
        live: LivePremises,
        following: Wish,
        purpose: str,
        days: float,
        wish: Wish,
    ) -> None:
        """Put in the following wish after a mean of days, drawn by the number of the one before."""
        self._diary.later(
            second,
            live,
            self._tries,
            following,
            purpose=purpose,
            mean=days * DAY,
            number=wish.number,
        )
