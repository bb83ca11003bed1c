"""The section of a process: designed beside real, variants, loops, waits, conformance, tellers."""

from collections.abc import Sequence
from typing import Final

from twin.events.counterparts import COUNTERPARTS
from twin.events.registry import ALL_TYPES, short_name
from twin.evidence.document import Part, Picture, Section, Table, as_rows
from twin.evidence.drawing import Arrow, drawn
from twin.evidence.processes.flow import Flow, events_of
from twin.evidence.processes.mining import Ran, Step
from twin.evidence.telling import BESIDE, SUPPRESSED, is_small, share_told, told, told_together

_SHOWN: Final = 12
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def process_section(ran: Ran) -> Section:
    """What the document says of a process."""
    flow = ran.flow
    parts: list[Part] = [flow.says, f"A case is {flow.case}. Source: {', '.join(flow.sources)}."]
    parts.append(designed(flow))
    if not ran.cases:
        parts.append("No case of it is in the log.")
    else:
        parts += [
            _conformance(ran),
            really(ran),
            _steps(ran),
            _variants(ran),
            _loops(ran),
            _deviations(ran),
        ]
    return Section(flow.name, (*parts, _who(ran), messages(flow)))


def designed(flow: Flow) -> Picture:
    """The flow as it is designed."""
    arrows = [Arrow(a, b) for a, following in flow.steps.items() for b in following]
    boxes = {one: one for one in flow.activities if one not in flow.anywhere}
    text = f"{flow.name} as designed: {len(boxes)} steps, {len(arrows)} ways from one to the next"
    svg = drawn(boxes, arrows, starts=flow.starts, title=text)
    return Picture(name=f"{flow.key}_designed", alt=text, svg=svg, plain=True)


def really(ran: Ran) -> Part:
    """The flow as it ran: counts and median times; what is not designed in red."""
    shown = [step for step in ran.steps if not is_small(step.times)]
    if not shown:
        return "The counts are too small for a picture of how it ran."
    most = max(step.times for step in shown)
    arrows = [
        Arrow(
            step.before,
            step.after,
            f"{step.times:,} · {duration(step.median_s)}",
            "plain" if _is_designed(ran.flow, step) else "wrong",
            step.times / most,
        )
        for step in shown
    ]
    counts = dict(ran.activities)
    ways = dict.fromkeys(name for step in shown for name in (step.before, step.after))
    boxes = {name: f"{name} ({told(counts[name])})" for name in ways}
    text = f"{ran.flow.name} as it ran: {told(ran.cases)} cases, counts and median times"
    svg = drawn(boxes, arrows, starts=ran.flow.starts, title=text)
    words = f"{text} (counts under 5 are left out)"
    return Picture(name=f"{ran.flow.key}_ran", alt=words, svg=svg, plain=True)


def _is_designed(flow: Flow, step: Step) -> bool:
    beside = step.before in flow.anywhere or step.after in flow.anywhere
    return beside or step.after in flow.steps.get(step.before, ())


def duration(seconds: float) -> str:
    """A time as people say it."""
    for unit, name in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min")):
        if seconds >= unit:
            return f"{seconds / unit:,.1f} {name}"
    return f"{seconds:,.0f} s"


def _conformance(ran: Ran) -> str:
    share = share_told(ran.conforming, ran.cases)
    as_designed = (
        "How many ran as designed is not told"
        if share in (SUPPRESSED, BESIDE)
        else (f"{share} ran as designed")
    )
    return (
        f"{told(ran.cases)} cases, {told(ran.open_cases)} of them still open. {as_designed}; they "
        f"ran in {len(ran.variants)} variants."
    )


def _steps(ran: Ran) -> Table:
    longest = sorted(ran.steps, key=lambda step: -step.waited_s)[:3]
    narrow = {(step.before, step.after) for step in longest if step.waited_s}
    rows = [
        (
            step.before,
            step.after,
            told(step.times),
            duration(step.median_s),
            "yes" if _is_designed(ran.flow, step) else "no",
            "bottleneck" if (step.before, step.after) in narrow else "",
        )
        for step in ran.steps
    ]
    return Table(
        name=f"{ran.flow.key}_steps",
        title="Steps as they ran",
        columns=("step", "next", "times", "median time", "designed", "waits"),
        rows=as_rows(rows),
        note="Bottleneck: one of the three steps where cases waited longest, all in all.",
        events=events_of(ran.flow),
        sources=ran.flow.sources,
    )


def _variants(ran: Ran) -> Table:
    counts = _of_all([one.cases for one in ran.variants])
    rows = [
        (cases, " > ".join(one.walked))
        for cases, one in list(zip(counts, ran.variants, strict=True))[:_SHOWN]
    ]
    return Table(
        name=f"{ran.flow.key}_variants",
        title=f"The commonest of {len(ran.variants)} variants",
        columns=("cases", "steps"),
        rows=as_rows(rows),
        events=events_of(ran.flow),
    )


def _of_all(counts: Sequence[int]) -> list[str]:
    """Counts of which the sum is known, as they may be told."""
    return [cell for (cell,) in told_together([(count,) for count in counts])]


def _loops(ran: Ran) -> Table:
    return Table(
        name=f"{ran.flow.key}_loops",
        title="Loops: steps that came more than once in a case",
        columns=("step", "cases"),
        rows=as_rows((name, told(cases)) for name, cases in ran.loops),
        events=events_of(ran.flow),
    )


def _deviations(ran: Ran) -> Part:
    if not ran.found:
        return "No case deviates from the design."
    return Table(
        name=f"{ran.flow.key}_deviations",
        title="Deviations from the design",
        columns=("kind", "where", "cases"),
        rows=as_rows(
            (one.kind.value, one.where, cases)
            for (one, _), cases in zip(ran.found, _of_all([n for _, n in ran.found]), strict=True)
        ),
        events=events_of(ran.flow),
    )


def _who(ran: Ran) -> Table:
    may = [(name, system) for name, systems in ran.flow.told_by.items() for system in systems]
    counted = {(name, system): n for name, system, n in ran.told_by}
    rows = [
        (
            name,
            system,
            "yes" if (name, system) in may else "no",
            told(counted.get((name, system), 0)),
        )
        for name, system in dict.fromkeys((*may, *counted))
    ]
    return Table(
        name=f"{ran.flow.key}_who",
        title="Who does what",
        columns=("step", "told by", "designed", "times"),
        rows=as_rows(rows),
        events=events_of(ran.flow),
    )


def messages(flow: Flow) -> Table:
    """The real messages behind the steps of a process."""
    rows = [
        (event, one.service_request, one.use_case, one.alert, one.source)
        for event in events_of(flow)
        for one in [COUNTERPARTS[_FACTS[event]]]
    ]
    return Table(
        name=f"{flow.key}_messages",
        title="Messages: service requests, use cases, alerts",
        columns=("event", "service request", "use case", "alert", "other source"),
        rows=as_rows(rows),
    )


_FACTS: Final = {short_name(event_type): fact for event_type, fact in ALL_TYPES.items()}
