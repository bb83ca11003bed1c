"""`twin fleet generate`: the history of a fleet of any size, straight into a lake."""

import signal
import time
from pathlib import Path
from typing import Annotated

import typer
from msgspec import structs
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

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
from infra.commands.speak import Json, say, say_json
from infra.refusals import CommandRefused
from infra.run.command import begin
from infra.run.equipment import Equipment
from infra.run.generated_so_far import GENERATED
from infra.run.generating import generate as write_history
from infra.run.generating import require_history_of_lake
from infra.run.history import Home
from infra.run.sorted_lake import LeftSorted, sort_lake
from streams.settings import Settings
from streams.topics import PARTITIONS
from twin.generate.lockstep import Ticked
from twin.vocabulary import PinIntervention

LINE_SECONDS = 10.0
Processes = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=PARTITIONS,
        show_default="one a core",
        help="Processes that share the work; the lake is the same whatever their number.",
    ),
]

Tables = Annotated[
    bool,
    typer.Option(
        "--tables",
        help="Keep the states beside the lake, for `twin rebuild --verify` to compare it with.",
    ),
]


def generate(
    to_lake: Annotated[
        Path, typer.Option(metavar="DIR", help="TWIN_HOME whose lake is written; made anew.")
    ],
    premises: Premises = 10_000,
    seed: Seed = 1,
    starts: Starts = FIRST_DAY,
    ends: Ends = LAST_DAY,
    tick_hours: TickHours = 24,
    plan: PlanFiles = None,
    option: Option = 3,
    pin_intervention: Intervention = PinIntervention.NONE,
    processes: Processes = None,
    tables: Tables = False,
    as_json: Json = False,
) -> None:
    """Write into a lake what `twin run` would put on the log, event for event, and sort it."""
    wanted = wanted_of(
        premises=premises,
        seed=seed,
        starts=starts,
        ends=ends,
        tick_hours=tick_hours,
        option=option,
        pin_intervention=pin_intervention,
    )
    require_history_of_lake(Home(to_lake))
    settings = Settings.here(home=to_lake, broker=GENERATED)
    home, history = begin(settings=settings, wanted=wanted, plan_files=tuple(plan or ()))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with _Shown(history.ticks) as shown:
        try:
            found = write_history(
                home,
                Equipment.of(home.path),
                told=shown.tell,
                processes=processes,
                tables=tables,
            )
        except KeyboardInterrupt:
            raise CommandRefused(
                f"stopped after {shown.records:,} records; the lake is whole as far as it goes, "
                "and the same command goes on from there"
            ) from None
    left = _left_sorted(home.path)
    if as_json:
        say_json({**structs.asdict(found), **structs.asdict(left)})
        return
    say(f"{found.records:,} records in {home.path / 'lake'} · simulated data")
    say(left.sentence)
    if found.digest is None:
        say("all of them were there already")
        return
    say(f"{found.events_per_second:,} a second, {found.seconds:,.1f} s; digest {found.digest}")


def _left_sorted(home: Path) -> LeftSorted:
    """Sort the lake; after an interrupt, or a death, the same command does no more than that."""
    try:
        return sort_lake(home)
    except KeyboardInterrupt:
        raise CommandRefused(
            "stopped while the lake was sorted; it is whole, and the same command goes on there"
        ) from None


class _Shown:
    """The progress on standard error: a bar, or a line now and then where there is no terminal."""

    def __init__(self, ticks: int) -> None:
        console = Console(stderr=True)
        self.records = 0
        self._ticks = ticks
        self._bar = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=40),
            TextColumn("{task.percentage:>5.1f}%"),
            TextColumn("{task.fields[records]:,} records"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("before the first tick", total=ticks, records=0)
        self._said = time.monotonic()

    def __enter__(self) -> "_Shown":
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def tell(self, ticked: Ticked, records: int) -> None:
        self.records = records
        date = f"{ticked.now:%d %B %Y}"
        done = ticked.tick + 1
        self._bar.update(self._task, completed=done, description=date, records=records)
        if self._bar.disable and time.monotonic() - self._said > LINE_SECONDS:
            self._said = time.monotonic()
            self._bar.console.print(
                f"{ticked.now:%Y-%m-%d} tick {done}/{self._ticks} records {records}"
            )
