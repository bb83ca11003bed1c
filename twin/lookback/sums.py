"""What is summed over the fleet beside its states: whoever asks for figures says how."""

from typing import Any, Protocol

from twin.state.as_of import AsOf


class Sums(Protocol):
    """Figures of the fleet that follow premises as they are carried on."""

    def change(self, before: AsOf | None, after: AsOf) -> None:
        """Count a premises as it is after the records, no longer as it was before them."""

    def settle(self) -> None:
        """No more will change."""

    def told(self) -> dict[str, Any]:
        """The figures in plain words, to be kept with the states that they are of."""
