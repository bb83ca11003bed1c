"""A campaign's forecast as known on a day, from its own facts and its members' attempts."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

import msgspec
import polars as pl
from msgspec import Struct
from msgspec.structs import asdict, replace

from twin.events.envelope import Event
from twin.forecast.answer import Forecast, NoForecast
from twin.forecast.course import OVER, Course, course_on, remaining_of
from twin.forecast.forecast import forecast
from twin.forecast.history import executions_on
from twin.forecast.paced import paces_of
from twin.forecast.plan_ahead import Pace
from twin.forecast.prior import Prior, shipped_prior, shipped_rows
from twin.vocabulary import CampaignState

PATHS: Final = 100
SEED: Final = 2015
"""One seed and one number of paths for all who ask, so that all get the same answer."""
BY_ITSELF: Final = "Of the twin: a campaign opens its next wave by itself, on the next tick"


class Lake(Struct, frozen=True):
    """What forecasts are made from: the facts of each campaign in the order of its log, and the
    attempts of all members (`history.ATTEMPTS`)."""

    events: Mapping[str, Sequence[Event]]
    attempts: pl.DataFrame


class Standing(Struct, frozen=True, kw_only=True):
    """A forecast with the course that it was made of."""

    course: Course
    forecast: Forecast


class Over(Struct, frozen=True, kw_only=True):
    """The campaign has ended."""

    course: Course

    @property
    def state(self) -> CampaignState:
        """The state in which it has ended."""
        return self.course.campaign.state

    @property
    def since(self) -> date:
        """The day on which it came there."""
        return self.course.state_since


Word: TypeAlias = Standing | Over | NoForecast


class Assumed(Struct, frozen=True):
    """A row of the prior as a forecast of a campaign uses it."""

    name: str
    value: float
    unit: str
    source: str


def belief() -> Prior:
    """The shipped prior, without the days that people take to open a wave: campaigns open them."""
    return replace(shipped_prior(), advance_lag_more=0.0)


def assumed() -> tuple[Assumed, ...]:
    """What `belief` says, row by row with its source, for whoever shows a forecast."""
    used = asdict(belief())
    return tuple(
        Assumed(name, used[name], row.unit, row.source if used[name] == row.value else BY_ITSELF)
        for name, row in shipped_rows().items()
    )


def asked(
    *, lake: Lake, campaign_id: str, day: date, answers: dict[str, Word] | None = None
) -> Word:
    """The word on a campaign's end by what was recorded before a day (UTC), and by nothing else.

    `answers` keeps what was asked for the same day, as one campaign may wait for another.
    """
    answers = {} if answers is None else answers
    if campaign_id not in answers:
        answers[campaign_id] = _answer(lake, campaign_id, day, answers)
    return answers[campaign_id]


def ends_of(*, lake: Lake, over: Over) -> dict[tuple[str, str], date]:
    """The ends of a campaign that is over, and of its regions and suppliers, by group and name.

    Theirs is the day of their last outcome, or the campaign's if something of theirs was still
    in flight; truth that came after the campaign's end changes none.
    """
    course, ended = over.course, over.since
    executions = _executions(lake, course, ended)
    settled = pl.col("settled_at").dt.date().fill_null(ended)
    found = {("campaign", "campaign"): ended}
    for group in ("region", "supplier"):
        names = pl.col(group).fill_null("unknown")
        for name, last in executions.group_by(names).agg(settled.max()).sort(group).iter_rows():
            found[group, name] = last
    return found


def _course(lake: Lake, campaign_id: str, day: date) -> Course | Over | NoForecast:
    """The course that a forecast may be made of."""
    try:
        course = course_on(events=lake.events.get(campaign_id, ()), day=day)
    except msgspec.DecodeError:
        # the log takes any text in the form of a plan; who hands one in checks it
        return NoForecast(f"the plan of {campaign_id} cannot be read.")
    if course is None:
        return NoForecast(f"nothing was known of {campaign_id} before {day}.")
    if course.campaign.state in OVER:
        return Over(course=course)
    if course.campaign.frozen is None:
        return NoForecast(f"the membership of {campaign_id} was not frozen before {day}.")
    return course


def _answer(lake: Lake, campaign_id: str, day: date, answers: dict[str, Word]) -> Word:
    course = _course(lake, campaign_id, day)
    if not isinstance(course, Course):
        return course
    before = _before(lake, course, day, answers)
    if isinstance(before, NoForecast):
        return before
    executions = _executions(lake, course, day)
    found = forecast(
        executions=executions,
        remaining=remaining_of(
            course=course,
            day=day,
            after=None if before is None else before.forecast.campaign.finish,
            paces=_paces(course, executions, day),
        ),
        prior=belief(),
        seed=SEED,
        paths=PATHS,
    )
    if isinstance(found, NoForecast):
        return found
    if before is not None:
        found = replace(found, condition=_starting(course, found))
    return Standing(course=course, forecast=found)


def _paces(course: Course, executions: pl.DataFrame, day: date) -> tuple[Pace, ...]:
    if not course.plan.is_paced:
        return ()
    return paces_of(campaign=course.campaign, executions=executions, day=day)


def _starting(course: Course, found: Forecast) -> str:
    told = f"starts when {course.plan.after} is finished, as forecast on the same day."
    return f"{told} {found.condition}".strip()


def _executions(lake: Lake, course: Course, day: date) -> pl.DataFrame:
    found = executions_on(
        attempts=lake.attempts.filter(pl.col("campaign_id") == course.plan.campaign_id),
        day=day,
        attempts_max=course.plan.policy.attempts_max,
        excluded=course.excluded,
        retries=course.plan.policy.retries_of,
    )
    # who was not released when the campaign was told to end is cancelled, and has no outcome
    return found.filter(pl.col("released_at").is_not_null()) if course.is_ending else found


def _before(
    lake: Lake, course: Course, day: date, answers: dict[str, Word]
) -> Standing | NoForecast | None:
    """The forecast of the campaign that this one waits for; None if it waits for none."""
    name = course.plan.after
    if name is None or not course.is_waiting:
        return None
    if name == course.plan.campaign_id:
        return NoForecast(f"{name} waits for itself.")
    found = asked(lake=lake, campaign_id=name, day=day, answers=answers)
    if not isinstance(found, Over):
        return found
    if found.state is CampaignState.FINISHED:
        return None
    return NoForecast(f"it waits for {name} to finish, which is {found.state}.")
