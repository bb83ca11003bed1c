"""Fixtures of the whole run: one local Kafka a process, started when the first test asks for it."""

import pytest

from tests.kafka_fixture import broker

__all__ = ["broker"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on Kafka go first: their files are long, and last they would leave a core idle."""
    items.sort(key=lambda item: item.get_closest_marker("kafka") is None)
