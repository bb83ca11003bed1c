"""The log is never altered: numbers without gaps, the same fact once, the same state (BR41)."""

from collections.abc import Collection

from twin.rules.marks import rule
from twin.rules.refusal import Answer, first_refusal, unless


@rule("BR41")
def missing_numbers(*, numbers: Collection[int]) -> tuple[int, ...]:
    """Numbers that a source, which counts from 1, gave to facts that never came."""
    return tuple(sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers)))


@rule("BR41")
def check_replay(*, digest: str, digest_again: str, event_ids: Collection[str]) -> Answer:
    """A replay from the first event gives the same state, and no event stands in the log twice."""
    return first_refusal(
        unless(
            broken=digest != digest_again,
            rule="BR41",
            why="a replay from the first event gives another state",
        ),
        unless(
            broken=len(set(event_ids)) != len(event_ids),
            rule="BR41",
            why="an event was applied twice",
        ),
    )
