"""All built documents of every kind that is read."""

from tests.ingest.duis.duis_alerts import ALERTS
from tests.ingest.duis.duis_messages import MESSAGES
from tests.ingest.duis.duis_requests import REQUESTS
from tests.ingest.duis.duis_responses import RESPONSES

DOCUMENTS = {
    f"{kind} {name}": octets
    for kind, table in (
        ("request", REQUESTS),
        ("response", RESPONSES),
        ("alert", ALERTS),
        ("mmc", MESSAGES),
    )
    for name, (octets, _) in table.items()
}
"""All of them, by kind and name."""
