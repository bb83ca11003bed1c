"""How a consumer types an install code on two buttons or into a form (paragraphs 24 and 25)."""

from collections.abc import Callable
from statistics import NormalDist
from typing import Final

from twin.events.pairing import (
    CodeDigits,
    CodeLength,
    InstallCodeEntered,
    InstallCodeRejected,
    InstallCodeTransferred,
)
from twin.fleet.living.diary import Course
from twin.fleet.numbers.shapes import spread
from twin.fleet.pairing.attempts import Attempt
from twin.rules.device_logs import HubLog
from twin.rules.pairing import code_needed
from twin.vocabulary import CodeFault, PairingFault, PairingRoute, PairingStage

DIGITS: Final[dict[CodeLength, CodeDigits]] = {6: 20, 8: 25, 12: 34, 16: 44}
"""Digits to type for a code of so many bytes, with its check (paragraph 24)."""
_LENGTHS: Final[dict[str, CodeLength]] = {"6": 6, "8": 8, "12": 12, "16": 16}
_STEPS_MEAN: Final = 4.5
"""Presses to step a digit from nought to one of ten equally likely digits."""
_STEPS_VARIANCE: Final = 8.25
_HESITATION: Final = 30
"""Seconds that a consumer looks at the keys before giving up."""
_SMALLEST: Final = 2.0**-53


def code_length(attempt: Attempt) -> CodeLength:
    """Bytes of the code of the attempt's CAD; one CAD has one code."""
    rules, wish = attempt.world.rules, attempt.wish
    luck = attempt.world.chance(attempt.live.index, "code.length", wish.cad)
    return _LENGTHS[rules.code_length_share.pick(luck)]


def presses_of(*, digits: int, uniform: float) -> int:
    """Presses of two buttons for a code: 4.5 a digit and one between digits, with their spread.

    One button steps a digit from 0 to 9, the other moves on (manual of the E470, pages 90, 104).
    """
    mean, most = _STEPS_MEAN * digits, 9 * digits
    steps = NormalDist(mean, (_STEPS_VARIANCE * digits) ** 0.5).inv_cdf(max(uniform, _SMALLEST))
    return digits - 1 + min(max(round(steps), 0), most)


def code_at_meter(attempt: Attempt) -> Course:
    """The code is typed at the meter, which sends it on to the hub, never in clear (Annex D).

    Where the hub lists the CAD already, it has its code, and none is typed again (paragraph 25).
    """
    rules, log = attempt.world.rules, attempt.live.hub_log
    if not code_needed(log=HubLog(log.entries, log.historic), device_id=attempt.cad_id):
        return
    length = attempt.code_length = code_length(attempt)
    digits = DIGITS[length]
    put_off = 1 - (1 - attempt.world.pairing.code_put_off_share_per_digit) ** digits
    if attempt.chance("code.put-off") < put_off:
        yield from attempt.in_window(_HESITATION)
        if not attempt.ended:
            attempt.given_up(PairingStage.CODE_ENTRY)
        return
    presses = presses_of(digits=digits, uniform=attempt.chance("code.presses"))
    pace = spread(
        attempt.chance("code.pace"),
        median=rules.code_press_time,
        sigma=attempt.world.pairing.press_time_spread,
    )
    entry = 0
    while not attempt.ended:
        entry += 1
        yield from attempt.in_window(presses * pace)
        if not attempt.ended and _accepted(attempt, entry, digits):
            attempt.at_meter(InstallCodeEntered(attempt.attempt_id, digits, entry, presses))
            attempt.at_meter(InstallCodeTransferred(attempt.attempt_id, length, aps_secured=True))
            return


def code_in_form(attempt: Attempt, again: Callable[[int], float]) -> Course:
    """The code is passed on away from the meter; `again` gives the seconds to each entry."""
    digits = DIGITS[code_length(attempt)]
    entry = 0
    while not attempt.ended:
        entry += 1
        yield again(entry)
        if _accepted(attempt, entry, digits):
            return


def _accepted(attempt: Attempt, entry: int, digits: int) -> bool:
    """Whether an entry passes every check; where not, its fault is told and it may be the last."""
    rules = attempt.world.rules
    wrong = 1 - (1 - rules.code_wrong_share_per_digit) ** digits
    if attempt.chance("code.wrong", entry) >= wrong:
        return True
    fault = CodeFault(rules.code_fault_share.pick(attempt.chance("code.fault", entry)))
    if fault is CodeFault.NON_DIGIT and attempt.route is PairingRoute.LOCAL:
        fault = CodeFault.CRC  # the meter's keys know digits only
    rejected = InstallCodeRejected(attempt.attempt_id, attempt.route, fault, entry)
    tell = attempt.at_meter if attempt.route is PairingRoute.LOCAL else attempt.at_dcc
    tell(rejected)
    if attempt.chance("code.abandoned", entry) < rules.code_abandoned_share:
        attempt.given_up(PairingStage.CODE_ENTRY)
    elif entry == rules.code_entries_most:
        attempt.fails(PairingFault.CODE_REJECTED)
    return False
