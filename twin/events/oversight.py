"""Programme family, the oversight: milestones, requests for information, reviews, the CPL.

These facts are about the whole programme: their key is `PROGRAMME_ID`, their topic
`programme.events` (paragraphs 8 to 10, 27, 31; SEC F1.4 and F1.6).
"""

from datetime import date
from typing import Annotated, ClassVar, Final

from msgspec import Meta, Struct

from twin.events.firmware import ImageHash
from twin.events.lifecycle import GbcsVersion
from twin.ids import FirmwareVersion, ModelId, SupplierId, Uuid
from twin.vocabulary import (
    Addressee,
    DeviceType,
    InformationSubject,
    Milestone,
    Recommendation,
    SecObjective,
)

PROGRAMME_ID: Final = "GB-SMART"
"""Key of every fact about the programme as a whole."""
Count = Annotated[int, Meta(ge=0)]


class MilestoneDeclared(Struct, frozen=True, forbid_unknown_fields=True):
    """A date of the source is planned; `planned` is the last day that still meets it (BR42)."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.milestone-declared.v1"
    milestone: Milestone
    planned: date


class MilestoneReached(Struct, frozen=True, forbid_unknown_fields=True):
    """A milestone was reached on a day."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.milestone-reached.v1"
    milestone: Milestone
    planned: date
    actual: date


class MilestoneSlipped(Struct, frozen=True, forbid_unknown_fields=True):
    """A milestone's day passed without it; `expected` is the new plan, if there is one."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.milestone-slipped.v1"
    milestone: Milestone
    planned: date
    expected: date | None


class InformationRequested(Struct, frozen=True, forbid_unknown_fields=True):
    """The sub-committee asked a SEC party for information (F1.6, paragraph 10)."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.information-requested.v1"
    request_id: Uuid
    party: SupplierId
    subject: InformationSubject
    due: date


class InformationProvided(Struct, frozen=True, forbid_unknown_fields=True):
    """A SEC party answered (F1.6); late when after the due day."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.information-provided.v1"
    request_id: Uuid
    party: SupplierId
    subject: InformationSubject
    on_time: bool


class HanReviewReported(Struct, frozen=True, forbid_unknown_fields=True):
    """The HAN arrangements were reviewed over a period (F1.4(g), paragraphs 8 to 10)."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.han-review-reported.v1"
    review_id: Uuid
    period_from: date
    period_to: date
    parties_asked: Count
    parties_answered: Count
    findings: Count


class RecommendationMade(Struct, frozen=True, forbid_unknown_fields=True):
    """A review recommends a change, for a SEC objective, to Panel and Ofgem (F1.4(g), BR40)."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.recommendation-made.v1"
    review_id: Uuid
    recommendation: Recommendation
    objective: SecObjective
    addressees: Annotated[tuple[Addressee, ...], Meta(min_length=1, max_length=2)]
    framework_change: bool


class CplEntryAdded(Struct, frozen=True, forbid_unknown_fields=True):
    """A firmware version of a device model is Current on the Central Products List (BR34)."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.cpl-entry-added.v1"
    device_type: DeviceType
    model: ModelId
    firmware_version: FirmwareVersion
    gbcs_version: GbcsVersion
    pairing_capable: bool
    image_hash: ImageHash | None = None


class CplEntryRemoved(Struct, frozen=True, forbid_unknown_fields=True):
    """A firmware version was Removed from the Central Products List (BR34)."""

    TYPE: ClassVar[str] = "uk.gb.smart.programme.cpl-entry-removed.v1"
    device_type: DeviceType
    model: ModelId
    firmware_version: FirmwareVersion
