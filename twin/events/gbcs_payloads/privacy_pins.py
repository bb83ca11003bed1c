"""What messages say of the Privacy PIN: that it is disabled, never its value (BR10)."""

from msgspec import Struct


class DisablePrivacyPin(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """ECS14 or GCS11 tells a meter to ask for no Privacy PIN any more."""


class PrivacyPinAnswered(Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """A meter's answer to it: result 0 is success (DLMS or ZigBee status)."""

    result: int
