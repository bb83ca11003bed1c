"""Service requests of this domain: who may send which, and which are critical (request matrix)."""

from typing import Final

from msgspec import Struct

from twin.vocabulary.devices import DeviceType
from twin.vocabulary.programme import Role

_IS, _GS, _OU = Role.IMPORT_SUPPLIER, Role.GAS_SUPPLIER, Role.OTHER_USER
_RSA = Role.REGISTERED_SUPPLIER_AGENT
_SUPPLIERS: Final = frozenset({_IS, _GS})
_SUPPLIERS_AND_AGENT: Final = frozenset({_IS, _GS, _RSA})
_SUPPLIERS_AND_OTHERS: Final = frozenset({_IS, _GS, _OU})
_ALL: Final = frozenset(Role)


class ServiceRequest(Struct, frozen=True):
    """One service request variant: its reference, name, allowed roles, and whether critical."""

    reference: str
    name: str
    roles: frozenset[Role]
    critical: bool = False


SERVICE_REQUESTS: Final = {
    request.reference: request
    for request in (
        ServiceRequest("3.5", "Disable Privacy PIN", _SUPPLIERS),
        ServiceRequest("6.28", "Set CHF Sub GHz Configuration", _SUPPLIERS),
        ServiceRequest("6.29", "Request CHF Sub GHz Channel Scan", _SUPPLIERS),
        ServiceRequest("6.30", "Read CHF Sub GHz Configuration", _SUPPLIERS_AND_AGENT),
        ServiceRequest("6.31", "Read CHF Sub GHz Channel", _SUPPLIERS_AND_AGENT),
        ServiceRequest("6.32", "Read CHF Sub GHz Channel Log", _SUPPLIERS_AND_AGENT),
        ServiceRequest("8.1.1", "Commission Device", _SUPPLIERS, critical=True),
        ServiceRequest("8.4", "Update Inventory", _ALL),
        ServiceRequest("8.7.1", "Join Service (Critical)", _SUPPLIERS, critical=True),
        ServiceRequest("8.7.2", "Join Service (Non-Critical)", _SUPPLIERS_AND_OTHERS),
        ServiceRequest("8.8.2", "Unjoin Service (Non-Critical)", _SUPPLIERS_AND_OTHERS),
        ServiceRequest("8.9", "Read Device Log", _SUPPLIERS_AND_OTHERS),
        ServiceRequest("8.11", "Update HAN Device Log", _SUPPLIERS_AND_OTHERS),
        ServiceRequest("8.12.1", "Restore HAN Device Log", _SUPPLIERS),
        ServiceRequest("8.12.2", "Restore Gas Proxy Function Device Log", _SUPPLIERS),
        ServiceRequest("8.14.1", "Hub Status Update - Install Success", _SUPPLIERS),
        ServiceRequest("8.14.2", "Hub Status Update - Install No SM WAN", _SUPPLIERS),
        ServiceRequest("8.14.3", "Hub Status Update - Fault Return", _SUPPLIERS),
        ServiceRequest("8.14.4", "Hub Status Update - No Fault Return", _SUPPLIERS),
        ServiceRequest("11.1", "Update Firmware", _SUPPLIERS),
        ServiceRequest("11.2", "Read Firmware Version", _ALL),
        ServiceRequest("11.3", "Activate Firmware", _SUPPLIERS, critical=True),
        ServiceRequest("11.4", "Update PPMID Firmware", _SUPPLIERS),
        ServiceRequest("12.2", "Device Pre-notification", _ALL),
    )
}

SUPPLIER_OF: Final = {
    DeviceType.ESME: Role.IMPORT_SUPPLIER,
    DeviceType.GSME: Role.GAS_SUPPLIER,
}
"""Whose request it is, where only the supplier of a meter may send it (request matrix)."""


def may_send(*, role: Role, reference: str) -> bool:
    """Whether a role may send a service request; an unknown reference raises KeyError."""
    return role in SERVICE_REQUESTS[reference].roles
