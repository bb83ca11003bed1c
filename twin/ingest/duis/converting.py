"""From nested names and values to structs; a value that does not fit refuses the document."""

import re
from typing import Final, TypeVar

import msgspec

from twin.ingest.duis.folds import Node
from twin.ingest.duis.refusals import Cause, Unfit

S = TypeVar("S")
_FIELD: Final = re.compile(r"at `\$(?:\.@?\w+|\[\.\.\.\])*?\.?@?(\w+)(?:\[\.\.\.\])*`$")
_QUOTED: Final = re.compile(r"field `@?(\w+)`")
SENTENCES: Final = ("an UpdateInventory", "an UpdateHANDeviceLog", "a DeviceLogRestored")
"""Beginnings of the sentences that structs of this package raise; they quote nothing."""


def as_struct(kind: type[S], held: object) -> S:
    """What an element holds, as a struct.

    Raises:
        Unfit: a field is missing, unknown or out of its range; the field is named, its value not.
    """
    try:
        return msgspec.convert(held, type=kind, strict=False)
    except msgspec.ValidationError as error:
        raise _unfit(str(error)) from None


def branch(held: Node, name: str) -> Node:
    """The elements of an element that has to be there; raises Unfit where it is not."""
    found = held.get(name)
    if not isinstance(found, dict):
        raise Unfit(Cause.MISSING, f"there is no {name}", name)
    return found


def _unfit(message: str) -> Unfit:
    """The refusal behind a message of msgspec, of which only names of fields go on."""
    field = _QUOTED.search(message)
    if message.startswith("Object missing") and field is not None:
        return Unfit(Cause.MISSING, f"there is no {field[1]}", field[1])
    if message.startswith("Object contains unknown") and field is not None:
        return Unfit(Cause.UNKNOWN_ELEMENT, f"{field[1]} has no place where it stands", field[1])
    place = _FIELD.search(message)
    name = place[1] if place is not None else ""
    if message.startswith(SENTENCES):
        return Unfit(Cause.CONTRADICTION, message.partition(" - at ")[0], name)
    return Unfit(Cause.VALUE, f"{name or 'it'} has no value that the schema or a rule admits", name)
