"""Local pairing step by step: consumer, electricity meter, hub and CAD (Annex D, paragraph 17)."""

from typing import Final

from twin.events.pairing import CadAddressDisplayed, CadAddressReported, CadSelected
from twin.events.pins import PrivacyPinEntered
from twin.fleet.living.diary import Course
from twin.fleet.numbers.shapes import waiting
from twin.fleet.pairing.attempts import Attempt
from twin.fleet.pairing.cad_joins import join_hub, join_meter, list_cad, open_window
from twin.fleet.pairing.code_typing import code_at_meter
from twin.fleet.population.identity import device_id
from twin.rules.pins import pin_prompt
from twin.vocabulary import PairingChannel, PairingFault, PairingStage, PinPurpose

MODE_TIME: Final = 30
"""Seconds to find and choose pairing mode in the meter's menu."""


def local_journey(attempt: Attempt) -> Course:
    """Option 3: PIN if one is set, pairing mode, CAD chosen, code typed, joined (Annex D)."""
    attempt.starts(channel=PairingChannel.AT_METER, prompted=_prompted(attempt))
    parts = (enter_pin, open_mode, show_cad, choose_cad, code_at_meter, join_listed, join_meter)
    yield from attempt.in_parts(parts)


def confirmed_journey(attempt: Attempt) -> Course:
    """Option 2: a GB-specific CAD is confirmed by its MAC address, no code (paragraph 17)."""
    attempt.starts(channel=PairingChannel.AT_METER, prompted=_prompted(attempt))
    attempt.shown = mistaken_address(attempt)
    parts = (enter_pin, open_mode, show_cad, choose_cad, join_listed, join_meter)
    yield from attempt.in_parts(parts)


def refused_journey(attempt: Attempt, *, cause: PairingFault) -> Course:
    """A consumer tries at a meter that offers no pairing, or where hub or meter cannot (BR04)."""
    attempt.starts(channel=PairingChannel.AT_METER)
    yield MODE_TIME
    attempt.fails(cause)


def enter_pin(attempt: Attempt) -> Course:
    """The Privacy PIN comes first, where one is set (paragraph 32, BR09)."""
    if not _prompted(attempt):
        return
    rules = attempt.world.rules
    for entry in range(1, rules.pin_entries_most + 1):
        yield rules.pin_entry_time
        accepted = attempt.chance("pairing.pin", entry) >= rules.pin_wrong_share
        attempt.at_meter(PrivacyPinEntered(accepted, entry, PinPurpose.PAIRING))
        if accepted:
            return
        if attempt.chance("pairing.pin-abandoned", entry) < rules.pin_abandoned_share:
            yield MODE_TIME
            attempt.given_up(PairingStage.PIN_PROMPT)
            return
    yield 1
    attempt.fails(PairingFault.PIN_REFUSED)


def open_mode(attempt: Attempt) -> Course:
    """The meter has the hub put into pairing mode."""
    yield MODE_TIME
    if attempt.chance("pairing.mode") < attempt.world.rules.pairing_mode_abandoned_share:
        attempt.given_up(PairingStage.PAIRING_MODE)
        return
    yield 1
    open_window(attempt, seconds=attempt.world.pairing.pairing_mode_window)


def show_cad(attempt: Attempt) -> Course:
    """The CAD gives its MAC address to the hub, and the hub to the meter's display."""
    rows = attempt.world.pairing
    if attempt.chance("cad.unseen") < rows.cad_unseen_share:
        yield from attempt.in_window(attempt.window)
        return
    mean = rows.cad_report_time
    yield from attempt.in_window(1 + int(waiting(attempt.chance("cad.reports"), mean=mean)))
    if attempt.ended:
        return
    attempt.at_cad(CadAddressReported(attempt.attempt_id, attempt.shown))
    yield 1
    attempt.at_hub(CadAddressDisplayed(attempt.attempt_id, attempt.shown))


def choose_cad(attempt: Attempt) -> Course:
    """The consumer chooses the CAD whose address is on the display; under option 2 that is all.

    Where another device's address was confirmed, the CAD never joins (paragraph 17).
    """
    rows = attempt.world.pairing
    yield from attempt.in_window(max(rows.cad_choice_time, 1))
    if attempt.ended:
        return
    if attempt.chance("cad.choice") < rows.cad_choice_abandoned_share:
        attempt.given_up(PairingStage.CAD_CHOICE)
        return
    attempt.at_meter(CadSelected(attempt.attempt_id, attempt.shown))
    if attempt.shown != attempt.cad_id:
        yield 1
        attempt.fails(PairingFault.ADDRESS_NOT_CONFIRMED)


def mistaken_address(attempt: Attempt) -> str:
    """The MAC address that a consumer confirms under option 2: the CAD's, or by mistake not."""
    if attempt.chance("cad.address") >= attempt.world.pairing.address_mistaken_share:
        return attempt.cad_id
    role = f"not CAD {attempt.wish.number}"
    return device_id(seed=attempt.world.seed, owner=attempt.live.premises_id, role=role)


def join_listed(attempt: Attempt) -> Course:
    """The hub lists the CAD, which then joins it."""
    yield 1
    if list_cad(attempt):
        longest = attempt.world.rules.join_time_longest
        after = 1 + int(attempt.chance("join.time") * (longest - 1))
        yield from join_hub(attempt, after=after)


def _prompted(attempt: Attempt) -> bool:
    return pin_prompt(pin_set=attempt.live.pin_class is not None, purpose=PinPurpose.PAIRING)
