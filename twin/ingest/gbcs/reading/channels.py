"""Sub GHz channels: ZigBee's masks of 32 bits, five for the page and one for each channel."""

from typing import Final

from twin.events.gbcs_payloads.sub_ghz import OperatingChannel
from twin.ingest.gbcs.octets import Octets
from twin.ingest.gbcs.plain_values import Value
from twin.ingest.gbcs.refusals import OtherShape
from twin.ingest.gbcs.shapes import bits_in, number_in, string_in, taken

CHANNELS: Final = {
    28: tuple(range(27)),
    29: (*range(27, 35), 62),
    30: tuple(range(35, 62)),
    31: tuple(range(27)),
}
"""Channel of each bit of a page, the least significant first (ZBOSS headers; DUIS 2431 to 2511)."""
_MASK_BITS: Final = 27


def channels_in(value: Value, page: int) -> tuple[int, ...]:
    """The channels of a mask, which must be of that page."""
    of_page, channels = _of_mask(bits_in(value, 32))
    if of_page != page:
        raise OtherShape
    return channels


def channel_in(value: Value) -> OperatingChannel:
    """The one channel that a mask or a pair of page and channel names."""
    if isinstance(value, tuple) and len(value) == 2:
        page, channel = (number_in(part) for part in value)
        if channel not in CHANNELS.get(page, ()):
            raise OtherShape
        return OperatingChannel(page, channel)
    page, channels = _of_mask(_mask_in(value))
    if len(channels) != 1:
        raise OtherShape
    return OperatingChannel(page, channels[0])


def _mask_in(value: Value) -> int:
    """A mask of 32 bits, whether coded as bit string, number or string of four octets."""
    if isinstance(value, Octets):
        return int.from_bytes(taken(string_in(value, 4)), "big")
    return value if type(value) is int else bits_in(value, 32)


def _of_mask(mask: int) -> tuple[int, tuple[int, ...]]:
    page, bits = mask >> _MASK_BITS, mask & ((1 << _MASK_BITS) - 1)
    numbers = CHANNELS.get(page, ())
    if not numbers or bits >> len(numbers):
        raise OtherShape
    return page, tuple([number for place, number in enumerate(numbers) if bits >> place & 1])
