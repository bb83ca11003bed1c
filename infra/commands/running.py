"""`twin run` and `twin doctor`."""

import shutil
import signal
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from infra.broker.jars import default_cache
from infra.commands.fleet import print_summary
from infra.commands.period import (
    FIRST_DAY,
    LAST_DAY,
    Ends,
    Intervention,
    Option,
    PlanFiles,
    Premises,
    Seed,
    Starts,
    TickHours,
    wanted_of,
)
from infra.commands.speak import HomeFolder, Json, say_json, say_table
from infra.refusals import DoesNotHold
from infra.run.history import Home
from streams.settings import Settings
from twin.vocabulary import PinIntervention

NIGHTLY_DAYS = 30
"""Days of the twin's clock between two nightly proofs of a run that is watched: at its pace every
quarter of a minute. A run without pages proves itself once, at its end."""
PACE = 2.0
"""Ticks a second of a run that is watched: nine months in two and a half minutes."""


def run(
    premises: Premises = 10_000,
    seed: Seed = 1,
    starts: Starts = FIRST_DAY,
    ends: Ends = LAST_DAY,
    tick_hours: TickHours = 24,
    broker: Annotated[str, typer.Option(help="local, or HOST:PORT of a Kafka.")] = "local",
    plan: PlanFiles = None,
    option: Option = 3,
    pin_intervention: Intervention = PinIntervention.NONE,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the pages.")] = 8501,
    pace: Annotated[
        float | None, typer.Option(min=0, help="Most ticks a second; 0 for full speed.")
    ] = None,
    inbox: Annotated[
        Path | None, typer.Option(help="Folder of real messages that is watched and taken in.")
    ] = None,
    nightly_days: Annotated[
        int | None,
        typer.Option(
            min=0, help="Days of the twin's clock between two proofs (`twin nightly`); 0 for none."
        ),
    ] = None,
    headless: Annotated[
        bool, typer.Option("--headless", help="No pages; end with the summary.")
    ] = False,
    restore: Annotated[
        bool, typer.Option("--restore", help="The log is lost: go on from the lake.")
    ] = False,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Run the programme: broker, emulated field, worker, archiver, publisher, pages."""
    from infra.run import command  # all that a run needs; `doctor` and `--help` need none of it

    wanted = wanted_of(
        premises=premises,
        seed=seed,
        starts=starts,
        ends=ends,
        tick_hours=tick_hours,
        option=option,
        pin_intervention=pin_intervention,
    )
    watched = None if inbox is None else inbox.absolute()
    if nightly_days is None:
        nightly_days = 0 if headless else NIGHTLY_DAYS
    settings = _settings(
        home,
        broker=broker,
        port=port,
        pace=_pace(pace, headless),
        inbox=watched,
        nightly_days=nightly_days,
    )
    folder, history = command.begin(
        settings=settings, wanted=wanted, plan_files=tuple(plan or ()), restore=restore
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console(stderr=True)
    try:
        summary = command.run(
            settings=settings,
            home=folder,
            history=history,
            headless=headless,
            console=console,
            restore=restore,
        )
    except KeyboardInterrupt:
        console.print("stopped; the same command goes on from here")
        return
    if summary is not None:
        command.write_summary(folder, summary)
        say_json(summary) if as_json else print_summary(summary)
        if not summary.holds:
            raise DoesNotHold("the run does not prove itself: the summary says what differs")


def doctor(home: HomeFolder = None, as_json: Json = False) -> None:
    """Say what this machine has and what the twin would use."""
    settings = _settings(home, broker="local", port=8501, pace=0.0)
    found = {
        "python": sys.version.split()[0],
        "home": str(Home(settings.home).path),
        "jars": str(default_cache()),
        "jars_present": default_cache().exists(),
        "disk_free_gb": round(shutil.disk_usage(Path.cwd()).free / 1e9, 1),
        "history": Home(settings.home).history() is not None,
    }
    say_json(found) if as_json else say_table(list(found.items()))


def _pace(pace: float | None, headless: bool) -> float:
    if pace is not None:
        return pace
    return 0.0 if headless else PACE


def _settings(home: str | None, **given: Any) -> Settings:
    if home is not None:
        given["home"] = Path(home)
    return Settings.here(**given)
