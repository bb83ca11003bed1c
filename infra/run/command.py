"""`twin run` itself: start, watch, and either serve the pages or finish with a summary."""

import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from kafka.errors import KafkaError
from msgspec.structs import replace
from rich.console import Console
from rich.live import Live

from infra.run.archived import archived_of, unarchived
from infra.run.equipment import Equipment, catalogue_mark, plans_of
from infra.run.history import History, Home, adopt
from infra.run.launch import JOBS, Launched, launch, require_port
from infra.run.nights import Nights
from infra.run.progress import Screen
from infra.run.sorted_lake import sort_lake
from infra.run.summary import Summary
from infra.run.supervisor import Supervisor
from streams.ledger import CODE_VERSION
from streams.settings import Settings
from streams.watch import Health, Watch
from twin.campaign.plan import plan_hash

LOOK_SECONDS = 1.0
LINE_SECONDS = 10.0


def begin(
    *,
    settings: Settings,
    wanted: dict[str, object],
    plan_files: tuple[Path, ...],
    restore: bool = False,
) -> tuple[Home, History]:
    """The folder and the history to run: begun now, or gone on with.

    Raises:
        HomeRefused, PlanRefused: see those.
    """
    home = Home(settings.home)
    home.prepare()
    plans = plans_of(home, plan_files)
    history = adopt(
        home,
        History(
            **wanted,  # type: ignore[arg-type]
            broker=settings.broker,
            plans={plan.campaign_id: plan_hash(plan) for plan in plans},
            catalogue=catalogue_mark(home),
        ),
        restore=restore,
    )
    _keep(home, plan_files)
    return home, history


def _keep(home: Home, plan_files: tuple[Path, ...]) -> None:
    """Copy the plan files into the folder, so that every process and later run has them."""
    for file in plan_files:
        (home.path / "plans" / file.name).write_bytes(file.read_bytes())


def run(
    *,
    settings: Settings,
    home: Home,
    history: History,
    headless: bool,
    console: Console,
    restore: bool = False,
) -> Summary | None:
    """Run a history; headless runs end by themselves with the summary, others by Ctrl-C.

    `restore`: its log was lost, and is restored first.
    """
    started = time.monotonic()
    port = None if headless else settings.port
    if port is not None:
        require_port(port)
    Equipment.of(home.path)  # what it refuses is better said before anything is started
    told = console.print if restore else None
    launched = launch(home, history, settings=settings, port=port, restore=told)
    up = time.monotonic()
    try:
        health, watch = _follow(launched, home, settings, headless, console)
        if not headless:
            return None
        over = time.monotonic()
        summary = _finish(launched, home, settings, watch, console)
    finally:
        launched.supervisor.shut_down()
    seconds = {
        "start": round(up - started, 1),
        "period": round(over - up, 1),
        "proof": round(time.monotonic() - over, 1),
        "whole": round(time.monotonic() - started, 1),
        "events_per_second": round(health.produced / max(over - up, 0.001)),
    }
    return replace(summary, seconds=seconds, made_at=datetime.now(UTC), code_version=CODE_VERSION)


def _follow(
    launched: Launched,
    home: Home,
    settings: Settings,
    headless: bool,
    console: Console,
) -> tuple[Health, Watch]:
    """Show progress until the period is over and archived (headless), or until Ctrl-C."""
    watch = Watch(launched.bootstrap, security=settings.client_security)
    address = None if headless else f"http://127.0.0.1:{settings.port}"
    screen = Screen(launched.history, address=address)
    epoch = launched.history.epoch
    said, whole = 0.0, False
    nights = Nights(settings.nightly_days, now=datetime.now(UTC))
    spot_checks = Nights(-(-settings.nightly_days // 2), now=datetime.now(UTC))
    if address is not None:
        console.print(f"The pages are at {address} (simulated data). Ctrl-C stops all.")
    with Live(console=console, refresh_per_second=4, transient=headless) as picture:
        while True:
            launched.supervisor.require_all()
            health = _look(watch, console)
            if health is None:
                continue
            _launch_jobs(launched.supervisor, (nights, spot_checks), health)
            archived = archived_of(home.path, epoch=epoch)
            if console.is_terminal:
                picture.update(screen.draw(health, watch.memory.campaigns, archived=archived))
            elif time.monotonic() - said > LINE_SECONDS:
                console.print(screen.line(health, watch.memory.campaigns))
                said = time.monotonic()
            whole = whole or _is_whole(launched, home, health, archived, watch)
            if headless and whole:
                return health, watch
            time.sleep(LOOK_SECONDS)


def _launch_jobs(supervisor: Supervisor, due: tuple[Nights, Nights], health: Health) -> None:
    """Launch the jobs that are due; one that still works is that of tonight as well."""
    now = datetime.now(UTC)
    for job, nights in zip(JOBS, due, strict=True):
        if nights.is_due(twin=health.now, now=now) and not supervisor.alive(job):
            supervisor.launch(job)


def _look(watch: Watch, console: Console) -> Health | None:
    """How things stand; None while the broker does not answer: it is being started again."""
    try:
        return watch.look()
    except KafkaError as error:
        if not error.retriable:
            raise
        console.print(f"the broker does not answer, still trying ({error})")
        return None


def _is_whole(launched: Launched, home: Home, health: Health, archived: int, watch: Watch) -> bool:
    """Whether the period is over and the lake has all of it; the history then says so for ever."""
    history = launched.history
    if not _is_over(health, archived) or unarchived(watch, home.path, history.epoch):
        return False
    home.write(replace(history, archived_whole=True))
    return True


def _is_over(health: Health, archived: int) -> bool:
    """Whether all is settled, archived and folded: workers may still have tables to recover."""
    settled = health.final and health.settled >= health.tick
    return settled and health.lag == 0 and archived >= health.produced


def _finish(
    launched: Launched, home: Home, settings: Settings, watch: Watch, console: Console
) -> Summary:
    """Stop the processes that write, sort the lake for good, and prove the figures.

    Meanwhile the publisher, which nothing is proved by, forecasts the days that it had no time for.
    """
    from infra.run.take_stock import take_stock

    for role in ("emulator", "worker", "archiver"):
        launched.supervisor.stop(role)
    console.print(sort_lake(home.path).sentence)
    with closing(watch):
        found = take_stock(
            home.path,
            bootstrap=launched.bootstrap,
            security=settings.client_security,
            epochs=launched.history.epochs,
            watch=watch,
        )
    launched.supervisor.stop("publisher")
    return found


def write_summary(home: Home, summary: Summary) -> None:
    """Keep the summary beside the history, and show the pages what it proves."""
    from infra.run.proofs import show_proofs

    content = msgspec.json.format(msgspec.json.encode(summary), indent=2)
    (home.path / "summary.json").write_bytes(content)
    show_proofs(home.path, now=datetime.now(UTC))
