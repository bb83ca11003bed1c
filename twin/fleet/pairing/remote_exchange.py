"""Remote pairing step by step: consumer, DCC User, DCC, hub and meters (Annex C)."""

from typing import Final

from twin.events.joining import DeviceLogUpdateRequested
from twin.events.lifecycle import DevicePreNotified, DeviceStatusChanged
from twin.fleet.living.diary import DAY, Course
from twin.fleet.numbers.shapes import waiting
from twin.fleet.pairing.attempts import Attempt
from twin.fleet.pairing.cad_joins import join_gas, join_hub, join_meter, list_cad, open_window
from twin.fleet.pairing.code_typing import code_in_form, code_length
from twin.fleet.population.identity import device_id
from twin.vocabulary import (
    DeviceStatus,
    DeviceType,
    LogAction,
    PairingChannel,
    PairingFault,
    Role,
    StatusReason,
)

FORM_TIME: Final = 60
"""Seconds to type a code, or to say it on the phone."""
_LETTER_LONGEST: Final = 15 * DAY
"""A letter that takes longer is written anew."""


def remote_journey(attempt: Attempt) -> Course:
    """Pairing through a DCC User, by one of the four channels of Annex C."""
    rules, rows = attempt.world.rules, attempt.world.pairing
    attempt.role = _role(attempt)
    channel = PairingChannel(rules.remote_channel_share.pick(attempt.chance("pairing.channel")))
    attempt.starts(channel=channel)
    mistaken = attempt.chance("cad.mistaken") < rows.wrong_address_share.of(channel)
    beginning = (ask, pass_code_on, pre_notify, update_log)
    if mistaken:
        _mistake(attempt)
        yield from attempt.in_parts((*beginning, miss_the_cad))
    else:
        yield from attempt.in_parts((*beginning, switch_on, join_meter, join_gas))


def ask(attempt: Attempt) -> Course:
    """The consumer reaches the DCC User: at once by web or app, in days by post."""
    yield _delay(attempt, 0)


def pass_code_on(attempt: Attempt) -> Course:
    """MAC address and install code are passed on; a pre-paired CAD needs neither."""
    attempt.code_length = code_length(attempt)
    if attempt.channel is PairingChannel.PRE_PAIRED:
        return

    def again(entry: int) -> float:
        if entry > 1 and attempt.channel is PairingChannel.POST:
            return _delay(attempt, entry)
        return FORM_TIME

    yield from code_in_form(attempt, again)


def pre_notify(attempt: Attempt) -> Course:
    """The CAD is announced to the inventory (12.2), where it is not known yet: Pending."""
    if attempt.cad_id in attempt.live.notified:
        return
    attempt.at_dcc(DevicePreNotified(attempt.cad_id, DeviceType.CAD, attempt.role))
    yield 1
    _status(attempt, DeviceStatus.PENDING, StatusReason.PRE_NOTIFIED)


def update_log(attempt: Attempt) -> Course:
    """Update HAN Device Log (8.11): the hub lists the CAD and lets it join for a while."""
    window = int(attempt.world.pairing.remote_window)
    hub = attempt.live.plan.device(DeviceType.CHF)
    attempt.at_dcc(
        DeviceLogUpdateRequested(
            hub.device_id,
            attempt.cad_id,
            DeviceType.CAD,
            LogAction.ADD,
            attempt.role,
            window,
            attempt.code_length,
        )
    )
    yield max(attempt.world.pairing.request_answer_time, 1)
    if list_cad(attempt):
        open_window(attempt, seconds=window)
        yield attempt.until_heard
        if attempt.live.notified[attempt.cad_id] is not DeviceStatus.WHITELISTED:
            _status(attempt, DeviceStatus.WHITELISTED, StatusReason.DEVICE_LOG_UPDATED)


def switch_on(attempt: Attempt) -> Course:
    """The consumer switches the CAD on; too late where the window is over (BR20)."""
    mean = attempt.world.pairing.switch_on_time * 60
    yield from join_hub(attempt, after=1 + waiting(attempt.chance("cad.switched-on"), mean=mean))


def miss_the_cad(attempt: Attempt) -> Course:
    """The log lists an address that nobody has: the window runs out on it."""
    yield from attempt.in_window(attempt.window, cause=PairingFault.WRONG_ADDRESS)


def _mistake(attempt: Attempt) -> None:
    role = f"not CAD {attempt.wish.number}"
    attempt.cad_id = attempt.shown = device_id(
        seed=attempt.world.seed, owner=attempt.live.premises_id, role=role
    )


def _role(attempt: Attempt) -> Role:
    """Who asks: a gas supplier only where there is gas."""
    rows = attempt.world.pairing
    role = Role(rows.remote_role_share.pick(attempt.chance("pairing.role")))
    no_gas = role is Role.GAS_SUPPLIER and not attempt.live.plan.dual_fuel
    return Role.IMPORT_SUPPLIER if no_gas else role


def _delay(attempt: Attempt, entry: int) -> float:
    hours = attempt.world.rules.remote_delay.of(attempt.channel)
    wait = waiting(attempt.chance("pairing.delay", entry), mean=hours) * 3600
    return min(1 + wait, _LETTER_LONGEST)


def _status(attempt: Attempt, status: DeviceStatus, reason: StatusReason) -> None:
    held = attempt.live.notified.get(attempt.cad_id)
    attempt.live.notified[attempt.cad_id] = status
    attempt.at_dcc(DeviceStatusChanged(attempt.cad_id, DeviceType.CAD, held, status, reason))
