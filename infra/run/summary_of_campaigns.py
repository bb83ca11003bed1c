"""The summary of a campaign: how it stands, its exact counts, and its story with dates."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from msgspec import Struct

from twin.campaign.state import Campaign
from twin.campaign.tallies import CampaignCounts, WaveCount
from twin.events import programme
from twin.events.envelope import Event
from twin.vocabulary import GateDecision, HoldReason


class Told(Struct, frozen=True):
    """One thing that happened, on its day (UTC)."""

    on: date
    what: str


class WavePart(Struct, frozen=True, kw_only=True):
    """A wave: its name and state, and its members by where they stand."""

    name: str
    state: str
    members: int
    confirmed: int
    errors: int
    in_flight: int
    awaiting: int
    gone: int


class CampaignPart(Struct, frozen=True, kw_only=True):
    """A campaign at the end of a run; `frozen` counts the members when membership was frozen."""

    state: str
    holds: tuple[str, ...]
    plan_version: int
    frozen: int | None
    excluded: dict[str, int]
    excluded_models: tuple[str, ...]
    waves: tuple[WavePart, ...]
    story: tuple[Told, ...]


def campaign_part(
    *, campaign: Campaign, counts: CampaignCounts, events: Sequence[Event]
) -> CampaignPart:
    """The summary of a campaign from its state, exact counts, and facts in the order of the log.

    Facts of other campaigns among `events` are left out.
    """
    name = campaign.plan.campaign_id
    waves = [
        _wave(planned.name, progress.state, counts.of_wave(number))
        for number, (planned, progress) in enumerate(
            zip(campaign.plan.waves, campaign.waves, strict=True), start=1
        )
    ]
    return CampaignPart(
        state=campaign.state,
        holds=campaign.holds,
        plan_version=campaign.plan_version,
        frozen=None if campaign.frozen is None else sum(campaign.frozen),
        excluded={reason.value: devices for reason, devices in sorted(counts.excluded().items())},
        excluded_models=campaign.excluded_models,
        waves=tuple(waves),
        story=tuple(story([event for event in events if event.key == name])),
    )


def _wave(name: str, state: str, count: WaveCount) -> WavePart:
    return WavePart(
        name=name,
        state=state,
        members=count.members,
        confirmed=count.confirmed,
        errors=count.errors,
        in_flight=count.in_flight,
        awaiting=count.awaiting,
        gone=count.gone + count.cancelled,
    )


def story(events: Sequence[Event]) -> Iterator[Told]:
    """What happened to one campaign, from its facts in the order of the log.

    Of a release its first and its last step are told; of revised outcomes the last one.
    """
    gate: programme.GateEvaluated | None = None
    untold = _untold(events)
    for nth, event in enumerate(events):
        fact = event.fact
        gate = fact if isinstance(fact, programme.GateEvaluated) else gate
        says = _SAYS.get(type(fact))
        if says is not None and nth not in untold:
            what = f"{says(fact)}{_reading(fact, gate)}{_by(events, nth)}"
            yield Told(event.occurred_at.date(), what)


def _untold(events: Sequence[Event]) -> set[int]:
    """Steps of a release between its first and last, and outcomes that were revised again."""
    begun: set[int] = set()
    found: set[int] = set()
    revised = [nth for nth, e in enumerate(events) if isinstance(e.fact, programme.OutcomeRevised)]
    for nth, event in enumerate(events):
        fact = event.fact
        if isinstance(fact, programme.WaveReleased):
            if fact.wave in begun and not fact.complete:
                found.add(nth)
            begun.add(fact.wave)
    return found | set(revised[:-1])


def _released(fact: programme.WaveReleased) -> str:
    how = "is all released" if fact.complete else "begins to be released"
    return f"wave {fact.wave} {how}"


def _reading(fact: object, gate: programme.GateEvaluated | None) -> str:
    """Where and by which figures a gate held a campaign; empty for whatever no gate did."""
    if not isinstance(fact, programme.CampaignHeld) or fact.reason is HoldReason.OPERATOR:
        return ""
    if gate is None or gate.decision is not GateDecision.REJECT:
        return ""
    where = gate.stratum or "the whole wave"
    figures = f"{gate.k:,} of {gate.n:,}, {gate.statistic:.3g} against {gate.bound:.3g}"
    return f" in wave {gate.wave}, {where} ({figures})"


def _by(events: Sequence[Event], nth: int) -> str:
    """Who commanded a fact, and why: the answer is recorded right behind the fact it made."""
    following = events[nth + 1].fact if nth + 1 < len(events) else None
    if not isinstance(following, programme.CommandAnswered) or following.answer != "ACCEPTED":
        return ""
    named = getattr(events[nth].fact, "actor", None) is not None
    return f" ({following.cause})" if named else f" (by {following.actor}, {following.cause})"


def _resumed(fact: programme.CampaignResumed) -> str:
    over = f", overriding {', '.join(fact.overridden)}" if fact.overridden else ""
    return f"resumed{over}"


def _frozen(fact: programme.MembershipFrozen) -> str:
    excluded = sum(fact.excluded.values())
    waves = len(fact.members)
    return (
        f"membership frozen: {sum(fact.members):,} members in {waves} waves, {excluded:,} excluded"
    )


def _finished(fact: programme.CampaignFinished) -> str:
    left = f", {fact.shortfall:,} of {fact.members:,} not confirmed"
    return f"finished: {fact.outcome}{left if fact.shortfall else ''}"


def _left(fact: programme.CampaignHeld | programme.CampaignSuperseded) -> str:
    return "" if fact.in_flight is None else f", {fact.in_flight:,} in flight"


def _silent(fact: programme.CampaignStopped | programme.CampaignAborted) -> str:
    return f", {fact.unsettled:,} never answered" if fact.unsettled else ""


_SAYS: Final[dict[type[Any], Callable[[Any], str]]] = {
    programme.CampaignSubmitted: lambda f: f"plan version {f.plan_version} submitted by {f.author}",
    programme.PlanRefused: lambda f: f"plan refused: {', '.join(f.checks)}",
    programme.WavesCut: lambda _: "lots drawn for waves by count",
    programme.MembershipFrozen: _frozen,
    programme.CampaignApproved: lambda f: f"approved by {f.actor or 'the plan itself'}",
    programme.CampaignDenied: lambda f: f"approval denied by {f.actor}",
    programme.CampaignStarted: lambda _: "started",
    programme.CampaignHeld: lambda f: f"held: {f.reason}{_left(f)}",
    programme.WaveReleased: _released,
    programme.WavePassed: lambda f: f"wave {f.wave} passed",
    programme.WaveFailed: lambda f: f"wave {f.wave} failed",
    programme.WaveAdvanced: lambda f: f"wave {f.wave} left behind by {f.actor}",
    programme.ModelExcluded: lambda f: f"model {f.model} excluded by {f.actor}",
    programme.TargetWithdrawn: lambda f: (
        f"{f.firmware_version} of model {f.model} left the products list, {f.waiting:,} wait for it"
    ),
    programme.UpstreamReported: lambda f: (
        f"{f.region} reported {'up again' if f.is_up else 'down'} by {f.actor}"
    ),
    programme.WaveSoakBegan: lambda f: f"wave {f.wave} soaks: {f.confirmed:,} confirmed",
    programme.DecisionFailed: lambda f: f"could not be decided: {f.error} ({f.failures} in a row)",
    programme.CampaignResumed: _resumed,
    programme.StopOrdered: lambda f: f"stop ordered: {f.cause}, {f.in_flight:,} in flight",
    programme.CampaignStopped: lambda f: f"stopped: {f.cancelled:,} never released{_silent(f)}",
    programme.AbortOrdered: lambda f: f"abort ordered: {f.cause}, {f.in_flight:,} in flight",
    programme.CampaignAborted: lambda f: (
        f"aborted: {f.recalled:,} recalled, {f.exposed:,} exposed, {f.cancelled:,} never released"
        f"{_silent(f)}"
    ),
    programme.CampaignCancelled: lambda _: "cancelled",
    programme.CampaignSuperseded: lambda f: f"superseded by {f.by}{_left(f)}",
    programme.CampaignFinished: _finished,
    programme.OutcomeRevised: lambda f: (
        f"outcome revised: {f.shortfall:,} of {f.members:,} not confirmed"
    ),
}
