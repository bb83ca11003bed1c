"""Which fact a message means, as far as the twin's facts can say it and enough is known."""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import msgspec

from twin.events.gbcs_payloads import device_logs, joins, plain, privacy_pins, sub_ghz
from twin.events.gbcs_payloads import firmware as firmware_payloads
from twin.events.messages import MessageReceived
from twin.events.registry import PremisesFact
from twin.ingest.gbcs.codes import code_text
from twin.ingest.gbcs.meaning import firmware, pairing, radio
from twin.ingest.gbcs.meaning.exchanged import exchanged, read_payload
from twin.ingest.gbcs.meaning.known import NOTHING, Known, device_of
from twin.ingest.gbcs.message import GbcsMessage

Means: TypeAlias = Callable[[GbcsMessage, Any, Known], PremisesFact | None]
"""Each takes the payloads that the table below gives it, so one type cannot name them."""

MEANINGS: Final[dict[type, Means]] = {
    device_logs.AddDevice: pairing.add_requested,
    device_logs.RemoveDevice: pairing.remove_requested,
    device_logs.ChfDeviceLogBackedUp: pairing.chf_log_changed,
    device_logs.GpfDeviceLogBackedUp: pairing.gpf_log_changed,
    joins.JoinDevice: pairing.join_requested,
    joins.JoinAnswered: pairing.join_ended,
    joins.UnjoinAnswered: pairing.unjoined,
    privacy_pins.PrivacyPinAnswered: pairing.pin_disabled,
    firmware_payloads.ActivateFirmware: firmware.activation_requested,
    firmware_payloads.ActivationAccepted: firmware.activation_accepted,
    firmware_payloads.ActivationEnded: firmware.activation_ended,
    firmware_payloads.FutureActivationEnded: firmware.activation_ended,
    firmware_payloads.FirmwareReceipt: firmware.receipt,
    firmware_payloads.FirmwareTransferEnded: firmware.transferred,
    firmware_payloads.FirmwareVersionAnswered: firmware.version_read,
    firmware_payloads.FirmwareVersionAlerted: firmware.version_alerted,
    sub_ghz.SubGhzConfigurationChanged: radio.configuration_changed,
    sub_ghz.DutyCycleAlerted: radio.duty_cycle,
    sub_ghz.ChannelChanged: radio.channel_changed,
    sub_ghz.MessageDiscarded: radio.message_discarded,
    sub_ghz.CapacityReached: radio.link_refused,
    plain.AlertRaised: radio.alert_raised,
    plain.Received: radio.alert_raised,
}


def facts_of(message: GbcsMessage, *, known: Known = NOTHING) -> tuple[PremisesFact, ...]:
    """The facts that a message means: always one at least.

    Where too little is known for a fact of its own, a command was asked and an answer tells how it
    ended. A fact that its own schema or a rule refuses is not told, such as one with a join window
    of two hours (BR20): then the message is told as received, like any that says none.
    """
    means = None if message.is_broken else MEANINGS.get(type(message.payload))
    fact = None if means is None else _legal(means, message, known)
    return (fact or _legal(exchanged, message, known) or received(message),)


def received(message: GbcsMessage) -> MessageReceived:
    """That the message came, with its code and length."""
    header = message.header
    return MessageReceived(
        device_id=device_of(header),
        kind=header.kind.value,
        message_code=code_text(header.message_code),
        length=message.length,
        closed=isinstance(message.payload, plain.Closed),
        alert_code=None if message.alert is None else code_text(message.alert.code),
        payload=read_payload(message),
    )


def _legal(means: Means, message: GbcsMessage, known: Known) -> PremisesFact | None:
    try:
        fact = means(message, message.payload, known)
        return None if fact is None else msgspec.convert(msgspec.to_builtins(fact), type(fact))
    except ValueError:  # a rule within a fact, or its schema (a ValidationError is one)
        return None
