"""A whole headless run of the default size: start, period, proof of its figures."""

import json
import subprocess
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Measure
from tests.benchmarks.page_bench import TWIN
from twin.events.registry import ALL_TYPES, short_name

LIMIT: Final = 300.0
NAME: Final = "twin run --headless, default size"
AGAINST: Final = f"at most {LIMIT:.0f} s, figures hold"


ONLY_ON_INCIDENT: Final = {
    "programme.wave-failed",
    "programme.dead-letter-resolved",
    "programme.plan-refused",
    "programme.campaign-denied",
    "programme.campaign-cancelled",
    "programme.campaign-superseded",
    "programme.stop-ordered",
    "programme.campaign-stopped",
    "programme.abort-ordered",
    "programme.campaign-aborted",
    "programme.wave-advanced",
}
"""Facts of a campaign that goes wrong or is called off, and of mending a refused record: the
programme of the default run is seen through. `tests/campaign` brings each of them about."""


def _types(by_event: dict[str, int]) -> Measure:
    """Whether every event type occurs in the run, but for those of `ONLY_ON_INCIDENT`."""
    missing = {short_name(name) for name in ALL_TYPES} - set(by_event) - ONLY_ON_INCIDENT
    return Measure(
        name="event types in that run",
        ours=f"{len(set(by_event))} types, missing: {', '.join(sorted(missing)) or 'none'}",
        against=f"all {len(ALL_TYPES)} but {len(ONLY_ON_INCIDENT)} of a programme not seen through",
        holds=not missing,
    )


def measure(folder: Path) -> list[Measure]:
    """A whole headless run of the default size, by its own summary."""
    words = ("run", "--headless", "--json", "--home", str(folder / "whole"))
    try:
        done = subprocess.run(
            [*TWIN, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=LIMIT,
        )
    except subprocess.TimeoutExpired:
        return [
            Measure(name=NAME, ours=f"not over after {LIMIT:.0f} s", against=AGAINST, holds=False)
        ]
    if done.returncode not in (0, 3):
        raise RuntimeError(f"`twin run` ended with exit status {done.returncode}")
    summary = json.loads(done.stdout)
    seconds = summary["seconds"]
    return [
        _types(summary["by_event"]),
        Measure(
            name=NAME,
            ours=f"{seconds['whole']:.0f} s, {seconds['events_per_second']:,.0f} events/s",
            against=AGAINST,
            ratio=seconds["whole"] / LIMIT,
            holds=seconds["whole"] <= LIMIT and done.returncode == 0,
            figures={**seconds, "events": summary["records"]["produced"]},
        ),
    ]
