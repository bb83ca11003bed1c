"""Ports on paper: a sender that answers as it is told, an audit that only remembers.

And a log for requests for information that decides as the real one does.
"""

from collections.abc import Callable
from datetime import date

from dashboards.ports import Access, NotAudited, NotSent
from twin.campaign.commands import Command
from twin.events.programme import CommandAnswered
from twin.rules.information import Decided, Inquiry, Requested, decide_inquiry

Answering = Callable[[Command], CommandAnswered | None]


def answer(command: Command, said: str, why: str, version: int) -> CommandAnswered:
    return CommandAnswered(
        command.campaign_id,
        command.command_id,
        command.command,
        command.actor,
        command.role,
        command.cause,
        said,  # type: ignore[arg-type]
        why,  # type: ignore[arg-type]
        version,
    )


class PaperSender:
    """Remembers the commands; `answers` says what comes of one, None for no answer in time."""

    def __init__(self, answers: Answering, *, obstacle: str | None = None) -> None:
        self.answers, self.hindered = answers, obstacle
        self.commands: list[Command] = []

    def obstacle(self) -> str | None:
        return self.hindered

    def send(self, command: Command) -> CommandAnswered | None:
        if self.hindered is not None:
            raise NotSent(f"{command.command} was not sent: {self.hindered}")
        self.commands.append(command)
        return self.answers(command)


class PaperInquiries:
    """Decides by the requests that it is given, as of a day; `decided` is what came of each."""

    def __init__(
        self, known: dict[str, Requested], *, on: date, obstacle: str | None = None
    ) -> None:
        self.known, self.on, self.hindered = known, on, obstacle
        self.decided: list[Decided] = []

    def obstacle(self) -> str | None:
        return self.hindered

    def put(self, inquiry: Inquiry) -> Decided:
        if self.hindered is not None:
            raise NotSent(f"nothing was put on the log: {self.hindered}")
        self.decided.append(decide_inquiry(inquiry, known=self.known, on=self.on))
        return self.decided[-1]


class PaperAudit:
    """Remembers the accesses, or refuses them all."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.accesses: list[Access] = []

    def note(self, access: Access) -> None:
        if self.refuses:
            raise NotAudited("the audit cannot be written (disk full)")
        self.accesses.append(access)


def accepted(command: Command) -> CommandAnswered:
    return answer(command, "ACCEPTED", "done", (command.expected_version or 0) + 2)
