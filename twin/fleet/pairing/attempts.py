"""An attempt to pair a CAD while it is under way: who tells what, when, and with which luck."""

from collections.abc import Callable, Sequence
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from twin.events.pairing import (
    CodeLength,
    PairingAbandoned,
    PairingCompleted,
    PairingFailed,
    PairingStarted,
    PairingWindowExpired,
)
from twin.events.registry import Fact
from twin.fleet.living.diary import Course
from twin.fleet.living.world import Cause, LivePremises, World
from twin.fleet.population.identity import attempt_id, device_id
from twin.vocabulary import (
    DeviceType,
    PairingChannel,
    PairingFault,
    PairingRoute,
    PairingStage,
    Role,
)

Ending: TypeAlias = Literal["", "completed", "failed", "abandoned"]
ENTRIES: Final = 32
"""Room for the entries of one attempt in the numbers of its draws."""
_TRIES: Final = 32
"""Room for the tries of one wish in the numbers of attempts."""


class Wish(Struct, frozen=True):
    """What an attempt is for: which of the premises' CADs, the first time or once more."""

    cad: int = 1
    attempt: int = 1
    back: bool = False

    @property
    def number(self) -> int:
        """A number that no other attempt of the premises has."""
        return (2 * self.cad + self.back) * _TRIES + self.attempt


class Attempt:
    """One attempt: it says facts at `second`, and once `ended` is set it says none any more."""

    def __init__(self, world: World, live: LivePremises, wish: Wish) -> None:
        owner, number = live.premises_id, wish.number
        self.world = world
        self.live = live
        self.wish = wish
        self.attempt_id = attempt_id(owner=owner, number=number)
        self.cad_id = device_id(seed=world.seed, owner=owner, role=f"CAD {wish.cad}")
        self.shown = self.cad_id
        self.cause = Cause(f"attempt:{self.attempt_id}")
        self.route = PairingRoute.LOCAL
        self.role = Role.IMPORT_SUPPLIER
        self.channel = PairingChannel.AT_METER
        self.code_length: CodeLength | None = None
        self.second = self.started = 0
        self.opened = self.window = 0
        self.remembered = False
        self.ended: Ending = ""

    @property
    def until_heard(self) -> int:
        """Seconds until what a device tells is known to whom goes on: at once at the meter."""
        return 1 if self.route is PairingRoute.LOCAL else 1 + self.live.device_delay

    def now(self, second: int) -> None:
        """Hear what time it is."""
        self.second = second

    def chance(self, purpose: str, entry: int = 0) -> float:
        """A uniform draw for a purpose and the number of an entry."""
        number = self.wish.number * ENTRIES + entry
        return self.world.chance(self.live.index, purpose, number)

    def at_meter(self, fact: Fact) -> None:
        """The electricity meter tells a fact of the attempt."""
        self.world.meter_says(self.second, self.live, fact, self.cause)

    def at_hub(self, fact: Fact) -> None:
        """The hub tells a fact of the attempt."""
        hub = self.live.plan.device(DeviceType.CHF)
        self.world.device_says(self.second, self.live, hub, fact, self.cause)

    def at_cad(self, fact: Fact) -> None:
        """The CAD whose address is shown tells a fact of the attempt."""
        self.world.cad_says(self.second, self.live, self.shown, fact, self.cause)

    def at_dcc(self, fact: Fact) -> None:
        """The data service provider tells a fact of the attempt."""
        self.world.dsp_says(self.second, self.live, fact, self.cause)

    def starts(self, *, channel: PairingChannel, prompted: bool = False) -> None:
        """The attempt begins, at the meter or by one of the four ways of Annex C."""
        self.channel = channel
        self.started = self.second
        local = channel is PairingChannel.AT_METER
        self.route = PairingRoute.LOCAL if local else PairingRoute.REMOTE
        role = None if local else self.role
        self._tell(PairingStarted(self.attempt_id, self.route, channel, prompted, role))

    def completes(self) -> None:
        """The attempt ends well: the CAD may read (BR07)."""
        self.ended = "completed"
        self._tell(
            PairingCompleted(
                self.attempt_id,
                self.route,
                self.cad_id,
                self.code_length,
                self.second - self.started,
            )
        )

    def fails(self, cause: PairingFault) -> None:
        """The attempt ends by a failure."""
        self.ended = "failed"
        self._tell(PairingFailed(self.attempt_id, self.route, cause))

    def given_up(self, stage: PairingStage) -> None:
        """The attempt ends because the consumer gives up."""
        self.ended = "abandoned"
        self._tell(PairingAbandoned(self.attempt_id, self.route, stage))

    def in_parts(self, parts: Sequence[Callable[["Attempt"], Course]]) -> Course:
        """One part after the other until the attempt ends; after the last it is complete."""
        for part in parts:
            yield from part(self)
            if self.ended:
                return
        yield self.until_heard
        self.completes()

    def in_window(
        self, seconds: float, *, cause: PairingFault = PairingFault.WINDOW_EXPIRED
    ) -> Course:
        """Wait; where the hub's join window closes before, the attempt fails of it (BR20)."""
        left = self.opened + self.window - self.second
        if seconds < left:
            yield seconds
            return
        yield max(left, 0)
        self.at_hub(PairingWindowExpired(self.attempt_id, self.window))
        yield self.until_heard
        self.fails(cause)

    def _tell(self, fact: Fact) -> None:
        """The meter knows of what is done at it, the DCC of what it is asked for."""
        tell = self.at_meter if self.route is PairingRoute.LOCAL else self.at_dcc
        tell(fact)
