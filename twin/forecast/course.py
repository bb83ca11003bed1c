"""How a campaign stood on a day by its own facts, and what was then left of it by its plan."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from math import ceil, log
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.dated import DAY, LEAD, longest_wait
from twin.campaign.gates.checks import is_usable
from twin.campaign.gates.terms import GateRule
from twin.campaign.plan import Plan, plan_of_text
from twin.campaign.state import Campaign, WaveProgress, drafted, evolve
from twin.campaign.transitions import ENDING, TERMINAL
from twin.events import programme
from twin.events.envelope import Event
from twin.forecast.answer import DayBand
from twin.forecast.plan_ahead import Held, Pace, PastHold, Remaining, WaveAhead
from twin.vocabulary import CampaignState, HoldReason

OVER: Final = (*TERMINAL, CampaignState.APPROVAL_DENIED)
"""States of which there is no end to forecast; a denied plan may be revised, and is then anew."""
WAITING: Final = (CampaignState.AWAITING_APPROVAL, CampaignState.READY)
"""States of a campaign whose membership is frozen, before its first release."""
PASSES_AFTER: Final = 2
"""Days from the last settlement that a gate wanted to the next wave's first release: it is seen
in the first moment of the day after, and the wave begins on the tick after that."""


class Course(Struct, frozen=True, kw_only=True):
    """A campaign as it stood: its state with the day that brought it there, the waves that were
    let through by day, the holds that are over, the one that stands, models taken out by day."""

    campaign: Campaign
    state_since: date
    passed: dict[int, date] = {}
    holds: tuple[PastHold, ...] = ()
    held_since: date | None = None
    excluded: dict[str, date] = {}

    @property
    def plan(self) -> Plan:
        """The plan as it stood."""
        return self.campaign.plan

    @property
    def is_waiting(self) -> bool:
        """Whether it has not started yet, perhaps because another is to finish first."""
        return self.campaign.state in WAITING

    @property
    def is_ending(self) -> bool:
        """Whether it was told to end: nothing more goes out."""
        return self.campaign.state in ENDING

    @property
    def planned_end(self) -> date:
        """The day on which the plan wants its last wave done."""
        return max(wave.planned_to for wave in self.plan.waves)


def course_on(*, events: Iterable[Event], day: date) -> Course | None:
    """How a campaign stood by its own facts recorded before a day (UTC), in the order of its log.

    None: nothing was known of it.

    Raises:
        msgspec.DecodeError: a plan on the log is no plan.
    """
    course: Course | None = None
    for event in events:
        if event.recorded_at.date() >= day:
            continue
        course = _after(course, event)
    return course


def _after(course: Course | None, event: Event) -> Course | None:
    fact, on = event.fact, event.recorded_at.date()
    if isinstance(fact, programme.CampaignSubmitted):
        held = None if course is None else course.campaign
        plan = plan_of_text(fact.plan)
        return Course(campaign=drafted(plan, fact, before=held), state_since=on)
    if course is None:
        return None
    before = course.campaign
    campaign = evolve(before, fact, at=event.occurred_at)  # type: ignore[arg-type]
    moved = course if campaign.state is before.state else replace(course, state_since=on)
    return _noted(replace(moved, campaign=campaign), before, fact, on)


def _noted(course: Course, before: Campaign, fact: object, on: date) -> Course:
    match fact:
        case programme.WavePassed() | programme.WaveFailed() | programme.WaveAdvanced():
            return replace(course, passed={**course.passed, fact.wave: on})
        case programme.ModelExcluded():
            return replace(course, excluded={**course.excluded, fact.model: on})
        case _:
            return _held(course, before, on)


def _held(course: Course, before: Campaign, on: date) -> Course:
    """A closed window is no hold: it opens by the plan, and its days are part of every pace."""
    stands = _is_held(course.campaign)
    if stands == _is_held(before):
        return course
    if stands:
        return replace(course, held_since=on)
    since = course.held_since or on
    wave = (before.current or 0) + 1
    past = PastHold(wave=wave, since=since, until=on)
    return replace(course, held_since=None, holds=(*course.holds, past))


def _is_held(campaign: Campaign) -> bool:
    reasons = {*campaign.holds} - {HoldReason.WINDOW}
    return campaign.state is CampaignState.HELD and bool(reasons)


def remaining_of(
    *,
    course: Course,
    day: date,
    after: DayBand | None = None,
    paces: tuple[Pace, ...] = (),
) -> Remaining:
    """What is left of a campaign at the first moment of a day, by its plan and its waves.

    `after` is the finish, as forecast, of a campaign that must be finished first; `paces` are the
    schedules of a paced plan, which stand in place of its days of release.
    """
    plan = course.plan
    held = course.held_since
    return Remaining(
        now=datetime.combine(day, time.min, tzinfo=UTC),
        waves=tuple(_waves(course)),
        follow_up_days=plan.policy.follow_up_days,
        attempts_max=plan.policy.attempts_max,
        settled_at_least=plan.gate.settled_at_least,
        advance_lag_days=PASSES_AFTER,
        starts_on=plan.starts_on,
        confirmed_share=None,
        held=None if held is None else Held(since=held),
        holds=course.holds,
        ripe_members=ripe_members(rule=plan.gate),
        **_patience(plan),
        starts_after=after,
        ending=course.is_ending,
        paces=paces,
    )


def _patience(plan: Plan) -> dict[str, Any]:
    """How long plan and policy let executions wait, beside the follow-up of each attempt."""
    policy, activation = plan.policy, plan.activation
    wait = longest_wait(activation, plan.windows) / DAY if activation else 0.0
    attempts = policy.follow_up_days * policy.attempts_max
    return {
        "activates_on": activation.at.date() if activation and activation.at else None,
        "wait_days": policy.days_most - attempts + ceil(wait) * policy.attempts_max,
        # the command goes out when it may, so the time of day lies anywhere before the next one
        "activation_lag": (wait + LEAD / DAY) / 2 if wait else 0.0,
    }


def _waves(course: Course) -> Iterable[WaveAhead]:
    for number, (wave, progress) in enumerate(
        zip(course.plan.waves, course.campaign.waves, strict=True), start=1
    ):
        yield WaveAhead(
            wave=number,
            release=_schedule(progress, wave.release_days),
            # success may be declared in the first moment of the day on which the soak is over;
            # that so many are confirmed is seen in the first moment of the day behind it
            soak_days=max(0, wave.soak_days - (wave.soak_after is None)),
            soak_after=wave.soak_after,
            passed_on=course.passed.get(number),
        )


def _schedule(progress: WaveProgress, release_days: int) -> tuple[float, ...]:
    """Shares, by day, of what is not released: a step of the whole wave each day, and the rest."""
    left = 1 - progress.upto
    if release_days == 0 or left <= 0:
        return (1.0,)
    steps = max(1, ceil(left * release_days - 1e-6))
    step = min(1.0, 1 / release_days / left)
    return (*([step] * (steps - 1)), 1 - step * (steps - 1))


def ripe_members(*, rule: GateRule) -> int:
    """How many of age a test for success needs at least, if all of them are confirmed."""
    if rule.kind != "sequential" or not is_usable(rule):
        return 0
    return ceil(log(rule.accept_beta) / log((1 - rule.accept_bad) / (1 - rule.accept_good)))
