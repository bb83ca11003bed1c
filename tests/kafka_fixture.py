"""One local Kafka for a whole test run."""

import warnings
from collections.abc import Iterator

import pytest

from infra.broker import running_broker

with warnings.catch_warnings():
    # Warnings are errors in tests, and kafka-python reads its schemas in a deprecated way.
    warnings.filterwarnings("ignore", "(read|open)_text is deprecated", DeprecationWarning)
    import kafka  # noqa: F401


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a local Kafka in a temporary home; gives its address, HOST:PORT."""
    with running_broker(tmp_path_factory.mktemp("twin-home")) as running:
        yield running.bootstrap
