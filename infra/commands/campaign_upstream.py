"""`twin campaign upstream`: the desk's word that a region's way to the devices is down, or up."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID, uuid5

import typer
from msgspec.structs import replace

from infra.commands.answers import sentence
from infra.commands.campaign_sending import answer_to, command_of
from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.commands.towards import settings_of
from infra.refusals import CommandRefused, NotFound
from streams.programme_log import look
from twin.campaign.commands import ACTORS, Command
from twin.campaign.transitions import TERMINAL
from twin.events.programme import CommandAnswered
from twin.vocabulary import CommandCause, CspRegion, OperatorRole


class Said(StrEnum):
    """What is said of a region."""

    DOWN = "down"
    UP = "up"


def upstream(
    region: Annotated[CspRegion, typer.Option(help="The communications region that is meant.")],
    state: Annotated[Said, typer.Option(help="Out of order, or in order again.")],
    campaign_id: Annotated[
        str | None,
        typer.Argument(metavar="[CAMPAIGN]", help="Such as LCP-HUBS; all that are not over else."),
    ] = None,
    actor: Annotated[
        str, typer.Option(help="Whose name the journal shows: a role, no person.")
    ] = ACTORS[OperatorRole.OPERATOR],
    cause: Annotated[CommandCause, typer.Option(help="Why.")] = CommandCause.INCIDENT,
    command_id: Annotated[
        UUID | None, typer.Option(help="A UUID of yours: sent twice, it is answered once.")
    ] = None,
    broker: Annotated[str, typer.Option(help="local, or HOST:PORT of a Kafka.")] = "local",
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Hold what would be asked in a region that is down; it goes on by itself when that is up."""
    refused: list[str] = []
    answers: list[tuple[Command, CommandAnswered]] = []
    for name in _meant(campaign_id, home, broker):
        own = None if command_id is None else str(uuid5(command_id, name))
        command = command_of("upstream", name, actor, cause, own)
        command = replace(command, region=region, is_up=state is Said.UP)
        try:
            answers.append((command, answer_to(command, home, broker)))
        except CommandRefused as error:  # the others are told all the same
            refused.append(str(error))
    if as_json:
        say_json([answer for _, answer in answers])
    else:
        for command, answer in answers:
            say(sentence(command, answer))
    if refused:
        raise CommandRefused("; ".join(refused))


def _meant(campaign_id: str | None, home: str | None, broker: str) -> list[str]:
    """The campaign that was named, or all that are not over."""
    if campaign_id is not None:
        return [campaign_id]
    settings = settings_of(home, broker)
    known = look(settings.broker, settings.client_security).campaigns
    found = sorted(name for name, one in known.items() if one.state not in TERMINAL)
    if not found:
        raise NotFound("no campaign is under way or to come, so that nobody has to be told")
    return found
