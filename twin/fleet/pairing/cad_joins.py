"""How a CAD joins the hub, the electricity meter and the gas proxy function (Annexes C and D)."""

from typing import Final

from twin.events.joining import DeviceJoined, JoinFailed, JoinRequested, JoinSucceeded
from twin.events.pairing import PairingModeOpened
from twin.fleet.living.diary import Course
from twin.fleet.living.world import Cause, LivePremises, World
from twin.fleet.network.device_log import add_to_gpf_log, add_to_log
from twin.fleet.network.links import give_link_back, take_link
from twin.fleet.pairing.attempts import Attempt
from twin.rules.device_logs import meter_admits
from twin.rules.joins import key_for_rejoin
from twin.rules.refusal import Refusal
from twin.vocabulary import (
    DeviceType,
    JoinMethod,
    JoinResponse,
    ModeOpenedBy,
    PairingFault,
    PairingRoute,
    PairingStage,
)

_FAULTS: Final = {
    JoinResponse.DEVICE_LOG_FULL: PairingFault.DEVICE_LOG_FULL,
    JoinResponse.NO_CBKE_RESPONSE: PairingFault.NO_CBKE_RESPONSE,
}
"""What a pairing says of a response code; every other one is a refusal to join."""


def open_window(attempt: Attempt, *, seconds: float) -> None:
    """The hub lets devices join from now on, for so many seconds (BR20)."""
    attempt.opened, attempt.window = attempt.second, int(seconds)
    local = attempt.route is PairingRoute.LOCAL
    opened_by = ModeOpenedBy.CONSUMER if local else ModeOpenedBy.DCC_USER
    attempt.at_hub(PairingModeOpened(attempt.attempt_id, attempt.window, opened_by))


def list_cad(attempt: Attempt) -> bool:
    """Put the CAD into the hub's device log, without which it cannot join (BR23)."""
    log = attempt.live.hub_log
    attempt.remembered = attempt.cad_id in log.historic and attempt.cad_id not in log.entries
    listed = add_to_log(
        attempt.world, attempt.second, attempt.live, device_id=attempt.cad_id, cause=attempt.cause
    )
    if not listed:
        attempt.fails(PairingFault.DEVICE_LOG_FULL)
    return listed


def join_hub(attempt: Attempt, *, after: float) -> Course:
    """The listed CAD joins the home area network within the window (alert 0x8183)."""
    if attempt.chance("join.abandoned") < attempt.world.rules.join_abandoned_share:
        attempt.given_up(PairingStage.JOIN)
        return
    yield from attempt.in_window(after)
    if attempt.ended:
        return
    into = attempt.second - attempt.opened
    source = key_for_rejoin(seconds=into, window=attempt.window, in_historic=attempt.remembered)
    if isinstance(source, Refusal):
        raise AssertionError(source.why)
    attempt.at_hub(DeviceJoined(attempt.cad_id, DeviceType.CAD, source, into, attempt.window))


def join_meter(attempt: Attempt) -> Course:
    """The CAD takes a link where it needs one, then meter and CAD join, by method B."""
    yield attempt.until_heard
    about = (attempt.world, attempt.second, attempt.live)
    if not take_cad_link(*about, cad_id=attempt.cad_id, cause=attempt.cause):
        yield attempt.until_heard
        attempt.fails(PairingFault.NO_LINK_CAPACITY)
        return
    meter = attempt.live.plan.device(DeviceType.ESME)
    if attempt.route is PairingRoute.REMOTE:
        _ask_to_join(attempt, meter.device_id, DeviceType.ESME)
        yield max(attempt.world.pairing.request_answer_time, 1)
    response = _response(attempt)
    if response is not JoinResponse.SUCCESS:
        attempt.at_meter(
            JoinFailed(meter.device_id, DeviceType.ESME, attempt.cad_id, DeviceType.CAD, response)
        )
        _unlinked(attempt)
        yield attempt.until_heard
        attempt.fails(_FAULTS.get(response, PairingFault.JOIN_REFUSED))
        return
    into_meter_log(
        attempt.world, attempt.second, attempt.live, cad_id=attempt.cad_id, cause=attempt.cause
    )


def join_gas(attempt: Attempt) -> Course:
    """Where there is gas, the CAD joins the gas proxy function too (8.7.2, alert 0x8071)."""
    live = attempt.live
    if not live.plan.dual_fuel:
        return
    yield attempt.until_heard
    _ask_to_join(attempt, live.plan.gpf_id, DeviceType.GPF)
    yield max(attempt.world.pairing.request_answer_time, 1)
    joined = JoinSucceeded(live.plan.gpf_id, DeviceType.GPF, attempt.cad_id, DeviceType.CAD)
    attempt.world.gpf_says(attempt.second, live, joined, attempt.cause)
    add_to_gpf_log(
        attempt.world, attempt.second, live, device_id=attempt.cad_id, cause=attempt.cause
    )


def meter_log_full(live: LivePremises, *, joining: str) -> bool:
    """Whether the electricity meter has no place left for a display or a CAD (BR25)."""
    if joining in live.meter_log:
        return False
    kinds = [device.device_type for device in live.plan.devices]
    displays = [kind for kind in kinds if kind is DeviceType.IHD]
    held = (*displays, *(DeviceType.CAD for _ in live.meter_log))
    return meter_admits(held=held, joining=DeviceType.CAD) is not JoinResponse.SUCCESS


def take_cad_link(
    world: World, second: int, live: LivePremises, *, cad_id: str, cause: Cause
) -> bool:
    """A CAD takes one of the four links where 868 MHz is needed; False where none is left."""
    kind = DeviceType.CAD
    return take_link(world, second, live, device_id=cad_id, device_type=kind, cause=cause)


def into_meter_log(
    world: World, second: int, live: LivePremises, *, cad_id: str, cause: Cause
) -> None:
    """The meter puts a CAD into its own device log (alert 0x8F49)."""
    meter = live.plan.device(DeviceType.ESME)
    fact = JoinSucceeded(meter.device_id, DeviceType.ESME, cad_id, DeviceType.CAD)
    world.meter_says(second, live, fact, cause)
    if cad_id not in live.meter_log:
        live.meter_log = (*live.meter_log, cad_id)


def _ask_to_join(attempt: Attempt, device_id: str, device_type: DeviceType) -> None:
    attempt.at_dcc(
        JoinRequested(
            device_id,
            device_type,
            attempt.cad_id,
            DeviceType.CAD,
            JoinMethod.B,
            attempt.role,
        )
    )


def _response(attempt: Attempt) -> JoinResponse:
    """A full log refuses; otherwise chance does now and then."""
    rows = attempt.world.pairing
    if meter_log_full(attempt.live, joining=attempt.cad_id):
        return JoinResponse.DEVICE_LOG_FULL
    if attempt.chance("join.refused") < rows.join_refused_share:
        return JoinResponse(rows.join_response_share.pick(attempt.chance("join.response")))
    return JoinResponse.SUCCESS


def _unlinked(attempt: Attempt) -> None:
    give_link_back(
        attempt.world,
        attempt.second,
        attempt.live,
        device_id=attempt.cad_id,
        device_type=DeviceType.CAD,
        cause=attempt.cause,
    )
