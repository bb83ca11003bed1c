"""What the page server sets before the first page is shown; all viewers share it."""

from typing import Generic, TypeVar

T = TypeVar("T")


class Installed(Generic[T]):
    """The one of a kind that this process has."""

    def __init__(self, at_first: T) -> None:
        """What there is until another is installed."""
        self.one = at_first

    def install(self, one: T) -> None:
        """Set another in its place."""
        self.one = one
