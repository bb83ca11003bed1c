"""A local Kafka for the length of a `with` block, or until its parent dies."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.broker.local import LocalBroker

PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


@contextmanager
def running_broker(
    home: Path,
    *,
    cache: Path | None = None,
    port: int | None = None,
    ready_timeout: float = 90.0,
    stop_timeout: float = 30.0,
) -> Iterator[LocalBroker]:
    """Start a local Kafka on `home`, give it when it is ready, stop it in the end.

    Time-outs in seconds. Raises `BrokerUnavailable`.
    """
    broker = LocalBroker(home, cache=cache)
    broker.prepare(port=port)
    with (broker.logs / "console.log").open("ab") as console:
        process = subprocess.Popen(
            broker.command(),
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # an interrupt from the keyboard reaches its clients first
            preexec_fn=_dying_with_parent(),
        )
    try:
        broker.wait_ready(timeout=ready_timeout, alive=lambda: process.poll() is None)
        yield broker
    finally:
        _stop(process, timeout=stop_timeout)


def _stop(process: subprocess.Popen[bytes], *, timeout: float) -> None:
    process.terminate()
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _dying_with_parent() -> Callable[[], None] | None:
    # Only Linux can bind a child's life to its parent's. The library is opened before the fork,
    # so that nothing but the one system call runs between fork and exec.
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return bind
