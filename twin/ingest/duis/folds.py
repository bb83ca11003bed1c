"""Elements whose inner elements are one value: channels, a change of status, a model."""

from collections.abc import Callable
from typing import Final, TypeAlias

from twin.ingest.duis.refusals import Cause, Unfit

Node: TypeAlias = dict[str, object]
Fold: TypeAlias = Callable[[str, Node, list[str]], object]
"""From an element's name, what it holds, and the list of what is unread, to what stands for it."""

_LOWER_PAGES: Final = ((26, 28), (34, 29), (61, 30))
"""Highest channel of a page of the lower band, and the page (ZigBee, GB region)."""
_UPPER_PAGE: Final = 31
_UPPER_MAX: Final = 26


def channels(_: str, held: Node, __: list[str]) -> object:
    """The channels of a band that are named, in order."""
    return tuple(sorted(_number(name) for name in held))


def channel(name: str, held: Node, _: list[str]) -> object:
    """Page and channel in use: the numbers of the two bands overlap, their pages do not."""
    band, inner = only(name, held)
    number = _number(only(band, inner)[0] if isinstance(inner, dict) else "")
    if band == "OperatingUpperBandSubGHzChannel":
        if number > _UPPER_MAX:
            raise Unfit(Cause.VALUE, f"{band} has no channel {number}", band)
        return _UPPER_PAGE, number
    return next(page for highest, page in _LOWER_PAGES if number <= highest), number


def change(name: str, held: Node, _: list[str]) -> object:
    """The name of the one element that stands inside."""
    return only(name, held)[0]


def model(_: str, held: Node, unread: list[str]) -> object:
    """Manufacturer and model as one id, as on the products list, where both have that form."""
    maker, found = held.pop("DeviceManufacturer", None), held.pop("DeviceModel", None)
    if maker is not None and found is not None:
        return {**held, "DeviceModel": f"{maker}-{found}"}
    unread += [
        name
        for name, half in (("DeviceManufacturer", maker), ("DeviceModel", found))
        if half is not None
    ]
    return held


def only(name: str, held: Node) -> tuple[str, object]:
    """The one element that stands inside another; any other number refuses the document."""
    if len(held) != 1:
        raise Unfit(Cause.CONTRADICTION, f"{name} holds {len(held)} elements instead of one", name)
    return next(iter(held.items()))


def _number(name: str) -> int:
    digits = name.removeprefix("Channel")
    if digits == name or not digits.isdigit():
        raise Unfit(Cause.UNKNOWN_ELEMENT, "an element stands where a channel should")
    return int(digits)


FOLDS: Final[dict[str, Fold]] = {
    "LowerBandSubGHzChannels0To26": channels,
    "LowerBandSubGHzChannels27To34": channels,
    "LowerBandSubGHzChannels35To61": channels,
    "UpperBandSubGHzChannels0To26": channels,
    "OperatingSubGHzChannel": channel,
    "DeviceStatusChange": change,
    "UpdateDeviceDetails": model,
    "DevicePrenotification": model,
    "Device": model,
}
