"""The pages' way to command: the command topic of the twin's log, where a Kafka answers."""

import socket
from collections.abc import Mapping

from kafka.errors import KafkaError

from dashboards.ports import NotSent
from streams.commanding import ask
from twin.campaign.commands import Command
from twin.events.programme import CommandAnswered

KNOCKS_S = 0.5


class LogSender:
    """Sends commands to a log and awaits their answers there."""

    def __init__(self, bootstrap: str, *, security: Mapping[str, object]) -> None:
        """A sender to the Kafka at `bootstrap`; nothing is sent or asked yet."""
        self._bootstrap = bootstrap
        self._security = security

    def obstacle(self) -> str | None:
        """Why no command can be sent now, as a clause; None where a Kafka listens."""
        if any(_listens(address.strip()) for address in self._bootstrap.split(",")):
            return None
        return f"no Kafka answers at {self._bootstrap}, so no worker hears them; start the twin"

    def send(self, command: Command) -> CommandAnswered | None:
        """The answer of the campaign; None where none came within the time that `ask` waits.

        Raises:
            NotSent: no Kafka took the command.
        """
        obstacle = self.obstacle()
        try:
            if obstacle is None:
                return ask(command, bootstrap=self._bootstrap, security=self._security)
        except KafkaError as error:
            obstacle = f"the log did not take it ({type(error).__name__})"
        raise NotSent(f"{command.campaign_id} {command.command} was not sent: {obstacle}")


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=KNOCKS_S):
            return True
    except (OSError, ValueError, OverflowError):
        return False
