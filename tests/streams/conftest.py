"""A Kafka of a module's own, where the twin's topics have their real names."""

from collections.abc import Iterator

import pytest

from infra.broker import running_broker


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a local Kafka that no other module uses."""
    with running_broker(tmp_path_factory.mktemp("own-kafka")) as running:
        yield running.bootstrap
