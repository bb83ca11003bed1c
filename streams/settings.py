"""Settings of the twin: one object, and the one place that reads the environment."""

from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from twin.ids import EUI64_PATTERN
from twin.vocabulary import Role

Address: TypeAlias = Annotated[str, Field(pattern=EUI64_PATTERN)]


class Settings(BaseSettings):
    """Settings by environment variables `TWIN_*`; the command line sets them for its processes.

    `tick_hours` is the length of a tick in virtual hours; `pace` how many ticks a second the
    emulated field runs at most, 0 for as fast as the twin keeps up; `inbox` is the watched folder
    of real messages, if there is one; `parties` the roles of the DCC Users that are known by
    their addresses (as JSON: `{"90-B3-D5-1F-30-00-00-01": "IS"}`); a process of a run that was
    started more than `starts_max` times is given up; `nightly_days` is the number of virtual days
    between two proofs that the live tables are what the lake folds to, 0 for none; `watched` says
    whether anybody looks at what a run publishes while it is at work: as a rule who has pages does.
    """

    model_config = SettingsConfigDict(env_prefix="TWIN_", frozen=True)

    home: Path = Path(".twin")
    broker: str = "local"
    security: Literal["PLAINTEXT", "SSL", "SASL_SSL", "SASL_PLAINTEXT"] = "PLAINTEXT"
    sasl_mechanism: str = "SCRAM-SHA-256"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    ssl_cafile: Path | None = None
    worker: str = "w1"
    pace: float = Field(default=0.0, ge=0)
    port: int = Field(default=8501, ge=1, le=65535)
    inbox: Path | None = None
    parties: dict[Address, Role] = Field(default_factory=dict)
    starts_max: int = Field(default=8, ge=1)
    auth: Path | None = None
    nightly_days: int = Field(default=0, ge=0)
    watched: bool = True

    @property
    def client_security(self) -> dict[str, object]:
        """Security arguments of kafka-python clients."""
        if self.security == "PLAINTEXT":
            return {}
        found: dict[str, object] = {"security_protocol": self.security}
        if self.ssl_cafile is not None:
            found["ssl_cafile"] = str(self.ssl_cafile)
        if self.security.startswith("SASL") and self.sasl_password is not None:
            found |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": self.sasl_password.get_secret_value(),
            }
        return found
