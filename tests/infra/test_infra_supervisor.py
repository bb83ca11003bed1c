"""The supervisor with real processes: started, restarted, given up, ended, and only one of it."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.run.history import Home
from infra.run.supervisor import ProcessLost, Program, RunsAlready, Supervisor

WAITS = "import signal; print('I am up', flush=True); signal.pause()"
FAILS = "import sys; print('the disk is full', flush=True); sys.exit(7)"

ENDS = """
import signal, sys

def end(*_):
    with open(sys.argv[1], "a") as record:
        record.write(sys.argv[2])
    sys.exit(0)

signal.signal(signal.SIGTERM, end)
print("up", flush=True)
while True:
    signal.pause()
"""
# A socket to which nobody answers is left to the collector by the libraries in between.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


def python(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = Home(tmp_path / "a home of 100 %")
    home.prepare()
    return home.path


@pytest.fixture
def start() -> Iterator[Callable[..., Supervisor]]:
    """Starts a supervisor, and ends it with the test."""
    started: list[Supervisor] = []

    def start(home: Path, *programs: Program, starts_max: int = 8) -> Supervisor:
        supervisor = Supervisor(home, programs, starts_max=starts_max)
        started.append(supervisor)
        supervisor.start(dict(os.environ))
        return supervisor

    yield start
    for supervisor in started:
        supervisor.shut_down()


def await_that(holds: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_runs_before_it_is_launched(home: Path, start: Callable[..., Supervisor]) -> None:
    supervisor = start(home, Program("one", python(WAITS)), Program("two", python(WAITS)))
    assert set(supervisor.states().values()) == {"STOPPED"}
    supervisor.launch("two")
    await_that(lambda: "two" in supervisor.pids())
    assert "one" not in supervisor.pids()
    supervisor.require_all()


def test_killed_program_is_started_again(home: Path, start: Callable[..., Supervisor]) -> None:
    supervisor = start(home, Program("one", python(WAITS)))
    supervisor.launch("one")
    await_that(lambda: supervisor.states()["one"] == "RUNNING")
    first = supervisor.pids()["one"]
    os.kill(first, signal.SIGKILL)
    await_that(lambda: supervisor.pids().get("one", first) != first)
    assert supervisor.alive("one")
    supervisor.require_all()


def test_program_that_is_done_is_not_started_again(
    home: Path, start: Callable[..., Supervisor]
) -> None:
    supervisor = start(home, Program("one", python("import time; time.sleep(2.5)")))
    supervisor.launch("one")
    await_that(lambda: supervisor.states()["one"] == "EXITED")
    supervisor.require_all()
    assert not supervisor.alive("one")


def test_program_that_cannot_live_is_given_up_with_its_last_words(
    home: Path, start: Callable[..., Supervisor]
) -> None:
    supervisor = start(home, Program("one", python(FAILS)))
    supervisor.launch("one")
    await_that(lambda: supervisor.states()["one"] == "FATAL")
    with pytest.raises(ProcessLost, match=r"one could not be kept alive: the disk is full \(all"):
        supervisor.require_all()


def test_program_that_dies_ever_again_is_given_up(
    home: Path, start: Callable[..., Supervisor]
) -> None:
    supervisor = start(home, Program("one", python(WAITS)), starts_max=1)
    supervisor.launch("one")
    await_that(lambda: supervisor.states()["one"] == "RUNNING")
    supervisor.require_all()
    os.kill(supervisor.pids()["one"], signal.SIGKILL)
    await_that(lambda: supervisor.states()["one"] in ("STARTING", "RUNNING"))

    def given_up() -> bool:
        try:
            supervisor.require_all()
        except ProcessLost as lost:
            return "I am up" in str(lost)
        return False

    await_that(given_up)


def test_program_that_never_spoke_is_given_up_too(
    home: Path, start: Callable[..., Supervisor]
) -> None:
    supervisor = start(home, Program("one", ("/nowhere/program",)))
    assert supervisor.last_words("one").startswith("it said nothing")
    try:
        supervisor.launch("one")
    except Exception as error:  # supervisord may say at once that there is no such program
        assert "NO_FILE" in str(error)  # noqa: PT017
        return
    await_that(lambda: supervisor.states()["one"] == "FATAL")
    with pytest.raises(ProcessLost, match=r"cannot be started|it said nothing"):
        supervisor.require_all()


def test_shutting_down_leaves_no_process(home: Path, start: Callable[..., Supervisor]) -> None:
    supervisor = start(home, Program("one", python(WAITS)), Program("two", python(WAITS)))
    for name in ("one", "two"):
        supervisor.launch(name)
    await_that(lambda: len(supervisor.pids()) == 2)
    pids = list(supervisor.pids().values())
    supervisor.shut_down()
    assert not any(is_alive(pid) for pid in pids)
    supervisor.shut_down()
    again = start(home, Program("one", python(WAITS)))
    assert again.states() == {"one": "STOPPED"}


def test_programs_end_in_the_reverse_of_their_order(
    home: Path, start: Callable[..., Supervisor]
) -> None:
    """The broker is started first, and those who write to it are ended before it."""
    record, script = home / "ended", home / "ends.py"
    script.write_text(ENDS)
    supervisor = start(
        home,
        *(Program(name, (sys.executable, str(script), str(record), name)) for name in "abc"),
    )
    for name in "abc":
        supervisor.launch(name)
    await_that(lambda: all((home / "logs" / f"{n}.log").exists() for n in "abc"))
    await_that(lambda: all("up" in (home / "logs" / f"{n}.log").read_text() for n in "abc"))
    supervisor.shut_down()
    assert record.read_text() == "cba"


def test_second_supervisor_is_refused(home: Path, start: Callable[..., Supervisor]) -> None:
    first = start(home, Program("one", python(WAITS)))
    first.launch("one")
    with pytest.raises(RunsAlready, match=r"a twin runs on .* already: stop it first"):
        Supervisor(home, (Program("one", python(WAITS)),)).start(dict(os.environ))
    assert first.alive("one"), "the first is left alone"


def test_socket_of_a_dead_supervisor_is_no_obstacle(
    home: Path, start: Callable[..., Supervisor]
) -> None:
    first = start(home, Program("one", python(WAITS)))
    os.kill(int((home / "run" / "supervisord.pid").read_text()), signal.SIGKILL)
    await_that(lambda: not first._answers())
    second = start(home, Program("one", python(WAITS)))
    assert second.states() == {"one": "STOPPED"}


def test_long_path_of_a_home_is_no_obstacle(
    tmp_path: Path, start: Callable[..., Supervisor]
) -> None:
    home = Home(tmp_path / ("a" * 60) / ("b" * 60))
    home.prepare()
    assert start(home.path, Program("one", python(WAITS))).states() == {"one": "STOPPED"}


def test_a_job_may_end_and_fail_as_often_as_it_likes(
    home: Path, start: Callable[..., Supervisor]
) -> None:
    """A nightly proof that finds a difference, or is refused, ends no run."""
    supervisor = start(
        home,
        Program("one", python(WAITS)),
        Program("job", python(FAILS), is_job=True),
        starts_max=1,
    )
    supervisor.launch("one")
    for _ in range(3):
        supervisor.launch("job")
        await_that(lambda: not supervisor.alive("job"))
        supervisor.require_all()
    assert supervisor.states()["job"] == "EXITED"
    log = home / "logs" / "job.log"
    assert log.read_text().count("the disk is full") == 3
