"""One message of each payload that is read, and what reading it must give."""

from tests.ingest.gbcs.gbcs_alerts import ALERTS
from tests.ingest.gbcs.gbcs_commands import COMMANDS
from tests.ingest.gbcs.gbcs_responses import RESPONSES

EVERY = {
    f"{name}, {kind}": made
    for kind, table in (("command", COMMANDS), ("response", RESPONSES), ("alert", ALERTS))
    for name, made in table.items()
}
