"""Settings of the twin: one object, and the one place that reads the environment."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeAlias, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct

from twin.ids import EUI64_PATTERN
from twin.vocabulary import Role

PREFIX: Final = "TWIN_"
Address: TypeAlias = Annotated[str, Meta(pattern=EUI64_PATTERN)]
AtLeastOne: TypeAlias = Annotated[int, Meta(ge=1)]


class BadSetting(Exception):
    """The environment has no value that a setting may have; the sentence never tells the value."""


class Secret:
    """A text that no message and no log shows."""

    def __init__(self, text: str) -> None:
        """Keep the text."""
        self._text = text

    def __repr__(self) -> str:
        """Nothing of it."""
        return "Secret(...)"

    def reveal(self) -> str:
        """The text, for whom it is meant."""
        return self._text


class Settings(Struct, frozen=True, kw_only=True):
    """Settings by environment variables `TWIN_*`; the command line sets them for its processes.

    `tick_hours` is the length of a tick in virtual hours; `pace` how many ticks a second the
    emulated field runs at most, 0 for as fast as the twin keeps up; `inbox` is the watched folder
    of real messages, if there is one; `parties` the roles of the DCC Users that are known by
    their addresses (as JSON: `{"90-B3-D5-1F-30-00-00-01": "IS"}`); a process of a run that was
    started more than `starts_max` times is given up; `nightly_days` is the number of virtual days
    between two proofs that the live tables are what the lake folds to, 0 for none; `watched` says
    whether anybody looks at what a run publishes while it is at work: as a rule who has pages does.
    """

    home: Path = Path(".twin")
    broker: str = "local"
    security: Literal["PLAINTEXT", "SSL", "SASL_SSL", "SASL_PLAINTEXT"] = "PLAINTEXT"
    sasl_mechanism: str = "SCRAM-SHA-256"
    sasl_username: str | None = None
    sasl_password: Secret | None = None
    ssl_cafile: Path | None = None
    worker: str = "w1"
    pace: Annotated[float, Meta(ge=0)] = 0.0
    port: Annotated[int, Meta(ge=1, le=65535)] = 8501
    inbox: Path | None = None
    parties: dict[Address, Role] = {}
    starts_max: AtLeastOne = 8
    auth: Path | None = None
    nightly_days: Annotated[int, Meta(ge=0)] = 0
    watched: bool = True

    @classmethod
    def here(cls, **given: Any) -> "Settings":
        """What is given, and of the rest what the environment says.

        Raises:
            BadSetting: it says something that is no such value.
        """
        types = get_type_hints(cls, include_extras=True)
        said = {
            name: os.environ[_variable(name)]
            for name in cls.__struct_fields__
            if name not in given and _variable(name) in os.environ
        }
        return cls(**given, **_converted(said, types))

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
                "sasl_plain_password": self.sasl_password.reveal(),
            }
        return found


def _variable(name: str) -> str:
    return f"{PREFIX}{name.upper()}"


def _converted(said: Mapping[str, str], types: Mapping[str, Any]) -> dict[str, Any]:
    found, wrong = {}, []
    for name, text in said.items():
        try:
            found[name] = _value(text, types[name])
        except msgspec.ValidationError:
            wrong.append(_variable(name))
        except msgspec.DecodeError:
            raise BadSetting(
                f"{_variable(name)} of the environment should hold JSON and holds none"
            ) from None
    if wrong:
        raise BadSetting(
            f"{', '.join(sorted(wrong))} of the environment has no value that this setting may have"
        )
    return found


def _value(text: str, of: Any) -> Any:
    """The text of a variable as a value of this type; a table is JSON."""
    if get_origin(of) is dict:
        return msgspec.json.decode(text, type=of)
    return msgspec.convert(text, type=of, strict=False, dec_hook=lambda kind, raw: kind(raw))
