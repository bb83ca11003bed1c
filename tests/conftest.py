"""Fixtures of the whole run: one local Kafka a process, started when the first test asks for it."""

import gc
from typing import Final

import pytest
from hypothesis import settings

from tests.kafka_fixture import broker

__all__ = ["broker"]
THRESHOLD: Final = gc.get_threshold()

# How long an example takes says more of the machine than of the code.
settings.register_profile("twin", deadline=None)
settings.load_profile("twin")


@pytest.fixture(autouse=True)
def _usual_garbage_collection() -> None:
    """An archiver changes how often its process collects garbage; tests share one process."""
    gc.set_threshold(*THRESHOLD)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on Kafka go first: their files are long, and last they would leave a core idle."""
    items.sort(key=lambda item: item.get_closest_marker("kafka") is None)
