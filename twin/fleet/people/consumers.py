"""What people do at a premises: a Privacy PIN, wishes for CADs, and intruders at the meter."""

from twin.fleet.living.diary import Diary
from twin.fleet.living.world import LivePremises, World
from twin.fleet.people.cad_wishes import CadWishes
from twin.fleet.people.intruders import Intruders
from twin.fleet.people.privacy_pins import PrivacyPins


class Consumers:
    """Steps of the agenda that people take; every draw is by premises, purpose and number."""

    def __init__(self, world: World) -> None:
        diary = Diary(world)
        self._pins = PrivacyPins(diary)
        self._wishes = CadWishes(diary)
        self._intruders = Intruders(diary)

    def move_in(self, second: int, live: LivePremises) -> None:
        """From here on the consumer of a premises has what is installed there."""
        self._pins.move_in(second, live)
        self._wishes.move_in(second, live)
        self._intruders.move_in(second, live)
