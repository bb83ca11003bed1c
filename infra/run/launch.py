"""Starting what a run needs, in order: broker, topics, then the processes that use them."""

import os
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct

from infra.broker import BrokerUnavailable, LocalBroker
from infra.pages.starting import command
from infra.run.guard import require_own, require_storage
from infra.run.history import History, Home, HomeRefused, LogLost
from infra.run.supervisor import Program, Supervisor
from streams import cluster, lines
from streams.settings import Settings

PIPELINE = ("worker", "archiver", "publisher", "emulator")
JOBS = ("nightly", "reconcile")
"""The commands that a run launches by itself every so many days of the twin's clock."""
INBOX = "inbox"
"""The role that watches a folder, in a run that has one."""
BROKER_EXITS = (0, 143)
READY_SECONDS = 90.0

Told: TypeAlias = Callable[[str], None]
"""Takes the sentences of what is being done."""


class PortTaken(BrokerUnavailable):
    """The dashboard's port is somebody else's."""


class Launched(Struct, frozen=True):
    """What runs: its supervisor, where its broker answers, and its history bound to it."""

    supervisor: Supervisor
    bootstrap: str
    history: History


def require_port(port: int) -> None:
    """Check that the dashboard's port is free.

    Raises:
        PortTaken: somebody listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortTaken(
                f"port {port} of 127.0.0.1 is taken: choose another with `--port N` "
                "(`make run PORT=N`)"
            ) from error


def roles(settings: Settings) -> tuple[str, ...]:
    """The roles of a run's own processes, in the order in which they are started."""
    return PIPELINE if settings.inbox is None else (*PIPELINE, INBOX)


def programs(home: Path, *, settings: Settings, port: int | None) -> tuple[Program, ...]:
    """The processes of a run; `port` is the dashboard's, None for a run without pages."""
    found = []
    if settings.broker == "local":
        broker = (sys.executable, "-m", "infra.broker", "--home", str(home))
        found.append(Program("broker", broker, done=BROKER_EXITS))
    found += [
        Program(role, (sys.executable, "-m", "infra.run.roles", role)) for role in roles(settings)
    ]
    if port is not None:
        found.append(Program("dashboard", command(port=port)))
    polite = ("nice", "-n", "19", sys.executable, "-m", "infra.cli")
    found += [Program(job, (*polite, job), is_job=True) for job in JOBS]
    return tuple(found)


def launch(
    home: Home,
    history: History,
    *,
    settings: Settings,
    port: int | None,
    restore: Told | None = None,
) -> Launched:
    """Start everything; on a refusal all that was started is ended again.

    `restore` takes sentences about a lost log that is restored; without it one is refused.
    """
    local = settings.broker == "local"
    supervisor = Supervisor(
        home.path,
        programs(home.path, settings=settings, port=port),
        starts_max=settings.starts_max,
    )
    supervisor.await_ending()
    bootstrap = settings.broker
    if local:
        broker = LocalBroker(home.path)
        if restore is None:
            require_storage(broker, history)
        broker.prepare()
        bootstrap = broker.bootstrap
    supervisor.start(environment(home.path, settings, bootstrap, has_pages=port is not None))
    try:
        if local:
            supervisor.launch("broker")
            broker.wait_ready(timeout=READY_SECONDS, alive=lambda: supervisor.alive("broker"))
        history = ready_topics(
            home, history, settings=settings, bootstrap=bootstrap, restore=restore
        )
        _ready_table(home.path, settings=settings, bootstrap=bootstrap)
        for role in roles(settings):
            supervisor.launch(role)
        if port is not None:
            supervisor.launch("dashboard")
    except BaseException:
        supervisor.shut_down()
        raise
    return Launched(supervisor, bootstrap, history)


def ready_topics(
    home: Home, history: History, *, settings: Settings, bootstrap: str, restore: Told | None
) -> History:
    """The history with a log that is its own: made now, found as it was left, or restored."""
    security = settings.client_security
    with cluster.admin(bootstrap, security=security) as client:
        if not history.cluster_id and restore is None:
            cluster.ensure(client)
        try:
            tied = require_own(home, history, client)
        except LogLost:
            if restore is None:
                raise
            from infra.run.restoring import restored  # for a log that is lost only

            return restored(
                home,
                history,
                client,
                broker=settings.broker,
                bootstrap=bootstrap,
                security=security,
                told=restore,
            )
    if restore is not None:
        raise HomeRefused(
            "the log of this history is all there, so there is nothing to restore: "
            "give the command without --restore"
        )
    if tied != history:
        home.write(tied)
    return tied


def _ready_table(home: Path, *, settings: Settings, bootstrap: str) -> None:
    """The table that the worker takes up: the one in use, or one that takes over now (0051)."""
    lines.begin(home)
    security = settings.client_security
    if lines.lines(home).next is not None:
        from infra.run.table_switching import KafkaChangelogs, entered

        with cluster.admin(bootstrap, security=security) as client:
            logs = KafkaChangelogs(client, bootstrap=bootstrap, security=security)
            line = entered(home, worker=settings.worker, changelogs=logs)
        if line is not None:
            _say(f"table {line.table} takes over, at basis {line.basis or 'of its own'}")
    made_by = lines.lines(home).current.fold
    if made_by not in ("", lines.fold()):
        _say(
            f"the live table was made by fold {made_by}, this code is fold {lines.fold()}: "
            "`twin table build-beside` builds its table beside"
        )


def _say(sentence: str) -> None:
    print(f"twin: {sentence}", file=sys.stderr)


def environment(
    home: Path, settings: Settings, bootstrap: str, *, has_pages: bool
) -> Mapping[str, str]:
    """What the processes of a run are told: all of ours, and the settings of this run.

    A run without pages is not watched, unless `TWIN_WATCHED` says so.
    """
    given = {
        **({} if has_pages or "TWIN_WATCHED" in os.environ else {"TWIN_WATCHED": "0"}),
        "TWIN_HOME": str(home),
        "TWIN_BROKER": bootstrap,
        "TWIN_PACE": str(settings.pace),
        "TWIN_WORKER": settings.worker,
        **({} if settings.inbox is None else {"TWIN_INBOX": str(settings.inbox)}),
        "PYTHONUNBUFFERED": "1",
    }
    return {**os.environ, **given}
