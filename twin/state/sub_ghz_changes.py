"""How the 868 MHz air of a premises changes: duty cycle, scans, channel, settings (BR17-BR19)."""

from typing import Final, assert_never

from msgspec.structs import replace

from twin.events import sub_ghz
from twin.events.envelope import Event
from twin.events.registry import SubGhzFact
from twin.state.changes import latest, stamp_of
from twin.state.devices import Stamp
from twin.state.premises import Channel, DutyCycle, Premises, Radio, SubGhzSettings

CHANNEL_CHANGES_KEPT: Final = 16
"""Moments of channel changes that are remembered: more than two weeks of the most allowed (7)."""


def sub_ghz_changed(premises: Premises, event: Event, fact: SubGhzFact) -> Premises:
    """The premises after a fact about its shared 868 MHz air."""
    radio = premises.radio
    match fact:
        case sub_ghz.DutyCycleStateChanged():
            radio = _duty_cycle(radio, stamp_of(event), fact)
        case sub_ghz.DutyCycleAlerted():
            told = DutyCycle(stamp_of(event), fact.to_state, None, fact.suspended_device_id)
            radio = replace(radio, duty_cycle=latest(radio.duty_cycle, told))
        case sub_ghz.ChannelScanAssessed():
            answer = fact.answer.value
            radio = replace(radio, scans={**radio.scans, answer: radio.scans.get(answer, 0) + 1})
        case sub_ghz.SubGhzChannelChanged():
            moments = sorted((*radio.channel_changes, event.occurred_at))
            found = Channel(stamp_of(event), fact.page, fact.channel)
            radio = replace(
                radio,
                channel=latest(radio.channel, found),
                channel_changes=tuple(moments[-CHANNEL_CHANGES_KEPT:]),
            )
        case sub_ghz.MessageDiscarded():
            radio = replace(radio, discarded=radio.discarded + 1)
        case sub_ghz.SubGhzConfigurationChanged():
            radio = _configured(radio, stamp_of(event), fact)
        case _:
            assert_never(fact)
    return replace(premises, radio=radio)


def _duty_cycle(radio: Radio, stamp: Stamp, fact: sub_ghz.DutyCycleStateChanged) -> Radio:
    found = DutyCycle(
        stamp,
        fact.to_state,
        fact.duty_percent,
        fact.suspended_device_id,
        fact.suspend_minutes,
    )
    return replace(radio, duty_cycle=latest(radio.duty_cycle, found))


def _configured(radio: Radio, stamp: Stamp, fact: sub_ghz.SubGhzConfigurationChanged) -> Radio:
    found = SubGhzSettings(
        stamp,
        fact.normal_limited_percent,
        fact.limited_critical_percent,
        fact.channel_changes_per_week_max,
    )
    return replace(radio, settings=latest(radio.settings, found))
