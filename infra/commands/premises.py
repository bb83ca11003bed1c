"""`twin premises`: one premises, as it was on a date, and its history."""

from collections.abc import Iterable
from contextlib import closing
from typing import Annotated, Any

import msgspec
import typer
from kafka import KafkaProducer

from infra.commands.as_of import KnownAt, ValidAt, as_data, in_words, utc
from infra.commands.folders import home_of, lake_of
from infra.commands.known import basis_at, files_of
from infra.commands.speak import HomeFolder, Json, say, say_json
from infra.commands.towards import settings_of
from infra.refusals import CommandRefused, NotFound
from infra.run.looking_back import LookingBack
from streams import letting_out
from streams.overhearing import moment
from twin.campaign.policy import QUARANTINE_AFTER, QUARANTINE_DAYS
from twin.events.codec import decode
from twin.events.envelope import Event, encode
from twin.events.registry import short_name
from twin.lake import read
from twin.lake.basis import Basis
from twin.state.devices import Device
from twin.state.entry import Record
from twin.state.premises import Premises, is_capable
from twin.state.quarantine import quarantine_of

app = typer.Typer(no_args_is_help=True)
PremisesArgument = Annotated[str, typer.Argument(metavar="ID", help="Premises id, P and 16 hex.")]


@app.command("show")
def show(
    premises_id: PremisesArgument,
    valid: ValidAt = None,
    known: KnownAt = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Show the state of a premises, as it was on a date and as it was known."""
    basis, records = _records(premises_id, home, known)
    looking = LookingBack(home_of(home))
    (found,) = looking.premises(premises_id, records, basis, valid=utc(valid)).values()
    if not found.facts:
        raise NotFound(f"premises {premises_id} had no event by then")
    said: dict[str, Any] = {
        "basis": as_data(basis),
        "capable": is_capable(found.premises),
        "believed_capable": is_capable(found.premises, believed=True),
        "parked": found.known.parked is not None,
        "quarantines": _quarantines(found.premises),
        "state": _named(found.premises),
    }
    if as_json:
        say_json(said)
    else:
        say(msgspec.json.format(msgspec.json.encode(said), indent=2).decode())


@app.command("release")
def release(
    premises_id: PremisesArgument,
    device_id: Annotated[str, typer.Argument(metavar="DEVICE", help="Device id (EUI-64).")],
    actor: Annotated[str, typer.Option(help="Role of who decides.")] = "dcc-operations",
    broker: Annotated[str, typer.Option(help="local, or HOST:PORT of a Kafka.")] = "local",
    home: HomeFolder = None,
) -> None:
    """Let a device that kept failing be asked again: its failures count anew from now."""
    settings = settings_of(home, broker)
    bootstrap, security = settings.broker, settings.client_security
    premises = letting_out.read_premises(premises_id, bootstrap=bootstrap, security=security)
    device = None if premises is None else premises.devices.get(device_id)
    if premises is None or device is None:
        raise NotFound(f"no device {device_id} is known at premises {premises_id}")
    now = moment(bootstrap, security)
    if not _is_quarantined(premises, device):
        say(f"{device_id} is in no quarantine by the default of plans; it is let out all the same")
    event = letting_out.word(premises, device_id, actor=actor, now=now)
    if not isinstance(decode(key=event.key.encode(), value=encode(event)), Event):
        raise CommandRefused(f"{actor} is no actor: small letters and hyphens, dcc-operations say")
    with closing(KafkaProducer(bootstrap_servers=bootstrap, acks="all", **security)) as producer:
        letting_out.send(producer, event)
    say(f"{device_id}: let out of quarantine, its failures count anew from {now:%Y-%m-%d %H:%M} on")


@app.command("history")
def history(
    premises_id: PremisesArgument,
    known: KnownAt = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """List the events of a premises in log order."""
    _, records = _records(premises_id, home, known)
    rows = [_row(record) for record in records]
    if as_json:
        say_json(rows)
        return
    for row in rows:
        say(f"{row['occurred_at']}  {row['partition']}/{row['offset']}  {row['event']}")


def _is_quarantined(premises: Premises, device: Device) -> bool:
    return quarantine_of(premises, device, after=QUARANTINE_AFTER, days=QUARANTINE_DAYS) is not None


def _quarantines(premises: Premises) -> dict[str, dict[str, Any]]:
    """Devices that failed so often in a row that plans leave them alone, unless one says else."""
    found = {
        name: quarantine_of(premises, device, after=QUARANTINE_AFTER, days=QUARANTINE_DAYS)
        for name, device in premises.devices.items()
    }
    return {
        name: {
            "failures": one.failures,
            "failed_at": one.failed_at.isoformat(),
            "quarantine_until": one.until.isoformat(),
        }
        for name, one in sorted(found.items())
        if one is not None
    }


def _records(premises_id: str, home: str | None, known: str | None) -> tuple[Basis, list[Record]]:
    lake = lake_of(home)
    basis = basis_at(home, lake, known)
    found = list(read.records(files_of(lake, basis), key=premises_id, upto=basis.positions))
    if not found:
        by = "" if known is None else f" by {in_words(basis)}"
        raise NotFound(f"premises {premises_id} is not in the lake{by}")
    return basis, found


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
