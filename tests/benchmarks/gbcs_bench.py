"""How many GBCS messages a second one core reads, of each kind that is built for the tests."""

import time
from collections.abc import Callable
from typing import Final, TypeAlias

from tests.benchmarks.measure import Measure
from tests.ingest.gbcs.gbcs_messages import EVERY
from twin.ingest.gbcs.facts import facts_of
from twin.ingest.gbcs.hex_text import messages_in
from twin.ingest.gbcs.message import GbcsMessage, read_message

Work: TypeAlias = Callable[[], list[object]]
AT_LEAST: Final = 20_000
"""Messages a second that are asked for."""
COUNT: Final = 20_000
ROUNDS: Final = 3
TEXT_MESSAGES: Final = 5_000


def measure() -> list[Measure]:
    """Octets to messages; hexadecimal text to messages; octets to facts."""
    bases = tuple(octets for octets, _ in EVERY.values())
    octets = [bases[place % len(bases)] for place in range(COUNT)]
    text = "\n".join(one.hex() for one in octets[:TEXT_MESSAGES])
    return [
        _line("GBCS octets to messages", COUNT, lambda: [read_message(one) for one in octets]),
        _line(
            "GBCS hexadecimal text to messages",
            TEXT_MESSAGES,
            lambda: [read_message(one) for one in messages_in(text) if isinstance(one, bytes)],
        ),
        _line("GBCS octets to facts", COUNT, lambda: [_facts(one) for one in octets]),
    ]


def _facts(octets: bytes) -> object:
    message = read_message(octets)
    return facts_of(message) if isinstance(message, GbcsMessage) else message


def _line(name: str, count: int, work: Work) -> Measure:
    """The best of some rounds by processor second: nothing waits, so the wall rates neighbours."""
    rates = []
    for _ in range(ROUNDS):
        began, worked = time.perf_counter(), time.process_time()
        found = work()
        seconds, worked = time.perf_counter() - began, time.process_time() - worked
        rates.append((count / worked, count / seconds))
        if len(found) != count:
            raise RuntimeError(f"{name}: of {count} messages {len(found)} were found")
    rate, wall = max(rates)
    return Measure(
        name=name,
        ours=f"{rate:,.0f} messages a processor second",
        against=f"{AT_LEAST:,}",
        ratio=rate / AT_LEAST,
        holds=rate >= AT_LEAST,
        figures={"messages": count, "per_second": round(wall)},
    )
