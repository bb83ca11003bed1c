"""How devices answer service requests 11.1, 11.2 and 11.3: late, wrongly, or not at all.

The device's truth is `running` and `held`; what the requester learns of it is only what is said.
"""

from collections.abc import Callable
from typing import Final

from twin.events.requests import FieldRequest, RequestKind
from twin.fleet.firmware.activation import Activation
from twin.fleet.firmware.answering import Answering, Asked
from twin.fleet.firmware.belief import Belief
from twin.fleet.firmware.delivery import Delivery
from twin.fleet.living.world import LivePremises, World
from twin.fleet.numbers.assumptions import RECIPIENTS
from twin.fleet.population.plans import FirmwareFit, PlannedDevice
from twin.vocabulary import DeviceType

_OF_NO_MODEL: Final = FirmwareFit("", "", False)
"""What is left of a hub that was exchanged: nobody asks for its model any more."""


class FirmwareField:
    """Where requests reach the field."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._answering = Answering(world)
        belief = Belief(self._answering)
        activation = Activation(self._answering, belief)
        self._steps: dict[RequestKind, Callable[[int, Asked], None]] = {
            RequestKind.UPDATE: Delivery(self._answering).requested,
            RequestKind.ACTIVATE: activation.requested,
            RequestKind.CANCEL: activation.cancel_requested,
            RequestKind.READ: belief.read_requested,
        }

    def take(self, *, now: int, request: FieldRequest) -> None:
        """A request reaches the field; one for an unknown device raises ValueError."""
        live = self._world.live.get(request.premises_id)
        if live is None:
            raise ValueError(f"a request for {request.premises_id}, which the field does not know")
        asked = Asked(live, _device_of(live, request), request)
        longest = self._world.rules.request_acceptance_longest
        accepted = now + 1 + int(self._world.chance(request.request_id, "accepted") * longest)
        self._answering.at(accepted, asked, self._steps[request.kind])

    def is_silent(self, device: PlannedDevice) -> bool:
        """Whether nothing is ever heard of a device after a request."""
        return self._answering.is_silent(device)


def _device_of(live: LivePremises, request: FieldRequest) -> PlannedDevice:
    """The device asked; an exchanged hub is one that the premises had and has no more."""
    if request.device_id in live.hubs_before:
        return PlannedDevice(request.device_id, DeviceType.CHF, _OF_NO_MODEL)
    for device in live.plan.devices:
        if device.device_id == request.device_id and device.device_type in RECIPIENTS:
            if device.device_type != request.device_type:
                raise ValueError(f"{request.device_id} is no {request.device_type}")
            return device
    raise ValueError(f"a request for {request.device_id}, which holds no firmware to update")
