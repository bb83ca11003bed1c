"""Which folder a command works in, and which log it speaks to."""

from pathlib import Path

from infra.broker import LocalBroker
from streams import topics
from streams.settings import Settings


def home_folder(home: str | None) -> Path:
    """The TWIN_HOME that was named, else that of the environment."""
    return Path(home) if home is not None else Settings().home


def settings_of(home: str | None, broker: str) -> Settings:
    """Settings with the address of the log, where a Kafka answers.

    Raises:
        BrokerUnreachable: none does; that is one sentence, and soon.
    """
    settings = Settings() if home is None else Settings(home=home)  # type: ignore[arg-type]
    if broker == "local":
        broker = LocalBroker(settings.home).bootstrap
    with topics.admin(broker, security=settings.client_security):
        pass
    return settings.model_copy(update={"broker": broker})
