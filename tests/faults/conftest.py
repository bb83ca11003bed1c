"""An undisturbed run, against which every disturbed one is held."""

import gc
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.proof import Outcome, outcome_of
from tests.faults.schedule import Schedule, schedule
from tests.faults.stage import Stage


def pytest_configure(config: pytest.Config) -> None:
    """Let be what kafka-python leaves open each time that a broker goes away."""
    for kind in ("ResourceWarning", "pytest.PytestUnraisableExceptionWarning"):
        config.addinivalue_line("filterwarnings", f"ignore:.*unclosed <socket:{kind}")
        config.addinivalue_line("filterwarnings", f"ignore:.*<socket.socket:{kind}")


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure() -> None:
    """Free those sockets, which captured log records keep, before pytest's own last look.

    That look comes when the filters above no longer hold, and would fail the whole run.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(name="schedule")
def seeded(request: pytest.FixtureRequest) -> Schedule:
    """A fault schedule; TWIN_FAULT_SEED gives its seed."""
    return schedule(request.node.name)


@pytest.fixture
def stage(tmp_path: Path, schedule: Schedule) -> Iterator[Stage]:
    """A stage of the test's own; nothing of it is left afterwards."""
    found = Stage(tmp_path / "twin", schedule)
    try:
        yield found
    finally:
        found.close()


@pytest.fixture(scope="session")
def undisturbed_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the history is run when nothing disturbs it; `reference` runs it."""
    return tmp_path_factory.mktemp("undisturbed") / "twin"


@pytest.fixture(scope="session")
def reference(undisturbed_home: Path) -> Outcome:
    """The outcome of the history when nothing disturbs it: what disturbed runs must come to."""
    stage = Stage(undisturbed_home, schedule("undisturbed"))
    try:
        stage.start()
        return outcome_of(stage.finish(), stage.home)
    finally:
        stage.close()
