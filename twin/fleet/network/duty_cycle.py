"""How a hub's use of its 868 MHz air time rises and falls, one state at a time (BR18)."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from msgspec import Struct

from twin.events.sub_ghz import DutyCycleStateChanged, MessageDiscarded
from twin.fleet.living.world import UNPROMPTED, LivePremises, World
from twin.fleet.numbers.shapes import ByKey
from twin.vocabulary import DeviceType, DutyCycleState

_YEAR: Final = 365.25 * 86_400
_UP: Final = tuple(DutyCycleState)
_SERVED: Final = (DeviceType.IHD, DeviceType.GSME)
"""Devices at 868 MHz of which the hub suspends one; a display can do without for a while."""


class _Step(Struct, frozen=True):
    from_state: DutyCycleState
    to_state: DutyCycleState
    number: int


class DutyCycles:
    """Steps of the agenda by which hubs leave and regain the Normal state."""

    def __init__(
        self, world: World, *, at_critical: Callable[[int, LivePremises, int], None]
    ) -> None:
        """`at_critical(second, live, number)` is told when a hub rises to Critical."""
        self._world = world
        self._at_critical = at_critical
        self._states: dict[str, DutyCycleState] = {}

    def state(self, live: LivePremises) -> DutyCycleState:
        """The state that the hub of a premises is in now."""
        return self._states.get(live.premises_id, DutyCycleState.NORMAL)

    def begin(self, second: int, live: LivePremises) -> None:
        """From here on the air time of a hub may run short."""
        self._expect(second, live, 1)

    def _expect(self, second: int, live: LivePremises, number: int) -> None:
        rate = self._world.han.duty_excursion_rate
        if rate > 0:
            after = self._world.wait(live.index, "duty.next", mean=_YEAR / rate, number=number)
            self._world.agenda.at(second + after, live.premises_id, self._excursion, live, number)

    def _excursion(self, second: int, live: LivePremises, number: int) -> None:
        """Up to the state that luck allows, and back by the same states."""
        world, han = self._world, self._world.han
        top = 1
        for share in (han.duty_critical_share, han.duty_regulated_share):
            if world.chance(live.index, f"duty.top.{top}", number) >= share:
                break
            top += 1
        way = [*_UP[: top + 1], *reversed(_UP[:top])]
        at = second
        for place, (before, after) in enumerate(pairwise(way)):
            step = _Step(before, after, number * len(_UP) * 2 + place)
            world.agenda.at(at, live.premises_id, self._moved, live, step)
            at += world.wait(live.index, "duty.step", mean=han.duty_step * 60, number=step.number)
        self._expect(at, live, number + 1)

    def _moved(self, second: int, live: LivePremises, step: _Step) -> None:
        """A hub in the Limited state suspends one device; from Critical on it serves none."""
        self._states[live.premises_id] = step.to_state
        world, hub = self._world, live.plan.device(DeviceType.CHF)
        suspended = _suspended(live) if step.to_state is DutyCycleState.LIMITED else None
        fact = DutyCycleStateChanged(
            hub.device_id,
            step.from_state,
            step.to_state,
            self._percent(live, step),
            suspended,
            world.han.suspend_minutes if suspended else None,
        )
        world.device_says(second, live, hub, fact, UNPROMPTED)
        if suspended:
            self._discard(second, live, suspended, step.number)
        rose = step.from_state is DutyCycleState.LIMITED
        if rose and step.to_state is DutyCycleState.CRITICAL:
            self._at_critical(second, live, step.number)

    def _discard(self, second: int, live: LivePremises, suspended: str, number: int) -> None:
        """A message to the suspended device comes within its suspension and is discarded."""
        world = self._world
        if world.chance(live.index, "duty.discarded", number) < world.han.message_discarded_share:
            within = world.chance(live.index, "duty.discarded-at", number)
            at = second + int(within * world.han.suspend_minutes * 60)
            world.agenda.at(at, live.premises_id, self._discarded, live, suspended)

    def _discarded(self, second: int, live: LivePremises, suspended: str) -> None:
        hub = live.plan.device(DeviceType.CHF)
        fact = MessageDiscarded(hub.device_id, suspended)
        self._world.device_says(second, live, hub, fact, UNPROMPTED)

    def _percent(self, live: LivePremises, step: _Step) -> float:
        """The share of the last hour within the state that is reached, to a hundredth."""
        limits = _limits(
            self._world.han.sub_ghz_settings, self._world.han.critical_regulated_percent
        )
        low, high = limits[_UP.index(step.to_state)]
        luck = self._world.chance(live.index, "duty.percent", step.number)
        return int((low + luck * (high - low)) * 100) / 100


def _limits(settings: ByKey, regulated: float) -> tuple[tuple[float, float], ...]:
    """From and below which percent a hub is in each state, from Normal to Regulated."""
    edges = (
        0.0,
        settings.of("normal_limited_percent"),
        settings.of("limited_critical_percent"),
        regulated,
        regulated + 0.5,
    )
    return tuple(pairwise(edges))


def _suspended(live: LivePremises) -> str | None:
    """The device that the hub suspends, or None where only the meter beside it is served."""
    for kind in _SERVED:
        for device in live.plan.devices:
            if device.device_type is kind:
                return device.device_id
    return None
