"""How a run says how far it is, and how it is told to end: both without a clock or a thread."""

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct


class Progress(Struct, frozen=True):
    """How far a run is: what it does now, and the share of the whole that is done, 0 to 1."""

    doing: str
    done: float


class Cancelled(Exception):
    """The caller wanted a run to end; nothing of it is kept."""


Tell: TypeAlias = Callable[[Progress], None]
"""Hears of progress, many times a second at most."""
Asked: TypeAlias = Callable[[], bool]
"""Says whether the run shall end now; asked at least a few times a second."""


def silent(_: Progress) -> None:
    """Nobody listens."""


def never() -> bool:
    """Nobody cancels."""
    return False
