"""`twin premises`: one premises, as it was on a date, and its history."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
import typer

from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.commands.towards import home_folder
from infra.refusals import NotFound
from streams.archiver import open_lake
from twin.events.codec import decode
from twin.events.envelope import Event
from twin.events.registry import short_name
from twin.lake import read
from twin.state.entry import Record
from twin.state.premises import is_capable
from twin.state.replay import replay

app = typer.Typer(help="One premises.", no_args_is_help=True)
PremisesArgument = Annotated[str, typer.Argument(metavar="ID", help="Premises id, P and 16 hex.")]


@app.command("show")
def show(
    premises_id: PremisesArgument,
    valid: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"], help="As it was then (UTC)."),
    ] = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Show the state of a premises, as the lake has it."""
    records = _records(premises_id, home)
    if valid is not None:
        records = [r for r in records if _happened(r) <= valid.replace(tzinfo=UTC)]
    entries = list(replay(records).values())
    if not entries:
        raise NotFound(f"premises {premises_id} had no event by then")
    premises = entries[0].premises
    found: dict[str, Any] = {
        "capable": is_capable(premises),
        "believed_capable": is_capable(premises, believed=True),
        "parked": entries[0].parked is not None,
        "state": _named(premises),
    }
    if as_json:
        say_json(found)
    else:
        say(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


@app.command("history")
def history(premises_id: PremisesArgument, home: HomeFolder = None, as_json: Json = False) -> None:
    """List the events of a premises in log order."""
    rows = [_row(record) for record in _records(premises_id, home)]
    if as_json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['occurred_at']}  {row['partition']}/{row['offset']}  {row['event']}")


def _records(premises_id: str, home: str | None) -> list[Record]:
    path = home_folder(home)
    if not (path / "lake" / "events").exists():
        raise NotFound(f"there is no lake in {path} yet: `twin run` makes one")
    found = list(read.records(open_lake(path).files(), key=premises_id))
    if not found:
        raise NotFound(f"premises {premises_id} is not in the lake")
    return found


def _happened(record: Record) -> datetime:
    event = decode(key=record.key, value=record.value)
    return event.occurred_at if isinstance(event, Event) else datetime.min.replace(tzinfo=UTC)


def _row(record: Record) -> dict[str, Any]:
    event = decode(key=record.key, value=record.value)
    place = {"partition": record.partition, "offset": record.offset}
    if not isinstance(event, Event):
        return {"occurred_at": "", "event": f"refused: {event.cause}", **place}
    return {
        "occurred_at": event.occurred_at.isoformat(),
        "event": short_name(event.fact.TYPE),
        "source": event.source,
        "sequence": event.sequence,
        "data": msgspec.to_builtins(event.fact),
        **place,
    }


def _named(value: Any) -> Any:
    """A state with its field names, although the table keeps it as arrays."""
    if isinstance(value, msgspec.Struct):
        return {name: _named(getattr(value, name)) for name in value.__struct_fields__}
    if isinstance(value, dict):
        return {key: _named(held) for key, held in value.items()}
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        return value
    return [_named(held) for held in value]
