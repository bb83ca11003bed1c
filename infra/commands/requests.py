"""`twin requests`: single service requests as unsigned DUIS, for a DCC User to sign and send."""

import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.commands.speak import say
from infra.refusals import CommandRefused
from twin.ids import EUI64_PATTERN
from twin.ingest.duis.values import RequestId
from twin.ingest.duis.writing import write_install_code_add, write_join, write_pin_disable

app = typer.Typer(no_args_is_help=True)


def eui64(text: str) -> str:
    """An id as it is, or a usage error."""
    if re.fullmatch(EUI64_PATTERN, text) is None:
        raise typer.BadParameter(f"{text!r} is no id such as 90-B3-D5-1F-30-00-00-01")
    return text


Id = Annotated[str, typer.Argument(metavar="EUI64", parser=eui64)]
Originator = Annotated[str, typer.Option(parser=eui64, metavar="EUI64", help="The DCC User.")]
Counter = Annotated[int, typer.Option(min=1, help="The originator's next counter.")]
Out = Annotated[Path | None, typer.Option(help="A new file; standard output otherwise.")]


@app.command("device-log")
def device_log(
    hub: Id,
    device: Id,
    originator: Originator,
    window: Annotated[int, typer.Option(min=1, max=3600, help="Join window in seconds.")] = 3600,
    counter: Counter = 1,
    out: Out = None,
) -> None:
    """8.11: put a device on a hub's log. Its install code is left for the DCC User to fill in."""
    request = RequestId(originator, hub, counter)
    _write(write_install_code_add(request=request, device_id=device, window_s=window), out)


@app.command("join")
def join(
    device: Id, other: Id, originator: Originator, counter: Counter = 1, out: Out = None
) -> None:
    """8.7.2: let a device join another on the home area network."""
    request = RequestId(originator, device, counter)
    _write(write_join(request=request, other_device_id=other), out)


@app.command("pin-disable")
def pin_disable(meter: Id, originator: Originator, counter: Counter = 1, out: Out = None) -> None:
    """3.5: disable the Privacy PIN of a meter."""
    _write(write_pin_disable(request=RequestId(originator, meter, counter)), out)


def _write(octets: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(octets.decode())
        return
    if out.exists():
        raise CommandRefused(f"{out} exists already")
    out.write_bytes(octets)
    say(f"{out}: {len(octets):,} octets, unsigned; nothing was sent")
