"""`replay`: the recorded history and another one side by side, from one log."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.membership import UNKNOWN, CapableVersion, stratum_of
from twin.campaign.plan import Plan
from twin.events.envelope import Event, encode
from twin.events.programme import CampaignHeld, CampaignSuperseded, CommandAnswered
from twin.replay.answering import AsRecorded, CommonLuck
from twin.replay.commanded import Programme, programme_of
from twin.replay.course import Course, run_again
from twin.replay.donors import Donors
from twin.replay.recorded import Recorded, unprompted

SAYS_IN_FLIGHT: Final = (CampaignHeld, CampaignSuperseded, CommandAnswered)
"""Facts that say since a later version what was in flight; older logs decide the same without."""


class NotReplayed(Struct, frozen=True):
    """A refusal: what cannot be replayed, and why."""

    why: str


class Fidelity(Struct, frozen=True, kw_only=True):
    """How the recorded history, decided again, compares with the log, byte for byte.

    `differs_at` is the place of the first fact that differs, from 0; None: none does.
    """

    facts: int
    differs_at: int | None

    @property
    def holds(self) -> bool:
        """Whether every decision was taken again as it stands on the log."""
        return self.differs_at is None


class Pair(Struct, frozen=True, kw_only=True):
    """Two histories of one run: `then` as recorded, `other` under another plan for one campaign."""

    campaign_id: str
    recorded: Recorded
    fidelity: Fidelity
    then: Course
    other: Course


def replay(
    recorded: Recorded,
    *,
    campaign_id: str,
    plan: Plan | None,
    capable_version: CapableVersion,
    seed: int,
) -> Pair | NotReplayed:
    """A campaign of a finished run under another plan (None: its own), with the run's luck.

    All campaigns of the run are decided again, so that one that follows another starts when that
    is finished. Deterministic for its arguments; `seed` moves only what was never observed.
    """
    programme = programme_of(recorded.decisions, ticks=recorded.ticks)
    refused = _refusal(programme, campaign_id, plan)
    if refused is not None:
        return refused
    recorded, then = _as_recorded(recorded, programme, capable_version)
    donors = Donors(recorded, then.asked, strata=_strata(then), seed=seed)
    other = run_again(
        recorded,
        programme=programme,
        plans={} if plan is None else {campaign_id: plan},
        answering=CommonLuck(recorded, donors),
        capable_version=capable_version,
    )
    return Pair(
        campaign_id=campaign_id,
        recorded=recorded,
        fidelity=fidelity(recorded, then),
        then=then,
        other=other,
    )


def _as_recorded(
    recorded: Recorded, programme: Programme, capable_version: CapableVersion
) -> tuple[Recorded, Course]:
    """The recorded history, decided again; answers that nobody asked for happen anyway."""

    def again(run: Recorded) -> Course:
        return run_again(
            run,
            programme=programme,
            plans={},
            answering=AsRecorded(run),
            capable_version=capable_version,
        )

    course = again(recorded)
    if not course.unasked:
        return recorded, course
    sent = {asked.request.request_id for asked in course.asked.values()}
    recorded = unprompted(recorded, sent=sent)
    return recorded, again(recorded)


def fidelity(recorded: Recorded, course: Course) -> Fidelity:
    """How a course compares with the log: the facts of all campaigns as bytes, in order."""
    then = [
        _as_said(event, then)
        for event, then in zip(course.events, recorded.decisions, strict=False)
    ]
    found = on_the_wire((*then, *course.events[len(then) :]))
    log = on_the_wire(recorded.decisions)
    places = (n for n in range(max(len(log), len(found))) if log[n : n + 1] != found[n : n + 1])
    return Fidelity(facts=len(log), differs_at=next(places, None))


def _as_said(event: Event, then: Event) -> Event:
    """An event without the figure that the log, being older than its field, does not say."""
    fact = event.fact
    newer = isinstance(fact, SAYS_IN_FLIGHT) and isinstance(then.fact, type(fact))
    if not newer or getattr(then.fact, "in_flight", None) is not None:
        return event
    return replace(event, fact=replace(fact, in_flight=None))


def on_the_wire(events: tuple[Event, ...]) -> list[bytes]:
    """Events as the bytes of their records."""
    return [encode(event) for event in events]


def _refusal(programme: Programme, campaign_id: str, plan: Plan | None) -> NotReplayed | None:
    """What no replay can answer: it knows only devices of the type that was asked."""
    versions = programme.versions(campaign_id)
    if not versions:
        return NotReplayed(f"no campaign {campaign_id} is on the log of this run")
    if plan is None:
        return None
    if plan.campaign_id != campaign_id:
        return NotReplayed(
            f"the plan is one of {plan.campaign_id}, not of {campaign_id}: a campaign's name "
            "decides the order of its members, so give the plan the name of the campaign"
        )
    if plan.device_type is not versions[-1].device_type:
        return NotReplayed(
            f"the plan is about {plan.device_type}, {campaign_id} was about "
            f"{versions[-1].device_type}: nothing was observed that could stand for them"
        )
    return None


def _strata(course: Course) -> Mapping[tuple[str, str], str]:
    """Region, supplier and model of every device by campaign, as frozen or else as it stands."""
    found: dict[tuple[str, str], str] = {}
    for premises in course.premises.values():
        place = stratum_of(premises)
        for name, device in premises.devices.items():
            for campaign_id, campaign in course.campaigns.items():
                if device.device_type != campaign.plan.device_type:
                    continue
                word = device.enrolments.get(campaign_id)
                seated = word is not None and word.wave is not None
                region, supplier = (word.region, word.supplier) if seated and word else place
                parts = (region, supplier, device.model)
                found[campaign_id, name] = "|".join(part or UNKNOWN for part in parts)
    return found
