"""The operators of a scenario: they approve, freeze by the calendar, answer holds by policy."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.commands import Command
from twin.campaign.state import Campaign
from twin.events.programme import CommandName
from twin.fleet.oversight.operator import commanded
from twin.vocabulary import CampaignState, CommandCause, GateDecision, HoldReason
from twin.whatif.population import midnight
from twin.whatif.scenario import Scenario

MODEL: Final = "model:"
_GATES: Final = (HoldReason.ERROR_GATE, HoldReason.SUCCESS_MISSED, HoldReason.UNDECIDABLE)
"""Holds that a person must answer."""


class Operators(Struct, frozen=True):
    """Commands by the calendar and by how a campaign stands; `held` is since when each is held."""

    scenario: Scenario

    def commands(
        self, campaign: Campaign, *, now: datetime, held_since: datetime | None
    ) -> Iterator[Command]:
        """What is commanded after the tick of a moment, one by one: each sees the one before."""
        if campaign.state is CampaignState.AWAITING_APPROVAL:
            yield _command(campaign, "approve", now)
            return
        yield from self._by_calendar(campaign, now)
        if campaign.state is CampaignState.HELD and held_since is not None:
            waited = now - held_since
            if waited >= timedelta(days=self.scenario.hold.after_days - 1):
                yield from self._answer(campaign, now, waited)

    def _by_calendar(self, campaign: Campaign, now: datetime) -> Iterator[Command]:
        frozen = self._is_frozen(now)
        if frozen and campaign.state in (CampaignState.STARTING, CampaignState.RUNNING):
            yield replace(_command(campaign, "hold", now), cause=CommandCause.CHANGE_FREEZE)
        own = HoldReason.OPERATOR in campaign.holds
        if own and not frozen and len(campaign.holds) == 1:
            command = _command(campaign, "resume", now)
            yield replace(command, reason=HoldReason.OPERATOR, cause=CommandCause.CHANGE_FREEZE)

    def _is_frozen(self, now: datetime) -> bool:
        return any(
            midnight(one.starts) <= now < midnight(one.starts) + timedelta(days=one.days)
            for one in self.scenario.freezes
        )

    def _answer(self, campaign: Campaign, now: datetime, waited: timedelta) -> Iterator[Command]:
        """What is done about what a gate found; nothing while a freeze holds the campaign too."""
        if not set(campaign.holds) & set(_GATES) or self._is_frozen(now):
            return
        match self.scenario.hold.answer:
            case "stop":
                yield _command(campaign, "stop", now)
            case "resume":
                yield _resume(campaign, now)
            case "exclude_model":
                yield from self._mending(campaign, now, waited)

    def _mending(self, campaign: Campaign, now: datetime, waited: timedelta) -> Iterator[Command]:
        """Take the model out that the gate blames; resume when it has nothing against the rest.

        A hold that names no model, or only models that are out, is resumed after the days that
        the policy gives it, over what the gate has found.
        """
        wave = campaign.waves[campaign.current] if campaign.current is not None else None
        rejects = wave is not None and wave.decision is GateDecision.REJECT
        blamed = (wave.stratum or "") if wave is not None and rejects else ""
        model = blamed.removeprefix(MODEL)
        if blamed.startswith(MODEL) and model not in campaign.excluded_models:
            command = _command(campaign, "exclude", now)
            yield replace(command, model=model, cause=CommandCause.BAD_FIRMWARE)
        elif not rejects or waited >= timedelta(days=self.scenario.hold.after_days):
            yield _resume(campaign, now)


def _resume(campaign: Campaign, now: datetime) -> Command:
    """A resume that names its reason where there is one only, so that it overrides no other."""
    reason = campaign.holds[0] if len(campaign.holds) == 1 else None
    command = _command(campaign, "resume", now)
    return replace(command, cause=CommandCause.CLEARED, reason=reason)


def _command(campaign: Campaign, name: CommandName, at: datetime) -> Command:
    return commanded(campaign, name, at, by="what-if")
