"""Two histories of a campaign compared, with what a reader must know before believing it."""

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from twin.replay.desk import Unapplied
from twin.replay.exposure import bad_models
from twin.replay.pair import Fidelity, Pair
from twin.replay.sentence import by_gate, sentence
from twin.replay.telling import Told, tell


class Neighbour(Struct, frozen=True, kw_only=True):
    """Another campaign of the run, and when it was over in each history."""

    campaign_id: str
    ended_then: date | None
    ended_other: date | None


class Idle(Struct, frozen=True, kw_only=True):
    """A command that did something then and did not apply in the other history, and why."""

    on: date
    campaign_id: str
    command: str
    why: str


class Comparison(Struct, frozen=True, kw_only=True):
    """The recorded history and the other one; `new_members` were no members then.

    `did_not_apply` are commands of the recorded history that the other one has no use for.
    """

    campaign_id: str
    seed: int
    log_ends: date
    fidelity: Fidelity
    same_facts: bool
    bad_models: tuple[str, ...]
    then: Told
    other: Told
    new_members: int
    neighbours: tuple[Neighbour, ...]
    did_not_apply: tuple[Idle, ...]
    sentence: str
    warnings: tuple[str, ...]


def compare(pair: Pair, *, seed: int) -> Comparison:
    """The two histories of a pair side by side."""
    campaign_id = pair.campaign_id
    bad = bad_models(pair.then, campaign_id) or bad_models(pair.other, campaign_id)
    then = tell(pair.then, campaign_id, bad=bad)
    other = tell(pair.other, campaign_id, bad=bad)
    ends = pair.recorded.ticks.ends.date()
    return Comparison(
        campaign_id=campaign_id,
        seed=seed,
        log_ends=ends,
        fidelity=pair.fidelity,
        same_facts=pair.then.events == pair.other.events,
        bad_models=tuple(sorted(bad)),
        then=then,
        other=other,
        new_members=_new_members(pair),
        neighbours=tuple(_neighbours(pair)),
        did_not_apply=tuple(map(_idle, pair.other.unapplied)),
        sentence=sentence(campaign_id, then=then, other=other, log_ends=ends),
        warnings=tuple(_warnings(pair, then, other, seed)),
    )


def _new_members(pair: Pair) -> int:
    new = pair.other.enrolled - pair.then.enrolled
    return sum(campaign_id == pair.campaign_id for campaign_id, _ in new)


def _neighbours(pair: Pair) -> Iterator[Neighbour]:
    for name in pair.then.campaigns:
        if name != pair.campaign_id and name in pair.other.campaigns:
            yield Neighbour(
                campaign_id=name,
                ended_then=tell(pair.then, name, bad=()).ended,
                ended_other=tell(pair.other, name, bad=()).ended,
            )


def _idle(unapplied: Unapplied) -> Idle:
    told = unapplied.told
    return Idle(
        on=told.at.date(),
        campaign_id=told.answered.campaign_id,
        command=told.answered.command,
        why=unapplied.why,
    )


def _warnings(pair: Pair, then: Told, other: Told, seed: int) -> Iterator[str]:
    """What the comparison stands on (rollout specification, section 9, row 2)."""
    if not pair.fidelity.holds:
        yield (
            f"the recorded history could not be decided again as it stands on the log: fact "
            f"{pair.fidelity.differs_at} differs, so that nothing here is exact"
        )
    if other.modelled:
        yield (
            f"{other.modelled:,} of {other.observed + other.modelled:,} devices gave an answer "
            "that was never observed: it is a model, drawn from executions of the same campaign "
            f"with seed {seed}"
        )
    yield (
        "campaigns that want one device wait for each other by the rules; what devices share in "
        "the field besides (a hub's radio, the DCC's capacity) is as it was observed"
    )
    yield (
        "operators' commands are given again on their day where they still apply; what operators "
        "would have done instead is not simulated"
    )
    was, would = by_gate(then), by_gate(other)
    if was is not None and would is not None and would.on < was.on:
        yield (
            f"the earlier hold lasts until operators answer the recorded one of {was.on:%d %B %Y}: "
            "a quicker answer would have ended it sooner"
        )
    if other.ended is None:
        yield (
            f"the log ends on {pair.recorded.ticks.ends:%d %B %Y}: what would have come later "
            "nobody has seen"
        )
