"""Reading that the Privacy PIN is disabled: ECS14 and GCS11, whose values are never taken up."""

from typing import Final

from twin.events.gbcs_payloads.privacy_pins import DisablePrivacyPin, PrivacyPinAnswered
from twin.ingest.gbcs.access import AccessKind, answered_in, asked_in
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.refusals import OtherShape
from twin.ingest.gbcs.zcl import DEFAULT_RESPONSE, Component, components_in

DISABLE_PIN: Final = bytes.fromhex("00005E2C0301")
"""The object that disables the PIN of an electricity meter (0-0:94.44.3.1)."""
DEVICE_MANAGEMENT: Final = 0x0708
_NEW_PASSWORD: Final = 0x02
"""The cluster's command that hands over another password, here none."""


def disable(payload: Octets) -> DisablePrivacyPin:
    """ECS14: the object is set."""
    asked = asked_in(payload)
    if [(part.kind, part.instance) for part in asked] != [(AccessKind.SET, DISABLE_PIN)]:
        raise OtherShape
    return DisablePrivacyPin()


def answered(payload: Octets) -> PrivacyPinAnswered:
    """The answer to ECS14."""
    parts = answered_in(payload)
    if [part.kind for part in parts] != [AccessKind.SET]:
        raise OtherShape
    return PrivacyPinAnswered(parts[0].result)


def gas_disable(payload: Octets) -> DisablePrivacyPin:
    """GCS11: the command of the device management cluster."""
    component = _component(payload)
    if not component.own or component.command != _NEW_PASSWORD:
        raise OtherShape
    return DisablePrivacyPin()


def gas_answered(payload: Octets) -> PrivacyPinAnswered:
    """The answer to GCS11: ZigBee's default response with the command and a status."""
    component = _component(payload)
    if component.own or component.command != DEFAULT_RESPONSE or component.content is None:
        raise OtherShape
    if component.content.octet() != _NEW_PASSWORD:
        raise OtherShape
    status = component.content.octet()
    component.content.expect_end("the status")
    return PrivacyPinAnswered(status)


def _component(payload: Octets) -> Component:
    components = components_in(payload)
    if len(components) != 1 or components[0].cluster != DEVICE_MANAGEMENT:
        raise OtherShape
    return components[0]
