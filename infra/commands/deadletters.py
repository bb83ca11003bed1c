"""`twin dead-letters`: list and show refused records, and drain the premises that they park."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated, Literal

import typer
from kafka import KafkaProducer

from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.commands.towards import settings_of
from infra.refusals import NotFound
from streams import dead_letters
from streams.dead_letters import Letter
from streams.settings import Settings

app = typer.Typer(no_args_is_help=True)
Broker = Annotated[str, typer.Option(help="local, or HOST:PORT of a Kafka.")]
Place = Annotated[str, typer.Argument(metavar="PARTITION/OFFSET", help="The record's place.")]


@app.command("list")
def listing(broker: Broker = "local", home: HomeFolder = None, as_json: Json = False) -> None:
    """List the dead letters of the running twin's log, with cause and coordinates."""
    settings = settings_of(home, broker)
    letters = dead_letters.read(settings.broker, security=settings.client_security)
    if as_json:
        say_json(letters)
        return
    for letter in letters:
        word = "resolved" if letter.resolved else "parks" if letter.parks else "counted"
        say(f"{letter.place}  {letter.letter.premises_id}  {letter.letter.cause}  {word}")
    say(f"{len(letters)} dead letters, {sum(not found.resolved for found in letters)} open")


@app.command("show")
def show(
    place: Place, broker: Broker = "local", home: HomeFolder = None, as_json: Json = False
) -> None:
    """Show one dead letter; never the record's own bytes."""
    found = _find(settings_of(home, broker), place)
    if as_json:
        say_json(found)
        return
    letter = found.letter
    say(f"{found.place} of {letter.topic}, epoch {letter.epoch}, {letter.size} bytes")
    say(f"premises {letter.premises_id}: {letter.cause}, {letter.why}")
    say(f"refused by version {letter.code_version}; resolved: {found.resolved}")


@app.command("drain")
def drain(
    place: Place,
    skip: Annotated[
        bool, typer.Option("--skip", help="Leave the record out instead of trying it again.")
    ] = False,
    actor: Annotated[str, typer.Option(help="Role of who decides.")] = "operator",
    broker: Broker = "local",
    home: HomeFolder = None,
) -> None:
    """Resolve a parked premises: try its record again (or skip it), then its queue in order."""
    settings = settings_of(home, broker)
    found = _find(settings, place)
    if not found.parks:
        raise NotFound(f"{place} parks no premises: it names none, so nothing queues behind it")
    resolution: Literal["retried", "skipped"] = "skipped" if skip else "retried"
    with closing(
        KafkaProducer(bootstrap_servers=settings.broker, acks="all", **settings.client_security)
    ) as producer:
        dead_letters.resolve(
            producer, found.letter, resolution=resolution, actor=actor, now=datetime.now(UTC)
        )
    say(f"{found.letter.premises_id}: {resolution}; its queue is drained in order")


def _find(settings: Settings, place: str) -> Letter:
    for letter in dead_letters.read(settings.broker, security=settings.client_security):
        if letter.place == place:
            return letter
    raise NotFound(f"no dead letter stands at {place}; `twin dead-letters list` names them")
