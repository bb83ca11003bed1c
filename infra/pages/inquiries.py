"""The pages' way to ask SEC parties and note their answers: the programme's log, one at a time."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from kafka.errors import KafkaError

from dashboards.ports import NotSent
from infra.pages.sending import LogSender
from streams.inquiring import inquire
from twin.lake import durable
from twin.rules.information import Decided, Inquiry


def alone(home: Path) -> AbstractContextManager[None]:
    """While nobody else of this home writes words of people on the programme's log."""
    return durable.alone(home / "run" / "programme.lock")


class LogInquiries:
    """Decides inquiries by a log and puts their facts there."""

    def __init__(self, home: Path, bootstrap: str, *, security: Mapping[str, object]) -> None:
        """For the Kafka at `bootstrap`; nothing is asked of it yet."""
        self._home, self._bootstrap, self._security = home, bootstrap, security

    def obstacle(self) -> str | None:
        """Why nothing can be asked now, as a clause; None where a Kafka listens."""
        return LogSender(self._bootstrap, security=self._security).obstacle()

    def put(self, inquiry: Inquiry) -> Decided:
        """What came of an inquiry; an accepted one is on the log.

        Raises:
            NotSent: the log could not be read or did not take it.
        """
        obstacle = self.obstacle()
        try:
            if obstacle is None:
                with alone(self._home):
                    return inquire(inquiry, bootstrap=self._bootstrap, security=self._security)
        except KafkaError as error:
            obstacle = f"the log did not take it ({type(error).__name__})"
        except OSError as error:
            obstacle = f"the lock of the programme's log cannot be had ({error.strerror})"
        raise NotSent(f"nothing was put on the log: {obstacle}")
