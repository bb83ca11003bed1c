"""The processes of a run, each started as `python -m infra.run.roles ROLE` by the supervisor.

Each role loads what it works with, and nothing of the others: a run starts five of them.
"""

import faulthandler
import os
import signal
import sys
import threading
from typing import NoReturn

from infra.refusals import is_of_kafka
from infra.run.equipment import Equipment
from streams.settings import Settings
from twin.refusal import Refusal

FIELD_NICE = 10
"""The emulated field gives way to those who take in, keep and show what it says."""
INBOX_SECONDS = 1.0
"""Between two looks at the watched folder."""


def run_worker(settings: Settings, equipment: Equipment) -> None:
    """Fold, decide, order: until a signal."""
    from streams import worker
    from streams.lines import lines

    app = worker.build(
        settings=settings,
        broker=settings.broker,
        plans=equipment.plans,
        capable_version=equipment.catalogue.capable_version,
        epochs=equipment.history.epochs,
        table=lines(settings.home).current.table,
    )
    worker.run(app)


def run_emulator(settings: Settings, equipment: Equipment) -> None:
    """Emulate the field to the end of the period."""
    from infra.run.actors import actors_of, schedule_of
    from streams.emulator import Emulator

    os.nice(FIELD_NICE)
    emulator = Emulator(
        actors_of(equipment),
        schedule=schedule_of(equipment),
        bootstrap=settings.broker,
        security=settings.client_security,
        pace=settings.pace,
    )
    closed = emulator.run()
    print(f"the period is over; {closed} ticks were emulated by this process", flush=True)


def run_archiver(settings: Settings, equipment: Equipment) -> None:
    """Archive until a signal."""
    from streams import archiver
    from streams.archive import open_lake

    stop = _stopping()
    copier = archiver.Archiver(
        open_lake(settings.home),
        bootstrap=settings.broker,
        epoch=equipment.history.epoch,
        security=settings.client_security,
        patience=archiver.PROMPT if settings.watched else archiver.UNHURRIED,
    )
    rows = copier.run(stop=stop.is_set)
    print(f"stopped; {rows} rows were archived by this process", flush=True)


def run_publisher(settings: Settings, equipment: Equipment) -> None:
    """Publish marts until a signal."""
    from infra.run.publisher import publish_until

    publish_until(settings=settings, equipment=equipment, stop=_stopping())


def run_inbox(settings: Settings, _: Equipment) -> None:
    """Watch the folder of real messages until a signal."""
    from infra.run import inbox
    from twin.ingest.door import messages_in

    assert settings.inbox is not None  # a run without one starts no inbox
    stop = _stopping()
    inbox.watch(
        settings.inbox, messages_in, settings=settings, is_over=lambda: stop.wait(INBOX_SECONDS)
    )


ROLES = {
    "worker": run_worker,
    "emulator": run_emulator,
    "archiver": run_archiver,
    "publisher": run_publisher,
    "inbox": run_inbox,
}


def _stopping() -> threading.Event:
    """An event that is set when the supervisor asks this process to end."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    return stop


def main() -> NoReturn:
    """Run the role that the command line names; a refusal is one line and exit status 1."""
    faulthandler.register(signal.SIGUSR1)  # kill -USR1 writes every thread's stack to the log
    settings = Settings.here()
    try:
        ROLES[sys.argv[1]](settings, Equipment.of(settings.home))
    except Refusal as refusal:
        _end(refusal)
    except Exception as error:
        if not is_of_kafka(error):
            raise
        _end(error)
    sys.exit(0)


def _end(why: Exception) -> NoReturn:
    print(why, file=sys.stderr, flush=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
