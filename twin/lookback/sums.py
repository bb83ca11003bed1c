"""What is summed over the fleet beside its states: whoever asks for figures says how."""

from typing import Any, Protocol, Self

from twin.state.as_of import AsOf


class Sums(Protocol):
    """Figures of the fleet that follow premises as they are carried on."""

    def change(self, before: AsOf | None, after: AsOf) -> None:
        """Count a premises as it is after the records, no longer as it was before them."""

    def let_through(self, records: int) -> None:
        """Count records that were let through, of premises that are otherwise as they were."""

    def settle(self) -> None:
        """No more will change."""

    def apart(self) -> Self:
        """Figures of what changes elsewhere, of nothing yet: what they tell can be added here."""

    def add(self, told: dict[str, Any], *, by: int = 1) -> None:
        """Add figures that were counted apart, so many times; -1 takes them away."""

    def told(self) -> dict[str, Any]:
        """The figures in plain words, to be kept with the states that they are of."""
