"""Which way a wish for a CAD goes under the option of the programme (paragraphs 19 to 26)."""

from collections.abc import Callable
from datetime import UTC, datetime

from twin.fleet.living.diary import Course
from twin.fleet.living.world import LivePremises, World
from twin.fleet.pairing.attempts import Attempt
from twin.fleet.pairing.local_exchange import confirmed_journey, local_journey, refused_journey
from twin.fleet.pairing.remote_exchange import remote_journey
from twin.rules.pairing import pairing_allowed
from twin.rules.refusal import Refusal
from twin.vocabulary import DeviceType, PairingFault, ProgrammeOption

__all__ = [
    "confirmed_journey",
    "is_allowed",
    "journey_of",
    "local_journey",
    "offers_local",
    "refused_journey",
    "remote_journey",
]


def offers_local(world: World, *, second: int) -> bool:
    """Whether the programme offers local pairing at all at a second since 1970.

    Option 1 never does; option 2 only once there are GB-specific CADs (paragraph 23).
    """
    match world.policy.option:
        case ProgrammeOption.NO_LOCAL_PAIRING:
            return False
        case ProgrammeOption.GB_SPECIFIC_CADS:
            day = world.pairing.gb_specific_available_from
            return second >= datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
        case ProgrammeOption.EXISTING_ZIGBEE:
            return True


def is_allowed(world: World, live: LivePremises) -> bool:
    """Whether hub and meter of a premises both truly run what the option needs (BR04)."""
    hub, meter = (live.plan.device(kind) for kind in (DeviceType.CHF, DeviceType.ESME))
    answer = pairing_allowed(
        hub_capable=world.runs_capable(live, hub),
        meter_capable=world.runs_capable(live, meter),
        option=world.policy.option,
    )
    return not isinstance(answer, Refusal)


def journey_of(attempt: Attempt, *, second: int) -> Course | None:
    """How an attempt goes that begins at a second; None where the consumer gives up unseen."""
    world = attempt.world
    preference = world.chance(attempt.live.index, "cad.local-preference")
    if preference >= world.rules.cad_local_preference_share:
        return remote_journey(attempt)
    if not offers_local(world, second=second):
        return _without_local(attempt, world.pairing.gives_up_without_local_share)
    if world.policy.option is ProgrammeOption.EXISTING_ZIGBEE:
        return _if_capable(attempt, local_journey)
    luck = world.chance(attempt.live.index, "cad.gb-specific", attempt.wish.cad)
    if luck < world.pairing.gb_specific_offer_share:
        return _if_capable(attempt, confirmed_journey)
    return _without_local(attempt, world.pairing.gives_up_without_gb_cad_share)


def _if_capable(attempt: Attempt, journey: Callable[[Attempt], Course]) -> Course:
    """Hub and meter both have to run the function (BR04); some consumers find out by trying."""
    if is_allowed(attempt.world, attempt.live):
        return journey(attempt)
    if _tries(attempt):
        return refused_journey(attempt, cause=PairingFault.NOT_CAPABLE)
    return remote_journey(attempt)


def _without_local(attempt: Attempt, gives_up_share: float) -> Course | None:
    """Some try at the meter all the same, some give up, the others go the remote route."""
    if _tries(attempt):
        return refused_journey(attempt, cause=PairingFault.NOT_OFFERED)
    world, wish = attempt.world, attempt.wish
    gives_up = world.chance(attempt.live.index, "cad.gives-up", wish.cad) < gives_up_share
    return None if gives_up else remote_journey(attempt)


def _tries(attempt: Attempt) -> bool:
    return attempt.chance("cad.tries-incapable") < attempt.world.rules.cad_tries_incapable_share
