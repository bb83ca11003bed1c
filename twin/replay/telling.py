"""What became of a campaign in one history: its end, waves, holds, exposure, and on what ground."""

from collections.abc import Collection, Iterable
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from twin.campaign.state import Campaign
from twin.events import programme
from twin.events.envelope import Event
from twin.replay.course import Course
from twin.replay.exposure import Exposure, exposure, is_held_by_gate
from twin.vocabulary import CampaignState, WaveState

_ENDS = (
    programme.CampaignFinished,
    programme.CampaignStopped,
    programme.CampaignAborted,
    programme.CampaignCancelled,
    programme.CampaignSuperseded,
)


class WaveTold(Struct, frozen=True, kw_only=True):
    """A wave: the days on which it began, was all released, and was over."""

    number: int
    name: str
    state: WaveState
    began: date | None = None
    all_released: date | None = None
    over: date | None = None


class HoldTold(Struct, frozen=True, kw_only=True):
    """A hold and what the gate had said by then: of which stratum, on how many devices.

    `settled` and `errors` are those of the wave, `gate` is None where no gate held.
    """

    on: date
    reason: str
    gate: str | None = None
    stratum: str | None = None
    settled: int | None = None
    errors: int | None = None
    resumed: date | None = None


class Told(Struct, frozen=True, kw_only=True):
    """A campaign in one history; `observed` and `modelled` count the devices that were asked.

    `observed_share` is the share of those whose every answer was observed, 1 where none was asked.
    `ended` is None where the campaign is not over when the log ends.
    """

    state: CampaignState
    ended: date | None
    members: int
    confirmed: int
    waves: tuple[WaveTold, ...]
    holds: tuple[HoldTold, ...]
    exposed: Exposure
    observed: int
    modelled: int
    observed_share: float


def tell(course: Course, campaign_id: str, *, bad: Collection[str]) -> Told:
    """What became of a campaign in a course; `bad` names models that were found bad."""
    events = [event for event in course.events if event.key == campaign_id]
    campaign = course.campaigns[campaign_id]
    devices = {q.device_id for q in course.asked if q.campaign_id == campaign_id}
    modelled = {name for of, name in course.modelled if of == campaign_id}
    return Told(
        state=campaign.state,
        ended=next((_day(e) for e in events if isinstance(e.fact, _ENDS)), None),
        members=sum(campaign.frozen or ()),
        confirmed=course.counts[campaign_id].total(len(campaign.waves)).confirmed,
        waves=_waves(campaign, events),
        holds=tuple(_holds(events)),
        exposed=exposure(course, campaign_id, bad=bad),
        observed=len(devices - modelled),
        modelled=len(devices & modelled),
        observed_share=len(devices - modelled) / len(devices) if devices else 1.0,
    )


def _waves(campaign: Campaign, events: Iterable[Event]) -> tuple[WaveTold, ...]:
    found = [
        WaveTold(number=number, name=planned.name, state=wave.state)
        for number, (planned, wave) in enumerate(
            zip(campaign.plan.waves, campaign.waves, strict=True), start=1
        )
    ]
    for event in events:
        fact, day = event.fact, _day(event)
        if isinstance(fact, programme.WaveReleased):
            at = fact.wave - 1
            found[at] = replace(found[at], began=found[at].began or day)
            if fact.complete:
                found[at] = replace(found[at], all_released=day)
        elif isinstance(fact, programme.WavePassed | programme.WaveFailed | programme.WaveAdvanced):
            found[fact.wave - 1] = replace(found[fact.wave - 1], over=day)
    return tuple(found)


def _holds(events: Iterable[Event]) -> list[HoldTold]:
    found: list[HoldTold] = []
    said: programme.GateEvaluated | None = None
    for event in events:
        fact = event.fact
        if isinstance(fact, programme.GateEvaluated):
            said = fact
        elif isinstance(fact, programme.CampaignHeld | programme.AbortOrdered):
            found.append(_hold(event, said))
        elif isinstance(fact, programme.CampaignResumed):
            found = [replace(hold, resumed=hold.resumed or _day(event)) for hold in found]
    return found


def _hold(event: Event, said: programme.GateEvaluated | None) -> HoldTold:
    fact = event.fact
    aborted = isinstance(fact, programme.AbortOrdered)
    hold = HoldTold(on=_day(event), reason=f"abort, {fact.cause}" if aborted else str(fact.reason))  # type: ignore[union-attr]
    if said is None or not is_held_by_gate(event):
        return hold
    return replace(
        hold, gate=said.gate, stratum=said.stratum, settled=said.settled, errors=said.errors
    )


def _day(event: Event) -> date:
    return event.occurred_at.date()
