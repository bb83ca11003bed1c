"""How a CAD is taken off the network again: meter, hub, inventory (8.8.2, 8.11, CCS02)."""

from twin.events.joining import DeviceLogUpdateRequested, DeviceUnjoined
from twin.events.lifecycle import DeviceStatusChanged
from twin.fleet.living.diary import Course
from twin.fleet.living.world import UNPROMPTED, LivePremises, World
from twin.fleet.network.device_log import remove_from_gpf_log, remove_from_log
from twin.fleet.network.links import give_link_back
from twin.vocabulary import (
    DeviceStatus,
    DeviceType,
    LogAction,
    Role,
    StatusReason,
    UnjoinResponse,
)


class Unpairing:
    """A DCC User has meter and hub drop a CAD; the hub remembers it in its historic log."""

    def __init__(self, world: World, live: LivePremises, *, cad_id: str, number: int) -> None:
        """`number` is that of the attempt that paired the CAD."""
        self._world = world
        self._live = live
        self._cad_id = cad_id
        self._number = number
        self._second = 0

    @property
    def done(self) -> bool:
        """Whether the meter has dropped the CAD."""
        return self._cad_id not in self._live.meter_log

    def now(self, second: int) -> None:
        """Hear what time it is."""
        self._second = second

    def course(self) -> Course:
        """Meter first (8.8.2, use case CS04), then the hub (8.11, use case CCS02)."""
        world, live = self._world, self._live
        response = self._response()
        meter = live.plan.device(DeviceType.ESME)
        fact = DeviceUnjoined(meter.device_id, DeviceType.ESME, self._cad_id, response)
        world.meter_says(self._second, live, fact, UNPROMPTED)
        if response is UnjoinResponse.OTHER_FAILURE:
            return
        live.meter_log = tuple(one for one in live.meter_log if one != self._cad_id)
        live.cads -= 1
        yield 1 + live.device_delay
        self._out_of_hub_requested()
        yield max(world.pairing.request_answer_time, 1)
        self._out_of_hub()
        yield 1 + live.device_delay
        self._not_expected()

    def _response(self) -> UnjoinResponse:
        share = self._world.pairing.unjoin_response_share
        luck = self._world.chance(self._live.index, "cad.unjoin", self._number)
        return UnjoinResponse(share.pick(luck))

    def _out_of_hub_requested(self) -> None:
        hub = self._live.plan.device(DeviceType.CHF)
        fact = DeviceLogUpdateRequested(
            hub.device_id,
            self._cad_id,
            DeviceType.CAD,
            LogAction.REMOVE,
            Role.IMPORT_SUPPLIER,
        )
        self._world.dsp_says(self._second, self._live, fact, UNPROMPTED)

    def _out_of_hub(self) -> None:
        world, second, live = self._world, self._second, self._live
        give_link_back(
            world,
            second,
            live,
            device_id=self._cad_id,
            device_type=DeviceType.CAD,
            cause=UNPROMPTED,
        )
        remove_from_gpf_log(world, second, live, device_id=self._cad_id, cause=UNPROMPTED)
        remove_from_log(
            world,
            second,
            live,
            device_id=self._cad_id,
            device_type=DeviceType.CAD,
            cause=UNPROMPTED,
        )

    def _not_expected(self) -> None:
        """The inventory expects the CAD no longer, where it was ever told of it."""
        held = self._live.notified.get(self._cad_id)
        if held is not None:
            self._live.notified[self._cad_id] = DeviceStatus.PENDING
            fact = DeviceStatusChanged(
                self._cad_id, DeviceType.CAD, held, DeviceStatus.PENDING, StatusReason.UNJOINED
            )
            self._world.dsp_says(self._second, self._live, fact, UNPROMPTED)
