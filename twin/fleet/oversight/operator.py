"""The emulated DCC operator: holds every running campaign over a change freeze, and resumes it."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Final
from uuid import uuid5

from msgspec import Struct

from twin.campaign.commands import Command
from twin.events.programme import CommandName
from twin.fleet.numbers.assumptions import Day, Days
from twin.fleet.numbers.rows import load_rows
from twin.ids import NAMESPACE
from twin.vocabulary import HoldReason

ACTOR: Final = "dcc-operations"


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
    """Commands by the calendar, the same whenever they are asked for."""

    def __init__(self, *, rows: OperatorRows, campaigns: Sequence[str]) -> None:
        """`campaigns` are the ids of the campaigns that the operator looks after."""
        begins = datetime.combine(rows.change_freeze_from, time(), UTC)
        ends = begins + timedelta(days=rows.change_freeze_length)
        self._moves: tuple[tuple[datetime, CommandName], ...] = ((begins, "hold"), (ends, "resume"))
        self._campaigns = tuple(campaigns)

    def commands(self, *, after: datetime, until: datetime) -> list[Command]:
        """What the operator commands after a moment and up to and with another."""
        return [
            _command(campaign_id, name, at)
            for at, name in self._moves
            if after < at <= until
            for campaign_id in self._campaigns
        ]


def _command(campaign_id: str, name: CommandName, at: datetime) -> Command:
    """A resume names the operator's own hold, so that it overrides nothing a gate has found."""
    return Command(
        command_id=str(uuid5(NAMESPACE, f"operator|{campaign_id}|{name}|{at.isoformat()}")),
        campaign_id=campaign_id,
        command=name,
        actor=ACTOR,
        issued_at=at,
        reason=HoldReason.OPERATOR if name == "resume" else None,
    )
