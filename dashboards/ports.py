"""What the pages need from whoever serves them: a way to command, an audit, and who may what.

The page server sets them once with `install`; a page server that sets none only shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from twin.campaign.commands import Command
from twin.events.programme import CommandAnswered
from twin.rules.information import Decided, Inquiry


class Role(StrEnum):
    """What a viewer of the pages may do; somebody may have several."""

    PROGRAMME = "programme"
    OPERATIONS = "operations"
    PLANNING = "planning"


class NotSent(Exception):
    """A command did not reach the log; the sentence says why."""


class NotAudited(Exception):
    """An access could not be written down, so it must not be given; the sentence says why."""


class Sender(Protocol):
    """How a command gets to the campaigns."""

    def obstacle(self) -> str | None:
        """Why no command can be sent now, as a clause; None where one can."""
        ...

    def send(self, command: Command) -> CommandAnswered | None:
        """The answer; None where none came in time, and the command waits on the log.

        Raises:
            NotSent: the command is not on the log.
        """
        ...


class Inquiries(Protocol):
    """How requests for information and their answers get on the log."""

    def obstacle(self) -> str | None:
        """Why none can be put there now, as a clause; None where one can."""
        ...

    def put(self, inquiry: Inquiry) -> Decided:
        """What came of it; only an accepted one is on the log.

        Raises:
            NotSent: it is not on the log.
        """
        ...


@dataclass(frozen=True, slots=True)
class Access:
    """One look at personal data or one command: who, what, of which, when, with what end.

    `who` is a pseudonym of the viewer and `what` a word of ours; neither holds a name.
    """

    at: datetime
    who: str
    what: str
    of: str
    end: str = "shown"


class Audit(Protocol):
    """Where accesses are written down for good."""

    def note(self, access: Access) -> None:
        """Write one access down, durably.

        Raises:
            NotAudited: it could not be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class Roles:
    """Which roles a viewer has: the values of a claim of the identity provider, by our roles."""

    claim: str = "roles"
    values: Mapping[Role, frozenset[str]] = field(default_factory=dict)


class _NoSender:
    def obstacle(self) -> str | None:
        return "these pages were started without a log to send to"

    def send(self, command: Command) -> CommandAnswered | None:
        raise NotSent(f"{command.command} was not sent: {self.obstacle()}")


class _NoInquiries:
    def obstacle(self) -> str | None:
        return "these pages were started without a log to write to"

    def put(self, inquiry: Inquiry) -> Decided:
        raise NotSent(f"nothing was put on the log: {self.obstacle()}")


class _NoAudit:
    def note(self, access: Access) -> None:
        raise NotAudited("these pages were started without an audit")


@dataclass(slots=True)
class Ports:
    """What is installed; `roles` None: nobody logs in, and everybody on this machine may all."""

    sender: Sender = field(default_factory=_NoSender)
    audit: Audit = field(default_factory=_NoAudit)
    inquiries: Inquiries = field(default_factory=_NoInquiries)
    roles: Roles | None = None


PORTS: Final = Ports()
"""The ports of this process; all viewers share them."""


def install(
    *, sender: Sender, audit: Audit, roles: Roles | None, inquiries: Inquiries | None = None
) -> None:
    """Set the ports, before the first page is shown."""
    PORTS.sender, PORTS.audit, PORTS.roles = sender, audit, roles
    PORTS.inquiries = _NoInquiries() if inquiries is None else inquiries
