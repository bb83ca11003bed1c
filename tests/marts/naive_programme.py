"""The marts of the programme counted again in plain Python."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from twin.events import oversight
from twin.events.envelope import Event
from twin.rules.programme import PLANNED, milestone_standing

Milestones = dict[str, tuple[date, date | None, date | None, str]]


def milestone_rows(events: Iterable[Event], *, on: date) -> Milestones:
    """(planned, expected, actual, state) by milestone."""
    planned: dict[str, date] = {}
    expected: dict[str, date | None] = {}
    actual: dict[str, date] = {}
    for event in events:
        match event.fact:
            case oversight.MilestoneDeclared(milestone, day):
                planned[milestone] = day
            case oversight.MilestoneSlipped(milestone, _, new):
                expected[milestone] = new
            case oversight.MilestoneReached(milestone, _, day):
                actual[milestone] = day
    found: Milestones = {}
    for milestone, day in planned.items():
        reached = actual.get(milestone)
        state = "open" if day >= on else "slipped"
        if reached is not None:
            state = "met" if reached <= day else "late"
        found[milestone] = (day, expected.get(milestone), reached, state)
        if PLANNED[milestone] == day:
            said = milestone_standing(milestone=milestone, reached=reached, on=on)
            assert said.value == state
    return found


def request_counts(events: Iterable[Event]) -> dict[tuple[str, str], Counter[str]]:
    """Requests asked, answered and answered late, by party and subject."""
    found: dict[tuple[str, str], Counter[str]] = {}
    for event in events:
        fact = event.fact
        if isinstance(fact, oversight.InformationRequested | oversight.InformationProvided):
            count = found.setdefault((fact.party, fact.subject), Counter())
            count["asked"] += isinstance(fact, oversight.InformationRequested)
            count["answered"] += isinstance(fact, oversight.InformationProvided)
            count["late"] += not getattr(fact, "on_time", True)
    return found


def recommendation_counts(
    events: Iterable[Event],
) -> dict[tuple[str, str, bool], tuple[int, datetime]]:
    """(times, newest) by recommendation, objective and whether the framework changes."""
    found: dict[tuple[str, str, bool], tuple[int, datetime]] = {}
    for event in events:
        fact = event.fact
        if isinstance(fact, oversight.RecommendationMade):
            place = fact.recommendation.value, fact.objective.value, fact.framework_change
            times, newest = found.get(place, (0, event.occurred_at))
            found[place] = (times + 1, max(newest, event.occurred_at))
    return found
