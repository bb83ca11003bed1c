"""How an attempt to pair a CAD goes, step by step: a pure function of its luck (Annexes C, D)."""

from collections.abc import Callable
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from twin.events.pairing import (
    InstallCodeRejected,
    PairingAbandoned,
    PairingCompleted,
    PairingFailed,
    PairingStarted,
)
from twin.events.pins import PrivacyPinEntered
from twin.fleet.assumptions import Assumptions
from twin.fleet.shapes import waiting
from twin.vocabulary import (
    CodeFault,
    PairingChannel,
    PairingFault,
    PairingRoute,
    PairingStage,
    PinPurpose,
)

JourneyFact: TypeAlias = (
    PairingStarted
    | PrivacyPinEntered
    | InstallCodeRejected
    | PairingCompleted
    | PairingFailed
    | PairingAbandoned
)
Chance: TypeAlias = Callable[[str, int], float]
"""A uniform draw for a purpose and the number of an entry."""

DIGITS: Final = {6: 20, 8: 25, 12: 34, 16: 44}
"""Digits to type for a code of so many bytes, with its check (paragraph 24)."""
_LENGTHS: Final[dict[str, Literal[6, 8, 12, 16]]] = {"6": 6, "8": 8, "12": 12, "16": 16}
_LONGEST: Final = 59 * 86_400
_MODE_TIME: Final = 30
"""Seconds to find and choose pairing mode in the meter's menu."""
_FORM_TIME: Final = 60
"""Seconds to type a code again away from the meter."""


class Attempt(Struct, frozen=True):
    """What an attempt is about: its id, the CAD, and whether a Privacy PIN is set."""

    attempt_id: str
    cad_id: str
    pin_set: bool


class Journey:
    """Facts of one attempt with their seconds since its start; `ended` once its end is known."""

    def __init__(self, attempt: Attempt, route: PairingRoute, channel: PairingChannel) -> None:
        self.facts: list[tuple[int, JourneyFact]] = []
        self.attempt = attempt
        self.route = route
        self.seconds = 0
        self.ended: Literal["", "completed", "failed", "abandoned"] = ""
        prompted = route is PairingRoute.LOCAL and attempt.pin_set
        self.add(PairingStarted(attempt.attempt_id, route, channel, prompted))

    def add(self, fact: JourneyFact, *, after: float = 0) -> None:
        """A fact comes `after` seconds after the one before."""
        self.seconds = min(self.seconds + int(after), _LONGEST)
        self.facts.append((self.seconds, fact))

    def fails(self, cause: PairingFault, *, after: float = 1) -> None:
        """The attempt ends by a failure."""
        self.ended = "failed"
        self.add(PairingFailed(self.attempt.attempt_id, self.route, cause), after=after)

    def given_up(self, stage: PairingStage, *, after: float = 30) -> None:
        """The attempt ends because the consumer gives up."""
        self.ended = "abandoned"
        self.add(PairingAbandoned(self.attempt.attempt_id, self.route, stage), after=after)


def local_journey(*, rules: Assumptions, chance: Chance, attempt: Attempt) -> Journey:
    """Pairing at a capable meter: PIN if one is set, pairing mode, code, join (Annex D)."""
    journey = Journey(attempt, PairingRoute.LOCAL, PairingChannel.AT_METER)
    if attempt.pin_set:
        _enter_pin(journey, rules, chance)
    if not journey.ended and chance("pairing.mode", 0) < rules.pairing_mode_abandoned_share:
        journey.given_up(PairingStage.PAIRING_MODE)
    length = _code_length(rules, chance)
    if not journey.ended:
        digits = DIGITS[length]
        presses = 4.5 * digits + digits - 1
        journey.seconds += _MODE_TIME
        _enter_code(journey, rules, chance, length, presses * rules.code_press_time)
    if not journey.ended:
        _join(journey, rules, chance, length)
    return journey


def incapable_journey(*, attempt: Attempt) -> Journey:
    """A consumer tries at a meter that cannot pair, or whose hub cannot (BR04)."""
    journey = Journey(
        Attempt(attempt.attempt_id, attempt.cad_id, False),
        PairingRoute.LOCAL,
        PairingChannel.AT_METER,
    )
    journey.fails(PairingFault.NOT_CAPABLE, after=_MODE_TIME)
    return journey


def remote_journey(*, rules: Assumptions, chance: Chance, attempt: Attempt) -> Journey:
    """Pairing through a DCC User, by one of the four channels of Annex C."""
    channel = PairingChannel(rules.remote_channel_share.pick(chance("pairing.channel", 0)))
    journey = Journey(attempt, PairingRoute.REMOTE, channel)
    length = _code_length(rules, chance)
    wait = waiting(chance("pairing.delay", 0), mean=rules.remote_delay.of(channel)) * 3600
    journey.seconds = min(int(wait), _LONGEST // 2)
    if channel is not PairingChannel.PRE_PAIRED:
        _enter_code(journey, rules, chance, length, _FORM_TIME)
    if not journey.ended:
        _join(journey, rules, chance, length)
    return journey


def _code_length(rules: Assumptions, chance: Chance) -> Literal[6, 8, 12, 16]:
    return _LENGTHS[rules.code_length_share.pick(chance("code.length", 0))]


def _enter_pin(journey: Journey, rules: Assumptions, chance: Chance) -> None:
    for entry in range(1, rules.pin_entries_most + 1):
        accepted = chance("pairing.pin", entry) >= rules.pin_wrong_share
        fact = PrivacyPinEntered(accepted, entry, PinPurpose.PAIRING)
        journey.add(fact, after=rules.pin_entry_time)
        if accepted:
            return
        if chance("pairing.pin-abandoned", entry) < rules.pin_abandoned_share:
            journey.given_up(PairingStage.PIN_PROMPT)
            return
    journey.fails(PairingFault.PIN_REFUSED)


def _enter_code(
    journey: Journey, rules: Assumptions, chance: Chance, length: int, seconds: float
) -> None:
    """Type the code until it is accepted; the meter's keys are digits, a form takes anything."""
    wrong = 1 - (1 - rules.code_wrong_share_per_digit) ** DIGITS[length]
    for entry in range(1, rules.code_entries_most + 1):
        if chance("code.wrong", entry) >= wrong:
            journey.seconds += int(seconds)
            return
        fault = CodeFault(rules.code_fault_share.pick(chance("code.fault", entry)))
        if fault is CodeFault.NON_DIGIT and journey.route is PairingRoute.LOCAL:
            fault = CodeFault.CRC
        attempt_id = journey.attempt.attempt_id
        journey.add(InstallCodeRejected(attempt_id, journey.route, fault, entry), after=seconds)
        if chance("code.abandoned", entry) < rules.code_abandoned_share:
            journey.given_up(PairingStage.CODE_ENTRY)
            return
    journey.fails(PairingFault.CODE_REJECTED)


def _join(
    journey: Journey, rules: Assumptions, chance: Chance, length: Literal[6, 8, 12, 16]
) -> None:
    window = rules.join_time_longest
    luck = chance("join.outcome", 0)
    if luck < rules.join_abandoned_share:
        journey.given_up(PairingStage.JOIN)
    elif luck < rules.join_abandoned_share + rules.join_failed_share:
        cause = PairingFault(rules.join_fault_share.pick(chance("join.fault", 0)))
        journey.fails(cause, after=window)
    else:
        journey.ended = "completed"
        journey.seconds += 1 + int(chance("join.time", 0) * (window - 1))
        attempt, seconds = journey.attempt, journey.seconds
        journey.add(
            PairingCompleted(attempt.attempt_id, journey.route, attempt.cad_id, length, seconds)
        )
