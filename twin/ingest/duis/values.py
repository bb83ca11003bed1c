"""Types of the values that documents hold: codes, ids, lengths; none has room for a secret."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from twin.ids import Eui64, Sha256

COUNTER_MAX: Final = 2**64 - 1
IMAGE_MAX: Final = 10_240_000
"""Octets of a firmware image (BR28)."""
DEVICES_MAX: Final = 50_000
"""Devices in a list: 24 characters each in at most 1,199,999 (BR28)."""

Moment = Annotated[datetime, Meta(tz=True)]
AlertCode = Annotated[str, Meta(pattern=r"^0x[0-9A-F]{4}$(?!\n)")]
DccAlertCode = Annotated[str, Meta(pattern=r"^(AD1|N[0-9]{1,3})$(?!\n)")]
ResponseCode = Annotated[str, Meta(pattern=r"^[IEW][0-9]{1,6}$(?!\n)")]
"""I0 done, I99 acknowledged, W warnings, E errors; six digits name the service request."""
Variant = Annotated[str, Meta(pattern=r"^[1-9][0-9]?\.[1-9][0-9]?(\.[1-9][0-9]?)?$(?!\n)")]
"""A service reference or its variant, 8.11 or 8.7.2."""
SchemaVersion = Annotated[str, Meta(pattern=r"^[0-9]\.[0-9]{1,2}$(?!\n)")]
ElementName = Annotated[str, Meta(pattern=r"^[A-Z][A-Za-z]*1?[A-Za-z]+$(?!\n)")]
"""The name of an element of the schema; a name that only a document has never comes here."""
Specification = Annotated[str, Meta(pattern=r"^(SMETS|CHTS) V[0-9]\.[0-9]{1,2}$(?!\n)")]
EsmeVariant = Annotated[str, Meta(pattern=r"^[ABC]?D?E?F?G?$(?!\n)", min_length=1)]


class FaultFound(StrEnum):
    """When a hub's fault was found (8.14.3)."""

    BEFORE_INSTALLATION = "before_installation"
    AFTER_INSTALLATION = "after_installation"


class HubFault(StrEnum):
    """What is wrong with a hub (8.14.3)."""

    DAMAGED_CASE = "damaged_case"
    DAMAGED_CONNECTOR = "damaged_connector"
    INTERFERENCE = "illegal_interference_or_missing_seals"
    ENVIRONMENT = "environmental_conditions_exceeded"
    SM_WAN = "sm_wan"
    HAN_INTERFACE = "han_interface"
    LED = "led"
    AERIAL = "aerial"
    MANUFACTURING_DEFECT = "manufacturing_defect"


class HubReturn(StrEnum):
    """Why a hub goes back without a fault (8.14.4)."""

    GENERAL = "general"
    NON_DOMESTIC_OPT_OUT = "non_domestic_opt_out"
    HAN_VARIANT = "dual_supplier_han_variant_replacement"
    SM_WAN_VARIANT = "sm_wan_variant_replacement"
    LOST_OR_STOLEN = "lost_or_stolen"


class CplStatus(StrEnum):
    """What the inventory says of a firmware version, on the products list and on a device."""

    ACTIVE = "Active"
    CANCELLED = "Cancelled"
    EXPIRED = "Expired"
    WITHDRAWN = "Withdrawn"


class Form(Struct, frozen=True, forbid_unknown_fields=True, tag=True):
    """Anything that an element may be; as JSON it says which, so that it can be read back."""


class RequestId(Struct, frozen=True, order=True):
    """Who asked, who was asked, and the originator's counter: `EUI:EUI:counter`."""

    originator: Eui64
    target: Eui64
    counter: int

    @property
    def text(self) -> str:
        """As DUIS writes it."""
        return f"{self.originator}:{self.target}:{self.counter}"


class FirmwareImage(Struct, frozen=True):
    """What goes on of a firmware image: its octets counted, and the SHA-256 of all of them.

    That is the image with the header and signatures around it; the hash on a products list is
    the manufacturer's, of the part inside.
    """

    octets: int
    sha256: Sha256


class GbcsPayload(Struct, frozen=True):
    """An embedded GBCS message, for its own decoder; printed, it shows its length only.

    `octets` is empty and `withheld` true where a command may hold an install code or a number
    that names a consumer: then only its length goes on (BR03).
    """

    length: int
    octets: bytes = b""
    withheld: bool = False

    def __repr__(self) -> str:
        """Length only: what the octets say is for the decoder of GBCS."""
        return f"GbcsPayload(length={self.length}, withheld={self.withheld})"


class Nothing(Form, frozen=True):
    """An element without content, that stands for itself."""
