"""A worker whose consumer lets records fall: `python -m tests.streams.forgetful_worker RULE...`.

A rule is HOW:WHERE:N. Of the records (`handed`) or whole fetches (`fetched`) that begin at an
offset N-1, 2N-1 ... the first delivery is lost; of `never` each one is. WHERE is `*`, TOPIC or
TOPIC/PARTITION. What is lost and what goes on to the agents is said in a line each.
"""

import sys
from collections.abc import AsyncIterator
from typing import Any, Final

from faust.transport.drivers import aiokafka

from infra.run.equipment import Equipment
from streams import worker
from streams.consumer import Consumer
from streams.settings import Settings

RULES: Final = tuple(tuple(words.split(":")) for words in sys.argv[1:])
FALLEN: Final[set[tuple[str, str, int, int]]] = set()


def falls(how: str, place: Any, offset: int) -> bool:
    """Whether a delivery is lost."""
    for rule, where, every in RULES:
        here = ("*", place.topic, f"{place.topic}/{place.partition}")
        if place.topic not in worker.FOLLOWED or where not in here:
            continue
        if offset % int(every) != int(every) - 1:
            continue
        if rule == "never" and how == "handed":
            return True
        known = (f"lost-{how}", place.topic, place.partition, offset)
        if rule == how and known not in FALLEN:
            FALLEN.add(known)
            print(*known, flush=True)
            return True
    return False


class Lossy(aiokafka.Consumer):
    """Loses fetches: they are done, and nobody gets them."""

    async def _getmany(self, active_partitions: Any, timeout: float) -> Any:
        fetched = await super()._getmany(active_partitions, timeout)
        return {tp: rs for tp, rs in fetched.items() if not falls("fetched", tp, rs[0].offset)}


class Forgetful(Consumer, Lossy):
    """The twin's consumer above lost fetches, and with records lost on the way to the agents."""

    async def getmany(self, timeout: float) -> AsyncIterator[Any]:
        async for tp, message in super().getmany(timeout):
            if not falls("handed", tp, message.offset):
                print("handed", tp.topic, tp.partition, message.offset, flush=True)
                yield tp, message


def main() -> None:
    """Run the worker until a signal."""
    settings = Settings.here()
    equipment = Equipment.of(settings.home)
    app = worker.build(
        settings=settings,
        broker=settings.broker,
        plans=equipment.plans,
        capable_version=equipment.catalogue.capable_version,
    )
    app.transport.Consumer = Forgetful
    worker.run(app)


if __name__ == "__main__":
    main()
