"""What a document means for the log: facts with their standing, or why it says none."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Generic, Literal, TypeAlias, TypeVar
from uuid import uuid5

import msgspec
from msgspec import Struct, inspect

from twin.events.firmware import Attempt, Wave
from twin.events.registry import PremisesFact, short_name
from twin.ids import NAMESPACE, CampaignId, Eui64, FirmwareVersion, ModelId, Uuid
from twin.ingest.duis.documents import DuisRequest
from twin.ingest.duis.elements import fields_of
from twin.ingest.duis.values import RequestId
from twin.vocabulary import DeviceType, HubVariant, Role
from twin.vocabulary.service_requests import SUPPLIER_OF

D = TypeVar("D")
System: TypeAlias = Literal["supplier", "dsp", "chf", "esme", "gsme", "gpf"]
"""Whose word a fact is: the first part of its source (see the contract between the rooms)."""


class Standing(StrEnum):
    """How far a fact from a document may be believed."""

    ASKED = "asked"
    BELIEVED = "believed"
    REPORTED = "reported"


class Why(StrEnum):
    """Why a document, or a part of it, says no fact."""

    NO_FACT_TYPE = "no_fact_type"
    NOT_SAID = "not_said"
    RULE = "rule"
    EMBEDDED = "embedded"
    OUTSIDE = "outside"


class Meaning(Struct, frozen=True, kw_only=True):
    """A fact that a document means. Nothing of a message is verified.

    `device_id` is the device by which the premises is found; `at` is None where the document
    names no moment, as a request does; `request` is the request that it is or answers.
    """

    standing: Standing
    system: System
    device_id: Eui64
    at: datetime | None
    request: RequestId | None
    fact: PremisesFact
    verification: Literal["none"] = "none"


class Silence(Struct, frozen=True, kw_only=True):
    """A document, or a part, that says no fact: nothing is skipped without one of these.

    `fact` is the short name of the type that came nearest, `lacking` its fields that neither the
    document nor the register knows.
    """

    why: Why
    device_id: Eui64 | None = None
    fact: str = ""
    lacking: tuple[str, ...] = ()


Said: TypeAlias = Meaning | Silence


class Execution(Struct, frozen=True, kw_only=True):
    """Which campaign's update of a device a message belongs to, and the version it is for."""

    campaign_id: CampaignId
    wave: Wave
    attempt: Attempt
    firmware_version: FirmwareVersion


class Register(Struct, frozen=True, kw_only=True):
    """What the log knows and a message does not say; what is not here stays unsaid.

    `capable_versions` are the versions with local pairing of each device, by the catalogue;
    `requests` those that went before, for answers that name nobody but who asked.
    """

    device_types: Mapping[Eui64, DeviceType] = {}
    models: Mapping[Eui64, ModelId] = {}
    versions: Mapping[Eui64, FirmwareVersion] = {}
    hub_variants: Mapping[Eui64, HubVariant] = {}
    roles: Mapping[Eui64, Role] = {}
    executions: Mapping[Eui64, Execution] = {}
    capable_versions: Mapping[Eui64, frozenset[FirmwareVersion]] = {}
    requests: Mapping[RequestId, DuisRequest] = {}

    def capable(self, device_id: Eui64, version: FirmwareVersion | None) -> bool:
        """Whether the catalogue gives this version local pairing; one it does not name has not."""
        return version in self.capable_versions.get(device_id, frozenset())

    def supplier_of(self, device_id: Eui64) -> Role | None:
        """The role of whom alone a meter obeys in what only its supplier may ask (BR27)."""
        found = self.device_types.get(device_id)
        return None if found is None else SUPPLIER_OF.get(found)

    def execution(self, device_id: Eui64) -> dict[str, object]:
        """The fields of a fact that name the update of a device; empty where there is none."""
        found = self.executions.get(device_id)
        if found is None:
            return {}
        return {"campaign_id": found.campaign_id, "wave": found.wave, "attempt": found.attempt}


NOTHING_KNOWN = Register()


class Told(Struct, frozen=True, kw_only=True):
    """Who tells, when, and about which request: the frame of all meanings of a document."""

    standing: Standing
    system: System
    at: datetime | None
    request: RequestId | None

    def say(self, kind: type[PremisesFact], device_id: Eui64, **known: object) -> Said:
        """A fact of this type, or what it lacks; None counts as not known."""
        fields = {"device_id": device_id, **known}
        given = {name: value for name, value in fields.items() if value is not None}
        needed, open_to_none = _needed(kind)
        lacking = tuple(name for name in needed if name not in given)
        name = short_name(kind.TYPE)
        if lacking:
            return Silence(why=Why.NOT_SAID, device_id=device_id, fact=name, lacking=lacking)
        try:
            fact = msgspec.convert({**dict.fromkeys(open_to_none), **given}, type=kind)
        except msgspec.ValidationError:
            return Silence(why=Why.RULE, device_id=device_id, fact=name)
        return Meaning(
            standing=self.standing,
            system=self.system,
            device_id=device_id,
            at=self.at,
            request=self.request,
            fact=fact,
        )


class Rule(Struct, Generic[D], frozen=True):
    """Which types of fact a kind of content can mean, how they are said, what they always lack.

    A type in `lacks` needs fields that no such content holds: it is only ever a silence.
    """

    facts: tuple[type[PremisesFact], ...]
    say: Callable[[D, Register], Iterator[Said]]
    lacks: Mapping[type[PremisesFact], tuple[str, ...]] = {}


def asked_id(request: RequestId) -> Uuid:
    """The id in events of a request that no campaign of the twin made: always the same."""
    return str(uuid5(NAMESPACE, request.text))


@lru_cache(maxsize=256)
def _needed(kind: type[Struct]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fields without a default: those that need a value, and those that may be None."""
    required = [field for field in fields_of(kind) if field.required]
    nullable = {
        field.name
        for field in required
        if isinstance(field.type, inspect.UnionType) and field.type.includes_none
    }
    names = tuple(field.name for field in required)
    return (
        tuple(name for name in names if name not in nullable),
        tuple(name for name in names if name in nullable),
    )
