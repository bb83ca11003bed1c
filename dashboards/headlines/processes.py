"""Whether the processes ran as designed, in one sentence."""

from collections.abc import Sequence

from dashboards import words
from dashboards.suppression import share
from twin.evidence.processes.mining import Ran, Step


def as_designed(found: Sequence[Ran]) -> str:
    """The share of cases that ran as designed; where some did not, the process with the least."""
    ran = [one for one in found if one.cases]
    if not ran:
        return "No process has a case in this log yet"
    cases, conforming = sum(one.cases for one in ran), sum(one.conforming for one in ran)
    whole = f"of {words.things(cases, 'case')} in {words.things(len(ran), 'process', 'processes')}"
    if cases == conforming:
        return f"Every one {whole} ran as designed"
    least = min(ran, key=lambda one: (one.conforming / one.cases, one.flow.key))
    lowest = share(least.conforming, least.cases)
    with_share = f", with {lowest}" if lowest else ""
    told = share(conforming, cases)
    return (
        f"{f'{told} {whole}' if told else 'All but few'} ran as designed; the least in "
        f"{least.flow.name}{with_share}"
    )


def bottleneck(ran: Ran) -> Step | None:
    """The step where the cases of a process waited longest, all in all; None where none waited."""
    waits = [step for step in ran.steps if step.waited_s > 0]
    return max(waits, key=lambda step: (step.waited_s, step.before, step.after), default=None)
