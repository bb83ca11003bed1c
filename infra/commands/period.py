"""The options that say which history is meant, shared by those commands that begin one."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from twin.fleet.living.policy import Policy
from twin.vocabulary import PinIntervention, ProgrammeOption

DAY: Final = "%Y-%m-%d"
PREMISES_MAX: Final = 5_000_000
Premises = Annotated[int, typer.Option(min=1, max=PREMISES_MAX, help="Premises emulated.")]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the emulated fleet.")]
Starts = Annotated[datetime, typer.Option("--from", formats=[DAY], help="First day of the period.")]
Ends = Annotated[datetime, typer.Option("--to", formats=[DAY], help="Last day of the period.")]
TickHours = Annotated[int, typer.Option(min=1, max=168, help="Length of a tick.")]
PlanFiles = Annotated[
    list[Path] | None, typer.Option(help="Campaign plan file; may be given several times.")
]
Option = Annotated[
    int, typer.Option(min=1, max=3, help="Option of the consultation for local pairing.")
]
Intervention = Annotated[
    PinIntervention, typer.Option(help="What is done to have the Privacy PIN used well.")
]
# days of the programme, not moments
FIRST_DAY: Final = datetime(2017, 4, 1)  # noqa: DTZ001
LAST_DAY: Final = datetime(2017, 12, 31)  # noqa: DTZ001


def wanted_of(
    *,
    premises: int,
    seed: int,
    starts: datetime,
    ends: datetime,
    tick_hours: int,
    option: int,
    pin_intervention: PinIntervention,
) -> dict[str, Any]:
    """The history that the options ask for; a period that ends before it starts is wrong usage."""
    if ends < starts:
        raise typer.BadParameter(f"the period ends before it starts ({ends:{DAY}})")
    return {
        "premises": premises,
        "seed": seed,
        "starts": starts.date(),
        "ends": (ends + timedelta(days=1)).date(),
        "tick_hours": tick_hours,
        "policy": Policy(ProgrammeOption(f"option_{option}"), pin_intervention),
    }
