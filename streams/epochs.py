"""Which epoch a record of the log was born in: a restored log holds records of several (D23).

When a log was lost, its records are put back at their old places, and what comes then belongs to
the next epoch. So a place means one record before and after, and its epoch follows from the place.
"""

from typing import Final

from msgspec import Struct


class Birth(Struct, frozen=True):
    """An epoch that was opened: where each topic went on, and the cluster that was lost before."""

    epoch: int
    lost: str
    starts: dict[str, dict[int, int]]

    def start(self, topic: str, partition: int) -> int:
        """The first offset of a partition in this epoch."""
        return self.starts.get(topic, {}).get(partition, 0)


class Epochs(Struct, frozen=True):
    """The chain of epochs of a history, oldest first; before the first of them all was epoch 0."""

    births: tuple[Birth, ...] = ()

    @property
    def newest(self) -> int:
        """The epoch of whatever comes now."""
        return self.births[-1].epoch if self.births else 0

    def of(self, topic: str, partition: int, offset: int) -> int:
        """The epoch in which the record of a place was written."""
        for birth in reversed(self.births):
            if offset >= birth.start(topic, partition):
                return birth.epoch
        return 0


NEVER_LOST: Final = Epochs()
"""The epochs of a log that is still the first one."""
