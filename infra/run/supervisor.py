"""The processes of a run under supervisord: started in order, restarted if they die, ended."""

import hashlib
import http.client
import os
import signal
import subprocess
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from msgspec import Struct
from supervisor.xmlrpc import SupervisorTransport

from infra.run.bound import end_with_parent
from twin.refusal import Refusal

STOP_SECONDS = 40
SOCKET_MAX = 100
"""A unix socket's path may hold some 107 bytes."""


class RunsAlready(Refusal):
    """A run is at work on this TWIN_HOME."""


class ProcessLost(Refusal):
    """A process of the run cannot be kept alive; the sentence names it and its log."""


class Program(Struct, frozen=True):
    """One process: its name, command line, and exit codes that mean it is done.

    A job is launched again and again, ends by itself, and is not started anew if it fails.
    """

    name: str
    command: Sequence[str]
    done: tuple[int, ...] = (0,)
    is_job: bool = False


class Supervisor:
    """supervisord with its programs, spoken to over a socket of its own."""

    def __init__(self, home: Path, programs: Iterable[Program], *, starts_max: int = 8) -> None:
        """A supervisor for a TWIN_HOME; nothing runs before `start`.

        A program that was started more than `starts_max` times is given up.
        """
        self._starts_max = starts_max
        self._folder = home / "run"
        self._logs = home / "logs"
        self._programs = tuple(programs)
        self._socket = _socket_path(self._folder)
        self._process: subprocess.Popen[bytes] | None = None
        self._starts: dict[str, set[int]] = {}
        self._jobs = {program.name for program in self._programs if program.is_job}

    def start(self, environment: Mapping[str, str]) -> None:
        """Start supervisord, with no program yet.

        Raises:
            RunsAlready: another supervisor answers for this TWIN_HOME.
        """
        if self._answers():
            raise RunsAlready(
                f"a twin runs on {self._folder.parent} already: stop it first (Ctrl-C in its "
                "window), or choose another TWIN_HOME"
            )
        self._socket.unlink(missing_ok=True)
        conf = self._folder / "supervisord.conf"
        conf.write_text(self._configuration(), encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(conf)],
            env=dict(environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(end_with_parent, signal.SIGTERM),
        )
        deadline = time.monotonic() + 20
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise ProcessLost(f"supervisord did not start; see {self._logs}/supervisord.log")
            time.sleep(0.05)

    def await_ending(self) -> None:
        """Wait for a supervisor that still ends its programs because its run was killed."""
        deadline = time.monotonic() + 2 * STOP_SECONDS
        while self._is_ending() and time.monotonic() < deadline:
            time.sleep(0.1)

    def runs(self) -> bool:
        """Whether a run is at work here."""
        return self._answers()

    def require_nobody(self) -> None:
        """Check that no run is at work here, for whoever reads what its workers write.

        Raises:
            RunsAlready: one is.
        """
        if self._answers():
            raise RunsAlready(
                f"a twin runs on {self._folder.parent}, and its workers write the tables: "
                "stop it first (Ctrl-C in its window)"
            )

    def launch(self, name: str) -> None:
        """Start one program; it may take its time to be ready."""
        self._ask("startProcess", name, False)

    def states(self) -> dict[str, str]:
        """State word of each program (RUNNING, STARTING, EXITED, BACKOFF, FATAL ...)."""
        return {p["name"]: p["statename"] for p in self._ask("getAllProcessInfo")}

    def pids(self) -> dict[str, int]:
        """Process id of each program that runs."""
        found = self._ask("getAllProcessInfo")
        return {p["name"]: p["pid"] for p in found if p["pid"]}

    def alive(self, name: str) -> bool:
        """Whether a program runs or is being started again."""
        return self.states()[name] in ("RUNNING", "STARTING", "BACKOFF")

    def require_all(self) -> None:
        """Check that no program was given up.

        Raises:
            ProcessLost: one was; its last words are in the sentence. Or supervisord has ended.
        """
        try:
            programs = self._ask("getAllProcessInfo")
        except (OSError, http.client.HTTPException, xmlrpc.client.Error) as error:
            raise ProcessLost(
                f"the supervisor of the processes has ended; see {self._logs}/supervisord.log"
            ) from error
        for found in programs:
            name = found["name"]
            if name in self._jobs:
                continue  # its log says how it went; the run does not stand on it
            self._starts.setdefault(name, set()).add(found["start"])
            lost = found["statename"] in ("FATAL", "UNKNOWN")
            if lost or len(self._starts[name]) > self._starts_max:
                raise ProcessLost(f"{name} could not be kept alive: {self.last_words(name)}")

    def last_words(self, name: str) -> str:
        """The last line that a program wrote, and where the rest is."""
        log = self._logs / f"{name}.log"
        lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
        return f"{lines[-1] if lines else 'it said nothing'} (all of it: {log})"

    def stop(self, name: str) -> None:
        """Stop one program and wait until it has ended.

        It is asked how far it is: while supervisord itself waits for an end to tell of it, it turns
        without a pause and takes a whole core from the program that is ending.
        """
        with suppress(xmlrpc.client.Fault):
            self._ask("stopProcess", name, False)
            while self._ask("getProcessInfo", name)["statename"] == "STOPPING":
                time.sleep(0.05)

    def shut_down(self) -> None:
        """Stop all programs, last started first, then supervisord itself."""
        if self._process is None:
            return
        with suppress(OSError, http.client.HTTPException, xmlrpc.client.Error):
            for program in reversed(self._programs):
                self.stop(program.name)
            self._ask("shutdown")
        try:
            self._process.wait(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, method: str, *arguments: object) -> Any:
        """Call supervisord by a connection of its own: one that failed cannot be used again."""
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        with xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    def _answers(self) -> bool:
        try:
            self._ask("getState")
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False
        return True

    def _is_ending(self) -> bool:
        """A supervisord that shuts down answers every question with a fault."""
        try:
            self._ask("getState")
        except xmlrpc.client.Fault:
            return True
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            pass
        return False

    def _configuration(self) -> str:
        parts = [
            "[unix_http_server]",
            f"file={_escaped(self._socket)}",
            "chmod=0700",
            "[supervisord]",
            "nodaemon=true",
            "silent=true",
            *(["user=root"] if os.getuid() == 0 else []),
            f"logfile={_escaped(self._logs / 'supervisord.log')}",
            f"pidfile={_escaped(self._folder / 'supervisord.pid')}",
            "[rpcinterface:supervisor]",
            "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
        ]
        for program in self._programs:
            parts += self._program(program)
        return "\n".join(parts) + "\n"

    def _program(self, program: Program) -> list[str]:
        words = (sys.executable, "-m", "infra.run.bound", *program.command)
        command = " ".join(map(_quoted, words))
        return [
            f"[program:{program.name}]",
            f"command={_escaped(command)}",
            "autostart=false",
            f"autorestart={'false' if program.is_job else 'unexpected'}",
            f"exitcodes={','.join(map(str, program.done))}",
            f"startsecs={0 if program.is_job else 2}",
            "startretries=3",
            f"stopsignal={'TERM'}",
            f"stopwaitsecs={STOP_SECONDS // 2}",
            "redirect_stderr=true",
            # supervisord expands this one value twice
            f"stdout_logfile={_escaped(_escaped(self._logs / (program.name + '.log')))}",
            "stdout_logfile_maxbytes=20MB",
            "stdout_logfile_backups=2",
        ]


def _socket_path(folder: Path) -> Path:
    """A socket beside the run's files, or in the temporary folder where the path is too long."""
    wanted = folder / "supervisor.sock"
    if len(str(wanted)) <= SOCKET_MAX:
        return wanted
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"fleet-twin-{name}.sock"


def _escaped(text: object) -> str:
    """A value of supervisord's configuration, in which % begins an expression."""
    return str(text).replace("%", "%%")


def _quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'
