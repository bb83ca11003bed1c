"""The emulated people of the DCC: they approve, hold over a change freeze, and mend a campaign.

A gate that rejects for one model is answered by taking that model out and, once the gate finds
nothing any more, by resuming: a day each, as they look at a campaign once a day.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Final
from uuid import uuid5

from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.commands import ACTORS, Command, role_of
from twin.campaign.state import Campaign
from twin.events.programme import CommandName
from twin.fleet.numbers.assumptions import Day, Days
from twin.fleet.numbers.rows import load_rows
from twin.ids import NAMESPACE
from twin.vocabulary import CampaignState, CommandCause, GateDecision, HoldReason

MODEL: Final = "model:"


class OperatorRows(Struct, frozen=True, kw_only=True):
    """The operator's calendar; the file beside this module says where each row comes from."""

    change_freeze_from: Day
    change_freeze_length: Days


@lru_cache(maxsize=1)
def shipped_operator() -> OperatorRows:
    """The calendar that comes with the twin."""
    text = files("twin.fleet.numbers").joinpath("operator.toml").read_text("utf-8")
    return load_rows(OperatorRows, text=text)


class Operator:
    """Commands by the calendar and by how campaigns stand, the same whenever they are asked for."""

    def __init__(self, *, rows: OperatorRows, campaigns: Sequence[str]) -> None:
        """`campaigns` are the ids of the campaigns that the operator looks after."""
        begins = datetime.combine(rows.change_freeze_from, time(), UTC)
        ends = begins + timedelta(days=rows.change_freeze_length)
        self._frozen_until = ends
        self._moves: tuple[tuple[datetime, CommandName], ...] = ((begins, "hold"), (ends, "resume"))
        self._campaigns = tuple(campaigns)

    def commands(
        self, *, after: datetime, until: datetime, campaigns: Mapping[str, Campaign]
    ) -> list[Command]:
        """What is commanded after a moment and up to and with another, as campaigns stand now."""
        own = [campaigns[name] for name in self._campaigns if name in campaigns]
        found = [command for campaign in own for command in self._reactions(campaign, until)]
        return found + [
            command
            for at, name in self._moves
            if after < at <= until
            for campaign in own
            for command in _by_calendar(campaign, name, at)
        ]

    def _reactions(self, campaign: Campaign, now: datetime) -> Iterator[Command]:
        match campaign.state:
            case CampaignState.AWAITING_APPROVAL:
                yield commanded(campaign, "approve", now)
            case CampaignState.HELD if HoldReason.ERROR_GATE in campaign.holds:
                yield from self._mending(campaign, now)

    def _mending(self, campaign: Campaign, now: datetime) -> Iterator[Command]:
        """Take a bad model out; resume when the gate has nothing against the rest."""
        if campaign.current is None:
            return
        wave = campaign.waves[campaign.current]
        if wave.decision is GateDecision.REJECT:
            yield from _exclusion(campaign, wave.stratum, now)
            return
        resume = replace(commanded(campaign, "resume", now), cause=CommandCause.CLEARED)
        if campaign.holds == (HoldReason.ERROR_GATE,):
            yield replace(resume, reason=HoldReason.ERROR_GATE)
        elif self._is_left_over(campaign, now):
            yield resume

    def _is_left_over(self, campaign: Campaign, now: datetime) -> bool:
        """Whether only the freeze's own hold stands beside the gate's, and the freeze is over.

        The calendar's resume found two reasons then, and was answered CONFLICT.
        """
        own = {HoldReason.ERROR_GATE, HoldReason.OPERATOR}
        return now > self._frozen_until and set(campaign.holds) == own


def _exclusion(campaign: Campaign, stratum: str | None, now: datetime) -> Iterator[Command]:
    if stratum is None or not stratum.startswith(MODEL):
        return
    model = stratum.removeprefix(MODEL)
    if model not in campaign.excluded_models:
        yield replace(
            commanded(campaign, "exclude", now), model=model, cause=CommandCause.BAD_FIRMWARE
        )


def _by_calendar(campaign: Campaign, name: CommandName, at: datetime) -> Iterator[Command]:
    """A resume names the operator's own hold, so that it overrides nothing a gate has found."""
    if name == "hold" and campaign.state in (CampaignState.STARTING, CampaignState.RUNNING):
        yield replace(commanded(campaign, "hold", at), cause=CommandCause.CHANGE_FREEZE)
    if name == "resume" and HoldReason.OPERATOR in campaign.holds:
        yield replace(
            commanded(campaign, "resume", at),
            reason=HoldReason.OPERATOR,
            cause=CommandCause.CHANGE_FREEZE,
        )


def commanded(
    campaign: Campaign, name: CommandName, at: datetime, *, by: str = "operator"
) -> Command:
    """A command by whoever has its role; its id says by whom, on what, and when."""
    campaign_id = campaign.plan.campaign_id
    role = role_of(name)
    return Command(
        command_id=str(uuid5(NAMESPACE, f"{by}|{campaign_id}|{name}|{at.isoformat()}")),
        campaign_id=campaign_id,
        command=name,
        actor=ACTORS[role],
        role=role,
        issued_at=at,
        plan_hash=campaign.plan_hash,
    )
