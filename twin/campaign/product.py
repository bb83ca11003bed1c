"""A product of the Central Products List, as far as campaigns ask for it."""

from typing import NamedTuple


class Product(NamedTuple):
    """A firmware version of a device model."""

    model: str
    firmware_version: str
