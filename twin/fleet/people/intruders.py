"""Somebody else at the meter: unauthorised attempts to pair a device (paragraph 33, Q9)."""

from functools import partial
from typing import Final

from msgspec import Struct

from twin.events.bands import HIGH_BANDWIDTH_LINKS_MAX
from twin.events.joining import DeviceJoined
from twin.events.pins import UnauthorisedPairingAttempted
from twin.fleet.living.diary import Course, Diary
from twin.fleet.living.world import Cause, LivePremises, World
from twin.fleet.network.device_log import add_to_log
from twin.fleet.numbers.pairing_rows import TOP, PairingRows
from twin.fleet.pairing.cad_joins import into_meter_log, meter_log_full, take_cad_link
from twin.fleet.pairing.journeys import is_allowed, offers_local
from twin.fleet.population.identity import attempt_id, device_id
from twin.vocabulary import (
    DeviceType,
    IntruderOutcome,
    KeySource,
    PinClass,
    PinIntervention,
)

PINS: Final = 10_000
"""Privacy PINs of four digits."""


def guesses_to_hit(*, rows: PairingRows, pin_class: PinClass, uniform: float, denied: bool) -> int:
    """How many guesses, likeliest first, it takes to hit a PIN of a class.

    By the published shares of the first twenty; all others count as equally likely. With a deny
    list no one tries the twenty that nobody can have.
    """
    if pin_class is PinClass.TOP_1:
        return 1
    if pin_class is PinClass.OTHER:
        return 1 + int(uniform * (PINS - TOP)) + (0 if denied else TOP)
    ranks = rows.pin_rank_share.upto
    first, last = ranks[0], ranks[TOP - 1]
    return int(rows.pin_rank_share.pick(first + uniform * (last - first)))


class Intrusion(Struct, frozen=True):
    """How an unauthorised attempt ends, and after how many guesses of a Privacy PIN."""

    guesses: int
    outcome: IntruderOutcome


class Intruders:
    """Unauthorised attempts at meters in shared spaces."""

    def __init__(self, diary: Diary) -> None:
        self._diary = diary
        self._world = diary.world

    def move_in(self, second: int, live: LivePremises) -> None:
        """From here on somebody may try, where others can reach the meter (paragraph 32)."""
        if live.plan.shared_meter_space:
            self._next(second, live, 1)

    def _next(self, second: int, live: LivePremises, number: int) -> None:
        self._diary.yearly(
            second,
            live,
            self._tries,
            purpose="intruder.next",
            rate=self._world.pairing.intruder_rate,
            number=number,
        )

    def _tries(self, second: int, live: LivePremises, number: int) -> None:
        intrusion = intrusion_of(self._world, second, live, number=number)
        fact = UnauthorisedPairingAttempted(
            live.pin_class is not None, intrusion.guesses, intrusion.outcome
        )
        joining = _Joining(self._world, live, number)
        self._world.meter_says(second, live, fact, joining.cause)
        if intrusion.outcome is IntruderOutcome.PAIRED:
            following = partial(self._next, live=live, number=number + 1)
            self._diary.goes_on(second, live, joining.course(), joining.now, following)
        else:
            self._next(second, live, number + 1)


def intrusion_of(world: World, second: int, live: LivePremises, *, number: int) -> Intrusion:
    """How the attempt of a number ends: a function of premises, policy and luck.

    Without a PIN set, nothing stops an intruder; with one, the guesses decide.
    """
    if not (offers_local(world, second=second) and is_allowed(world, live)):
        return Intrusion(0, IntruderOutcome.NOT_CAPABLE)
    if _no_room(live):
        return Intrusion(0, IntruderOutcome.GIVEN_UP)
    if live.pin_class is None:
        return Intrusion(0, IntruderOutcome.PAIRED)
    rows = world.pairing
    if world.chance(live.index, "intruder.put-off", number) < rows.intruder_put_off_share:
        return Intrusion(0, IntruderOutcome.GIVEN_UP)
    ready = int(
        rows.intruder_guesses_share.pick(world.chance(live.index, "intruder.ready", number))
    )
    needed = guesses_to_hit(
        rows=rows,
        pin_class=live.pin_class,
        uniform=world.chance(live.index, "intruder.luck", number),
        denied=world.policy.intervention is PinIntervention.DENY_LIST,
    )
    if needed <= ready:
        return Intrusion(needed, IntruderOutcome.PAIRED)
    return Intrusion(ready, IntruderOutcome.PIN_HELD)


def _no_room(live: LivePremises) -> bool:
    full = live.plan.on_sub_ghz and len(live.links) >= HIGH_BANDWIDTH_LINKS_MAX
    return full or meter_log_full(live, joining="")


class _Joining:
    """An intruder's device joins like any other, and from then on reads (paragraph 33)."""

    def __init__(self, world: World, live: LivePremises, number: int) -> None:
        owner = live.premises_id
        self._world = world
        self._live = live
        self._cad_id = device_id(seed=world.seed, owner=owner, role=f"intruder's CAD {number}")
        self._second = 0
        attempt = attempt_id(owner=f"{owner}|unauthorised", number=number)
        self.cause = Cause(f"attempt:{attempt}")

    def now(self, second: int) -> None:
        """Hear what time it is."""
        self._second = second

    def course(self) -> Course:
        """Into the hub's log, onto the network, into the meter's log."""
        world, live = self._world, self._live
        opened, window = self._second, int(world.pairing.pairing_mode_window)
        yield window // 2
        cad_id, cause = self._cad_id, self.cause
        if not add_to_log(world, self._second, live, device_id=cad_id, cause=cause):
            return
        yield 2
        hub = live.plan.device(DeviceType.CHF)
        joined = DeviceJoined(
            cad_id,
            DeviceType.CAD,
            KeySource.INSTALL_CODE,
            self._second - opened,
            window,
        )
        world.device_says(self._second, live, hub, joined, cause)
        yield 2
        if take_cad_link(world, self._second, live, cad_id=cad_id, cause=cause):
            into_meter_log(world, self._second, live, cad_id=cad_id, cause=cause)
