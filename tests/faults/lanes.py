"""Scenes side by side, two at a time: most of a scene's time is waiting."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path

from tests.faults.proof import Outcome
from tests.faults.schedule import schedule
from tests.faults.stage import Stage

LANES = 2
Scene = Callable[[Stage, Outcome], None]


def side_by_side(
    scenes: Iterable[Scene], *, folder: Path, reference: Outcome
) -> "dict[str, Future[None]]":
    """Play scenes, each on a stage of its own; how each one went, by name, when all are over."""
    with ThreadPoolExecutor(LANES) as lanes:
        return {
            scene.__name__: lanes.submit(partial(_play, scene, folder, reference))
            for scene in scenes
        }


def _play(scene: Scene, folder: Path, reference: Outcome) -> None:
    stage = Stage(folder / scene.__name__, schedule(scene.__name__))
    try:
        scene(stage, reference)
    finally:
        stage.close()
