"""What tests of jobs in processes of their own begin with."""

import os
import sys
from types import ModuleType

import pytest


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Jobs are spread, whatever machine this is, and over processes that begin empty."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0, 1})
    # a test of pages leaves its page script here, and a new process begins by running what it finds
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
