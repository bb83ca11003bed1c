"""Which log a command speaks to."""

from pathlib import Path

from msgspec.structs import replace

from infra.broker import LocalBroker
from streams import cluster
from streams.settings import Settings


def settings_of(home: str | None, broker: str) -> Settings:
    """Settings with the address of the log, where a Kafka answers.

    Raises:
        BrokerUnreachable: none does; that is one sentence, and soon.
    """
    settings = Settings.here(**({} if home is None else {"home": Path(home)}))
    if broker == "local":
        broker = LocalBroker(settings.home).bootstrap
    with cluster.admin(broker, security=settings.client_security):
        pass
    return replace(settings, broker=broker)
