"""Commands on their way to a campaign: made, sent, and answered in one sentence."""

from datetime import UTC, datetime
from uuid import uuid4

import msgspec

from infra.commands.answers import sentence
from infra.commands.speak import say, say_json
from infra.commands.towards import settings_of
from infra.refusals import CommandRefused
from streams.commanding import ANSWERED_WITHIN_S, ask
from twin.campaign.commands import ROLES, Command, decode_command, encode_command
from twin.events.programme import CommandAnswered, CommandName
from twin.vocabulary import CommandCause, OperatorRole


def command_of(
    name: CommandName, campaign_id: str, actor: str, cause: CommandCause, command_id: str | None
) -> Command:
    """A command that is given now, in the role that it needs."""
    return Command(
        command_id=command_id or str(uuid4()),
        campaign_id=campaign_id,
        command=name,
        actor=actor,
        role=ROLES.get(name, OperatorRole.OPERATOR),
        issued_at=datetime.now(UTC),
        cause=cause,
    )


def send(command: Command, home: str | None, broker: str, *, as_json: bool) -> None:
    """Send a command, await its answer, and say that.

    Raises:
        CommandRefused: it was refused or conflicts, or no answer came; the sentence says which.
    """
    answer = answer_to(command, home, broker)
    if as_json:
        say_json(answer)
        return
    say(sentence(command, answer))


def answer_to(command: Command, home: str | None, broker: str) -> CommandAnswered:
    """Send a command and await its answer, which says that it is done or was so already.

    Raises:
        CommandRefused: it was refused or conflicts, or no answer came; the sentence says which.
    """
    _check(command)
    settings = settings_of(home, broker)
    answer = ask(command, bootstrap=settings.broker, security=settings.client_security)
    if answer is None:
        raise CommandRefused(
            f"{command.campaign_id} {command.command}: no answer within {ANSWERED_WITHIN_S:g} s; "
            f"is a worker running? The command waits on the log as {command.command_id}"
        )
    if answer.answer in ("CONFLICT", "REFUSED"):
        raise CommandRefused(sentence(command, answer))
    return answer


def _check(command: Command) -> None:
    """What could not be read on the other side is refused here, where somebody hears it."""
    try:
        decode_command(encode_command(command))
    except msgspec.ValidationError as error:
        raise CommandRefused(f"{command.command}: {error}") from None
