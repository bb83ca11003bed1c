"""Codes of real messages with the names that they have: use cases, alerts, service requests."""

from twin.ingest.gbcs.codes import alert_name, message_name
from twin.vocabulary.service_requests import SERVICE_REQUESTS


def message(code: str) -> str:
    """A GBCS message code or a service reference, with its name where a list has one."""
    if code.startswith("0x"):
        return f"{code} {message_name(int(code, 16))}".strip()
    asked = SERVICE_REQUESTS.get(code)
    return code if asked is None else f"{code} {asked.name}"


def alert(code: str) -> str:
    """A GBCS alert code with its name; an alert of the DCC has none here."""
    return f"{code} {alert_name(int(code, 16))}".strip() if code.startswith("0x") else code
