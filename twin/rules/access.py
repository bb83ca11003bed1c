"""Who may do what: roles and service requests, and the rights of Type 2 devices (section 2)."""

from enum import StrEnum
from typing import Final

from twin.rules.marks import rule
from twin.rules.refusal import Answer, unless
from twin.vocabulary import DeviceType, Role
from twin.vocabulary.join_methods import TYPE_2
from twin.vocabulary.service_requests import SERVICE_REQUESTS, may_send

_RULE_OF: Final = {
    "3.5": "BR10",
    "8.7.2": "BR06",
    "8.8.2": "BR06",
    "8.9": "BR06",
    "8.11": "BR06",
    "11.1": "BR28",
    "11.2": "BR35",
    "6.28": "BR17",
    "6.29": "BR19",
}
"""The rule that a refusal names; of other requests it is BR27."""


class Access(StrEnum):
    """What a device wants of a meter over the home area network."""

    READ = "read"
    COMMAND = "command"


@rule("BR06", "BR10", "BR27")
def check_request(*, role: Role, reference: str) -> Answer:
    """Whether a role may send a service request, by the request matrix; refused by name.

    Raises:
        KeyError: no service request has this reference.
    """
    name = SERVICE_REQUESTS[reference].name
    return unless(
        broken=not may_send(role=role, reference=reference),
        rule=_RULE_OF.get(reference, "BR27"),
        why=f"role {role.value} may not send {reference} {name}",
    )


@rule("BR27")
def is_critical(*, reference: str) -> bool:
    """Whether a service request is critical, so that only a supplier may send it.

    Raises:
        KeyError: no service request has this reference.
    """
    return SERVICE_REQUESTS[reference].critical


@rule("BR06")
def needs_dcc_user(*, reference: str | None) -> bool:
    """Whether a step of pairing needs a DCC User: those without a service request need none.

    Local pairing (Annex D) sends none; remote pairing sends 8.11 and 8.7.2 (Annex C).
    """
    return reference is not None


@rule("BR07")
def check_access(*, device_type: DeviceType, wanted: Access) -> Answer:
    """A CAD or IHD reads and does nothing else, however it was paired (paragraph 24)."""
    return unless(
        broken=device_type in TYPE_2 and wanted is not Access.READ,
        rule="BR07",
        why=f"a {device_type.value} has read access only",
    )
