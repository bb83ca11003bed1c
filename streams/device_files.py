"""What the intake keeps of each device: its row, what it told, what is held, what is not yet sent.

Pure. The file is written before its facts are sent and names them until the next write, so that a
death between the two repeats the very same facts, whatever the register has learned meanwhile.
"""

from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from twin.events.envelope import Event, encode
from twin.ingest.arrivals import Arrival, Message, order_of
from twin.ingest.telling import NOBODY, CapableVersion, Roles, events, is_asked, told
from twin.state.register import DeviceRow

ASKED_MAX: Final = 32
"""Commands and requests kept for their answers; an answer to an older one is told by less."""
DIGESTS_MAX: Final = 1_024
"""Messages that are known again; one that comes again after so many others is told twice."""


class DeviceFile(Struct, frozen=True, array_like=True):
    """All that the intake knows of a device.

    `taken` is the next offset of `dcc.messages` for it, `numbers` the last fact that its feed told
    of each premises that it was in, `held` what came before it was in any, `unsent` the facts that
    are not known to be acknowledged.
    """

    row: DeviceRow | None = None
    taken: int = 0
    numbers: dict[str, int] = {}
    digests: tuple[str, ...] = ()
    asked: tuple[Message, ...] = ()
    held: tuple[Arrival, ...] = ()
    unsent: tuple[tuple[str, bytes], ...] = ()


encode_file = msgspec.msgpack.Encoder().encode
decode_file = msgspec.msgpack.Decoder(DeviceFile).decode


def with_row(
    file: DeviceFile, row: DeviceRow, *, capable_version: CapableVersion, roles: Roles = NOBODY
) -> DeviceFile:
    """The file with a new row; what was held is told now, in the order in which it happened."""
    file = replace(file, row=row)
    for arrival in sorted(file.held, key=order_of):
        file = _told(file, row, arrival, capable_version, roles)
    return replace(file, held=())


def with_arrival(
    file: DeviceFile,
    arrival: Arrival,
    *,
    offset: int,
    capable_version: CapableVersion,
    roles: Roles = NOBODY,
) -> DeviceFile:
    """The file after a message; one that was taken before changes nothing."""
    if offset < file.taken:
        return file
    file = replace(file, taken=offset + 1)
    mark = arrival.digest[:16]
    if mark in file.digests:
        return file
    file = replace(file, digests=(*file.digests, mark)[-DIGESTS_MAX:])
    if file.row is None:
        return replace(file, held=(*file.held, arrival))
    return _told(file, file.row, arrival, capable_version, roles)


def sent(file: DeviceFile) -> DeviceFile:
    """The file when its facts are acknowledged."""
    return replace(file, unsent=())


def _told(
    file: DeviceFile,
    row: DeviceRow,
    arrival: Arrival,
    capable_version: CapableVersion,
    roles: Roles,
) -> DeviceFile:
    said = told(arrival, row=row, asked=file.asked, capable_version=capable_version, roles=roles)
    here = row.premises_id
    found = events(arrival, said, premises_id=here, number=file.numbers.get(here, 0))
    asked = (*file.asked, arrival.message) if is_asked(arrival.message) else file.asked
    return replace(
        file,
        numbers={**file.numbers, here: file.numbers.get(here, 0) + len(found)},
        asked=asked[-ASKED_MAX:],
        unsent=(*file.unsent, *map(_record, found)),
    )


def _record(event: Event) -> tuple[str, bytes]:
    return event.key, encode(event)
