"""`twin gates replay`: a campaign of a finished run again, under another plan or its own."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from infra.commands.folders import home_folder
from infra.commands.speak import HomeFolder, Json, say, say_json, say_table
from infra.refusals import CommandRefused, DoesNotHold, NotFound
from infra.run.equipment import catalogue_of, plan_from
from infra.run.history import History, Home
from infra.run.summary import read_summary
from streams import topics
from streams.archive import open_lake
from streams.clock import Schedule
from twin.campaign.plan import Plan
from twin.lake import read
from twin.replay.comparison import Comparison, compare
from twin.replay.pair import NotReplayed, replay
from twin.replay.recorded import Recorded, UnreadableDecision, recorded
from twin.replay.telling import HoldTold, Told, WaveTold
from twin.replay.ticks import Ticks

app = typer.Typer(no_args_is_help=True)


@app.callback()
def gates() -> None:
    """Gates and their decisions."""


@app.command("replay")
def replay_campaign(
    campaign_id: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Such as LCP-HUBS.")],
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="The other plan; its own if not given."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Luck of what was never observed.")] = 1,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Decide a campaign of a finished run again, with the luck it had; nothing is changed.

    Without --plan the recorded plan is decided again: exit status 3 if any fact differs.
    """
    path = home_folder(home)
    other = plan_from(plan) if plan is not None else None
    found = _compared(Home(path), campaign_id, other, seed)
    if as_json:
        say_json(found)
    else:
        print_comparison(found, is_other=other is not None)
    if other is None and not (found.fidelity.holds and found.same_facts):
        raise DoesNotHold(f"{campaign_id} decided again is not what the log has")


def _compared(home: Home, campaign_id: str, plan: Plan | None, seed: int) -> Comparison:
    pair = replay(
        _recorded(home),
        campaign_id=campaign_id,
        plan=plan,
        capable_version=catalogue_of(home).capable_version,
        seed=seed,
    )
    if isinstance(pair, NotReplayed):
        raise CommandRefused(pair.why)
    return compare(pair, seed=seed)


def _recorded(home: Home) -> Recorded:
    """The run in a folder, from its lake.

    Raises:
        NotFound: no run was begun there.
        HomeRefused: it is not finished, so that what it has decided may still change.
        CommandRefused: what was decided cannot be read.
    """
    history = home.history()
    if history is None:
        raise NotFound(f"no history was begun in {home.path}: `twin run` begins one")
    read_summary(home)
    files = open_lake(home.path).files()
    try:
        return recorded(
            premises=read.records(files, topic=topics.PREMISES_EVENTS),
            campaigns=read.records(files, topic=topics.CAMPAIGN_EVENTS),
            ticks=_ticks(history),
            programme=read.records(files, topic=topics.PROGRAMME_EVENTS),
        )
    except UnreadableDecision as error:
        raise CommandRefused(str(error)) from None


def _ticks(history: History) -> Ticks:
    """The run's clock; its records are on `clock.ticks`, which the lake does not keep."""
    schedule = Schedule(
        starts=history.starts_at,
        ends=history.ends_at,
        length=timedelta(hours=history.tick_hours),
    )
    return Ticks(tuple(now for _, now in schedule.moments()))


def print_comparison(found: Comparison, *, is_other: bool) -> None:
    """Print a comparison for people; without another plan only the recorded history."""
    for line in _lines(found, is_other=is_other):
        say(line)
    _say_side("as recorded", found.then, found.bad_models)
    if is_other:
        _say_side("under the other plan", found.other, found.bad_models)


def _lines(found: Comparison, *, is_other: bool) -> Iterator[str]:
    held = "byte for byte" if found.fidelity.holds else "NOT as they stand on the log"
    facts = f"{found.fidelity.facts:,} facts decided again, {held}"
    yield f"{found.campaign_id}: simulated data; {facts}"
    if is_other:
        yield found.sentence
    else:
        same = "the same facts" if found.same_facts else "OTHER facts"
        yield f"the plan of the log, with answers carried over, gives {same}"
    yield from (f"warning: {warning}" for warning in found.warnings if is_other)
    for idle in found.did_not_apply:
        yield f"did not apply: {idle.campaign_id} {idle.command} of {_day(idle.on)} ({idle.why})"
    for other in found.neighbours:
        if other.ended_then != other.ended_other:
            yield (
                f"{other.campaign_id} was over {_day(other.ended_then)}, "
                f"would have been over {_day(other.ended_other)}"
            )
    if found.new_members:
        yield f"{found.new_members:,} members of the other plan were no members then"


def _say_side(title: str, told: Told, bad: tuple[str, ...]) -> None:
    say(title)
    say_table(list(_side(told, bad)))


def _side(told: Told, bad: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield "state", f"{told.state}, over {_day(told.ended)}"
    yield "confirmed", f"{told.confirmed:,} of {told.members:,} members"
    yield from ((f"wave {wave.number} {wave.name}", _wave(wave)) for wave in told.waves)
    yield from ((f"held {_day(hold.on)}", _hold(hold)) for hold in told.holds)
    exposed = told.exposed
    yield "asked before a gate held", f"{exposed.asked:,} devices"
    if bad:
        yield (
            f"of a bad model ({', '.join(bad)})",
            f"{exposed.bad:,} devices, {exposed.running:,} run its image when the log ends",
        )
    share = f"{told.observed_share:.1%} observed"
    yield "answers", f"{told.observed:,} devices observed, {told.modelled:,} modelled: {share}"


def _wave(wave: WaveTold) -> str:
    return (
        f"{wave.state}: from {_day(wave.began)}, all released {_day(wave.all_released)}, "
        f"over {_day(wave.over)}"
    )


def _hold(hold: HoldTold) -> str:
    found = hold.reason
    if hold.gate is not None:
        about = f" of {hold.stratum}" if hold.stratum else ""
        found += f" by {hold.gate}{about}, {hold.errors:,} errors of {hold.settled:,} settled"
    return f"{found}, resumed {_day(hold.resumed)}"


def _day(day: date | None) -> str:
    return "never" if day is None else f"{day:%d %b %Y}"
