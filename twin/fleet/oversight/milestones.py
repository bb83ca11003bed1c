"""The dates of the source: declared, then reached or slipped (paragraphs 11, 13, 27, 31; BR42)."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TypeAlias

from msgspec import Struct

from twin.events.oversight import MilestoneDeclared, MilestoneReached, MilestoneSlipped
from twin.fleet.numbers.oversight_rows import OversightRows
from twin.rules.programme import PLANNED
from twin.vocabulary import Milestone

MilestoneFact: TypeAlias = MilestoneDeclared | MilestoneReached | MilestoneSlipped


class Course(Struct, frozen=True):
    """How a milestone goes: planned, perhaps expected anew, perhaps reached."""

    milestone: Milestone
    planned: date
    reached: date | None = None
    expected: date | None = None


def courses(
    *, rows: OversightRows, capable_from: date, first_capable: date | None
) -> tuple[Course, ...]:
    """The course of every milestone; those that the source dates have its own dates.

    New installations are capable from the day that the fleet's assumptions name; local pairing
    is available when the first premises is installed with it. The days of the others are rows.
    """
    dcc_live = Course(
        Milestone.DCC_LIVE, rows.dcc_live_planned, rows.dcc_live_reached, rows.dcc_live_expected
    )
    upgraded = Course(
        Milestone.ALL_INSTALLED_UPGRADED,
        rows.all_installed_upgraded_planned,
        expected=rows.all_installed_upgraded_expected,
    )
    of_the_source = {
        Milestone.LEGAL_TEXT: rows.legal_text_reached,
        Milestone.NEW_INSTALLATIONS_CAPABLE: capable_from,
        Milestone.LOCAL_PAIRING_AVAILABLE: first_capable,
        Milestone.ALL_PREMISES: None,
    }
    dated = (
        Course(milestone, planned, of_the_source[milestone])
        for milestone, planned in PLANNED.items()
        if planned is not None
    )
    return (*dated, dcc_live, upgraded)


def told(course: Course, *, declared: date) -> Iterator[tuple[date, MilestoneFact]]:
    """The facts of a milestone with their days; a slip is told on the day after each plan."""
    milestone, planned = course.milestone, course.planned
    yield declared, MilestoneDeclared(milestone, planned)
    if course.reached is None or course.reached > planned:
        yield planned + timedelta(days=1), MilestoneSlipped(milestone, planned, course.expected)
    if course.reached is not None:
        yield course.reached, MilestoneReached(milestone, planned, course.reached)
