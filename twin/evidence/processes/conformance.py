"""Whether a case ran as its process is designed; each deviation is named by its kind."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import pairwise

from msgspec import Struct

from twin.evidence.processes.flow import Flow


class Kind(StrEnum):
    """The ways in which a case may leave the designed flow."""

    STARTS_ELSEWHERE = "starts elsewhere"
    NOT_OF_THE_PROCESS = "step that is not of the process"
    SKIPPED = "step left out"
    REPEATED = "step repeated"
    WRONG_ORDER = "steps in the wrong order"
    AFTER_THE_END = "goes on after its end"
    ENDED_TWICE = "ends twice"
    NEVER_ENDS = "never ends"
    TOLD_BY_ANOTHER = "told by another"
    TOO_SLOW = "takes too long"


class Deviation(Struct, frozen=True, order=True):
    """A deviation: its kind and where it happened, in words."""

    kind: Kind
    where: str


def deviations(flow: Flow, walked: Sequence[str], *, is_over: bool) -> tuple[Deviation, ...]:
    """How the order of a case's steps differs from the design.

    `is_over`: its time is up, so that an end must have come.
    """
    on_the_way = [one for one in walked if one not in flow.anywhere]
    if not on_the_way:
        return ()
    return (*_of_the_steps(flow, on_the_way), *_of_the_end(flow, walked, is_over))


def _of_the_steps(flow: Flow, walked: Sequence[str]) -> Iterator[Deviation]:
    known = set(flow.activities)
    yield from (Deviation(Kind.NOT_OF_THE_PROCESS, one) for one in walked if one not in known)
    steps = [one for one in walked if one in known]
    if steps and steps[0] not in flow.starts:
        yield Deviation(Kind.STARTS_ELSEWHERE, steps[0])
    for before, after in pairwise(steps):
        if after not in flow.steps.get(before, ()):
            yield Deviation(_kind(flow, before, after), f"{before} > {after}")


def _kind(flow: Flow, before: str, after: str) -> Kind:
    if before not in flow.steps:
        return Kind.ENDED_TWICE if after not in flow.steps else Kind.AFTER_THE_END
    if before == after:
        return Kind.REPEATED
    return Kind.SKIPPED if after in flow.reachable(before) else Kind.WRONG_ORDER


def _of_the_end(flow: Flow, walked: Sequence[str], is_over: bool) -> Iterator[Deviation]:
    last = next((one for one in reversed(walked) if one not in flow.anywhere), "")
    ended = last in flow.ends or any(one in flow.silences for one in walked)
    if is_over and not ended:
        yield Deviation(Kind.NEVER_ENDS, last)


def is_open(flow: Flow, walked: Sequence[str], *, is_over: bool) -> bool:
    """Whether a case has not come to an end yet, and still may."""
    last = next((one for one in reversed(walked) if one not in flow.anywhere), "")
    return not is_over and last not in flow.ends and not any(s in flow.silences for s in walked)
