"""What operators commanded in a finished run, read back from the answers and facts on the log.

An answer does not keep every field of its command; what is missing is in the fact that it made,
or in the state that it was answered on.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from msgspec import Struct

from twin.campaign.commands import Command
from twin.campaign.plan import Plan, plan_of_text
from twin.campaign.state import Campaign, drafted, evolve
from twin.events.envelope import Event
from twin.events.programme import (
    CampaignSubmitted,
    CampaignSuperseded,
    CommandAnswered,
    ModelExcluded,
    UpstreamReported,
)
from twin.events.registry import CampaignFact
from twin.replay.ticks import Ticks
from twin.vocabulary import HoldReason

BY_GATES: Final = (HoldReason.ERROR_GATE, HoldReason.SUCCESS_MISSED, HoldReason.UNDECIDABLE)
"""Reasons for which a gate holds a campaign; operators and windows have their own."""


class HandedIn(Struct, frozen=True, kw_only=True):
    """A plan that the desk handed in by itself, on a tick; `author` is the fact's."""

    tick: int
    campaign_id: str
    plan: Plan
    author: str
    version: int


class Commanded(Struct, frozen=True, kw_only=True):
    """A command that was answered after the decisions of `tick`, and the fact it made, if any.

    `holds` are the reasons for which the campaign was held then.
    """

    tick: int
    at: datetime
    answered: CommandAnswered
    fact: CampaignFact | None
    plan: Plan | None
    holds: tuple[HoldReason, ...]

    @property
    def is_accepted(self) -> bool:
        """Whether the command did something then."""
        return self.answered.answer == "ACCEPTED"

    @property
    def is_reaction(self) -> bool:
        """Whether it was given while a gate held the campaign, so in answer to that."""
        return any(reason in BY_GATES for reason in self.holds)


class Programme(Struct, frozen=True):
    """What came from people in a finished run: plans handed in by the run, and commands."""

    handed_in: tuple[HandedIn, ...]
    commanded: tuple[Commanded, ...]

    def versions(self, campaign_id: str) -> list[Plan]:
        """The plans of a campaign in the order in which they were handed in."""
        found = [
            (one.version, one.plan) for one in self.handed_in if one.campaign_id == campaign_id
        ]
        found += [
            (one.fact.plan_version, one.plan)
            for one in self.commanded
            if isinstance(one.fact, CampaignSubmitted)
            and one.plan is not None
            and one.fact.campaign_id == campaign_id
        ]
        return [plan for _, plan in sorted(found, key=lambda pair: pair[0])]


def programme_of(decisions: Iterable[Event], *, ticks: Ticks) -> Programme:
    """Plans and commands from the facts of all campaigns, in the order of the log."""
    read = _Reading(tuple(decisions), ticks)
    for nth, event in enumerate(read.events):
        read.take(nth, event)
    return Programme(tuple(read.handed_in), tuple(read.commanded))


def command_again(told: Commanded, *, plan: Plan | None, plan_hash: str | None) -> Command:
    """The command once more, for a campaign whose plan may be another by now."""
    answered, fact = told.answered, told.fact
    return Command(
        command_id=answered.command_id,
        campaign_id=answered.campaign_id,
        command=answered.command,
        actor=answered.actor,
        role=answered.role,
        issued_at=told.at,
        cause=answered.cause,
        plan_hash=plan_hash,
        plan=plan,
        model=fact.model if isinstance(fact, ModelExcluded) else None,
        by=fact.by if isinstance(fact, CampaignSuperseded) else None,
        region=fact.region if isinstance(fact, UpstreamReported) else None,
        is_up=isinstance(fact, UpstreamReported) and fact.is_up,
    )


class _Reading:
    """One pass over the facts of all campaigns; each knows the fact and the state before it."""

    def __init__(self, events: tuple[Event, ...], ticks: Ticks) -> None:
        self.events = events
        self.handed_in: list[HandedIn] = []
        self.commanded: list[Commanded] = []
        self._ticks = ticks
        self._campaigns: dict[str, Campaign] = {}
        self._before: dict[str, tuple[Event, tuple[HoldReason, ...]]] = {}
        self._made = _made_by_commands(events)
        self._last = {
            event.fact.tick: nth  # type: ignore[union-attr]
            for nth, event in enumerate(events)
            if nth not in self._made
        }

    def take(self, nth: int, event: Event) -> None:
        fact, held = event.fact, self._campaigns.get(event.key)
        if isinstance(fact, CommandAnswered):
            self.commanded.append(self._command(nth, event, fact))
        elif isinstance(fact, CampaignSubmitted) and nth not in self._made:
            self.handed_in.append(
                HandedIn(
                    tick=fact.tick,
                    campaign_id=fact.campaign_id,
                    plan=plan_of_text(fact.plan),
                    author=fact.author,
                    version=fact.plan_version,
                )
            )
        self._before[event.key] = event, () if held is None else held.holds
        if isinstance(fact, CampaignSubmitted):
            self._campaigns[event.key] = drafted(plan_of_text(fact.plan), fact, before=held)
        elif held is not None:
            at = event.occurred_at
            self._campaigns[event.key] = evolve(held, fact, at=at)  # type: ignore[arg-type]

    def _command(self, nth: int, event: Event, answered: CommandAnswered) -> Commanded:
        made: CampaignFact | None = None
        holds = self._campaigns[event.key].holds
        if answered.answer == "ACCEPTED":
            before, holds = self._before[event.key]
            made = before.fact  # type: ignore[assignment]
        return Commanded(
            tick=self._tick(nth, event.occurred_at, made),
            at=event.occurred_at,
            answered=answered,
            fact=made,
            plan=plan_of_text(made.plan) if isinstance(made, CampaignSubmitted) else None,
            holds=holds,
        )

    def _tick(self, nth: int, at: datetime, made: CampaignFact | None) -> int:
        """The tick that was decided last; a refusal names none, but the log's order shows it."""
        if made is not None:
            return int(made.tick)  # type: ignore[union-attr]
        tick = self._ticks.of(at)
        return tick - 1 if self._last.get(tick, -1) > nth else tick


def _made_by_commands(events: tuple[Event, ...]) -> set[int]:
    """Places of the answers, and of the one fact before each that a command has made."""
    found: set[int] = set()
    last: dict[str, int] = {}
    for nth, event in enumerate(events):
        if isinstance(event.fact, CommandAnswered):
            found.add(nth)
            if event.fact.answer == "ACCEPTED":
                found.add(last[event.key])
        last[event.key] = nth
    return found
