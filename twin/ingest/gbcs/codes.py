"""Names of message codes and alert codes, as far as they are published."""

import csv
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final, Literal, TypeVar

from msgspec import Struct

Status = Literal["published", "derived", "assumption", "unverified"]
_Named = TypeVar("_Named")
_UNNAMED: Final = "not named in the published lists"


class MessageCode(Struct, frozen=True):
    """A message code with its use case (empty where it has none), name, status and source."""

    code: int
    use_case: str
    name: str
    status: Status
    source: str


class AlertCode(Struct, frozen=True):
    """An alert code with its name, status and source."""

    code: int
    name: str
    status: Status
    source: str


@lru_cache(maxsize=1)
def message_codes() -> Mapping[int, MessageCode]:
    """Every message code that a published list names."""
    return _table(
        "gbcs_message_codes.csv",
        lambda row: MessageCode(
            int(row["code"], 16), row["use_case"], row["name"], _status(row), row["source"]
        ),
    )


@lru_cache(maxsize=1)
def alert_codes() -> Mapping[int, AlertCode]:
    """Every alert code of a device that a published list names."""
    return _table(
        "gbcs_alert_codes.csv",
        lambda row: AlertCode(int(row["code"], 16), row["name"], _status(row), row["source"]),
    )


def message_name(code: int) -> str:
    """Use case and name of a message code, or that no list names it."""
    found = message_codes().get(code)
    return _UNNAMED if found is None else f"{found.use_case} {found.name}".lstrip()


def alert_name(code: int) -> str:
    """Name of an alert code, or that no list names it."""
    found = alert_codes().get(code)
    return _UNNAMED if found is None else found.name


def code_text(code: int) -> str:
    """A code as the specification writes it: `0x8F12`."""
    return f"0x{code:04X}"


def _table(name: str, row_of: Callable[[Mapping[str, str]], _Named]) -> dict[int, _Named]:
    text = files("twin.ingest").joinpath(f"reference/{name}").read_text("utf-8")
    return {int(row["code"], 16): row_of(row) for row in csv.DictReader(text.splitlines())}


def _status(row: Mapping[str, str]) -> Status:
    status = row["status"]
    if status not in ("published", "derived", "assumption", "unverified"):
        raise AssertionError(f"{row['code']} has a status that the reference tables do not know")
    return status  # type: ignore[return-value]
