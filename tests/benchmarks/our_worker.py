"""Our worker as it is, under an app id of its own; with a profile of its main thread if asked."""

import cProfile
import sys
import time
from pathlib import Path

from streams import app as streams_app
from streams import worker
from streams.settings import Settings
from twin.campaign.plan import shipped_plans
from twin.ingest.catalogue import shipped_catalogue


def main(app_id: str, bootstrap: str, folder: str, profile: str = "") -> None:
    """Fold until a signal; a fresh app id has a group, a table and a changelog of its own."""
    streams_app.APP_ID = app_id
    app = worker.build(
        settings=Settings(home=Path(folder), broker=bootstrap),
        broker=bootstrap,
        plans=shipped_plans(),
        capable_version=shipped_catalogue().capable_version,
    )
    if not profile:
        worker.run(app)
        return
    profiler = cProfile.Profile(time.thread_time)
    try:
        profiler.runcall(worker.run, app)
    finally:
        profiler.dump_stats(profile)


if __name__ == "__main__":
    main(*sys.argv[1:])
