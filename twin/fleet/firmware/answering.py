"""What every answer to a service request shares: its place, its luck, its time, its speaker."""

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct

from twin.events.registry import Fact
from twin.events.requests import FieldRequest
from twin.fleet.living.world import Cause, LivePremises, World
from twin.fleet.numbers.shapes import ByKey, spread
from twin.fleet.population.plans import FirmwareFit, PlannedDevice
from twin.rules.waking import next_wake
from twin.vocabulary import DeviceType

AFact = TypeVar("AFact")


class Asked(Struct, frozen=True):
    """A request that reached a device of a premises."""

    live: LivePremises
    device: PlannedDevice
    request: FieldRequest

    @property
    def fit(self) -> FirmwareFit:
        """Model of the device; one without firmware is never asked."""
        if self.device.fit is None:
            raise AssertionError(f"{self.device.device_id} holds no firmware")
        return self.device.fit

    @property
    def cause(self) -> Cause:
        """The campaign and the request that an answer belongs to."""
        return Cause(f"campaign:{self.request.campaign_id}", self.request.request_id)

    @property
    def is_there(self) -> bool:
        """Whether the device is still at the premises; an exchanged hub answers nothing."""
        return self.device.device_id not in self.live.hubs_before

    def fact(self, kind: Callable[..., AFact], *more: Any) -> AFact:  # noqa: ANN401
        """A fact of the firmware family: all of them begin with device, campaign and attempt."""
        asked = self.request
        return kind(
            asked.device_id,
            asked.device_type,
            asked.campaign_id,
            asked.wave,
            asked.attempt,
            *more,
        )


class Answering:
    """Steps, voices and draws of answers, for one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rules = world.rules
        self.rows = world.firmware

    def at(self, second: int, asked: Asked, step: Callable[[int, Asked], None]) -> None:
        """Put in a step of an answer."""
        self.world.agenda.at(second, asked.live.premises_id, step, asked)

    def dsp_says(self, second: int, asked: Asked, fact: Fact) -> None:
        """The data service provider tells a fact of an answer."""
        self.world.dsp_says(second, asked.live, fact, asked.cause)

    def device_says(self, second: int, asked: Asked, fact: Fact) -> None:
        """The device tells a fact of an answer."""
        self.world.device_says(second, asked.live, asked.device, fact, asked.cause)

    def hub_says(self, second: int, asked: Asked, fact: Fact) -> None:
        """The hub tells a fact about one of its devices."""
        hub = asked.live.plan.device(DeviceType.CHF)
        self.world.device_says(second, asked.live, hub, fact, asked.cause)

    def luck(self, asked: Asked, purpose: str) -> float:
        """By device and attempt, so that a second attempt may succeed where the first failed."""
        request = asked.request
        return self.world.chance(request.device_id, purpose, request.attempt)

    def after(self, asked: Asked, name: str, medians: ByKey) -> int:
        """Seconds until the next step, by the row `<name>_delay` and its spread."""
        hours = spread(
            self.luck(asked, f"{name}.delay"),
            median=medians.of(asked.request.device_type),
            sigma=getattr(self.rules, f"{name}_spread"),
        )
        return 1 + int(hours * 3600)

    def is_silent(self, device: PlannedDevice) -> bool:
        """Whether nothing is ever heard of a device after a request."""
        luck = self.world.chance(device.device_id, "firmware.silent")
        return luck < self.rules.silent_device_share

    def awake(self, second: int, asked: Asked) -> int:
        """The second itself, or for a gas meter the next wake: it is never pushed to (BR37)."""
        if asked.device.device_type is not DeviceType.GSME:
            return second
        period = int(self.world.han.gas_wake * 60)
        phase = int(self.world.chance(asked.device.device_id, "gas.wake") * period)
        return next_wake(at=second, phase=phase, period=period)
