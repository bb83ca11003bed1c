"""`twin evidence request`, `answer` and `requests`: what SEC parties are asked for (F1.6)."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

import msgspec
import typer

from infra.commands.as_of import KnownAt
from infra.commands.folders import lake_of
from infra.commands.known import basis_at, files_of
from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.commands.towards import settings_of
from infra.pages.inquiries import alone
from infra.refusals import CommandRefused
from streams.inquiring import inquire
from twin.evidence.review.ground import programme_facts, span_of
from twin.evidence.review.requests import Standing, stands
from twin.rules.information import Ask, Inquiry, Provide, requests_in
from twin.vocabulary import InformationSubject

Broker = Annotated[str, typer.Option(help="local, or HOST:PORT of a Kafka.")]


def request(
    party: Annotated[str, typer.Option(help="Who is asked, such as S01.")],
    subject: Annotated[InformationSubject, typer.Option(help="What for.")],
    due: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day to answer.")],
    request_id: Annotated[
        str | None, typer.Option("--id", help="Sent again with its id, it changes nothing.")
    ] = None,
    broker: Broker = "local",
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Ask a SEC party for information; the request goes on the log of the running twin."""
    known_by = request_id or str(uuid4())
    ask = Ask(request_id=known_by, party=party, subject=subject, due=due.date())
    _put(ask, home, broker, as_json=as_json)


def answer(
    request_id: Annotated[str, typer.Argument(metavar="REQUEST", help="Id of the request.")],
    broker: Broker = "local",
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Note that a party has answered a request; late is after its due day."""
    _put(Provide(request_id=request_id), home, broker, as_json=as_json)


def requests(known: KnownAt = None, home: HomeFolder = None, as_json: Json = False) -> None:
    """List every request for information: asked, due, answered, and how that stands."""
    lake = lake_of(home)
    basis = basis_at(home, lake, known)
    files = files_of(lake, basis)
    span = span_of(files, basis.positions)
    on = datetime.now(UTC).date() if span is None else span[1].date()
    found = requests_in(programme_facts(files, basis.positions))
    told = {name: stands(one, known_on=on) for name, one in found.items()}
    if as_json:
        say_json({name: msgspec.to_builtins(one) for name, one in told.items()})
        return
    for name, one in told.items():
        say(f"{name}  {one.party}  {one.subject}  due {one.due}  {one.standing}")
    waiting = sum(one.answered is None for one in told.values())
    late = sum(one.standing in (Standing.LATE, Standing.UNANSWERED) for one in told.values())
    say(f"{len(told)} requests, {waiting} without an answer, {late} late or overdue on {on}")


def _put(inquiry: Inquiry, home: str | None, broker: str, *, as_json: bool) -> None:
    """Decide by the log and say it.

    Raises:
        CommandRefused: it was refused or conflicts; the sentence says why.
    """
    try:
        msgspec.convert(msgspec.to_builtins(inquiry), type(inquiry))
    except msgspec.ValidationError as error:
        raise typer.BadParameter(str(error)) from error
    settings = settings_of(home, broker)
    with alone(settings.home):
        found = inquire(inquiry, bootstrap=settings.broker, security=settings.client_security)
    if found.answer in ("CONFLICT", "REFUSED"):
        raise CommandRefused(f"{inquiry.request_id}: {found.answer.lower()}, {found.why}")
    if as_json:
        say_json({"request_id": inquiry.request_id, "answer": found.answer, "why": found.why})
        return
    say(f"{inquiry.request_id}: {found.answer.lower()}, {found.why}")
