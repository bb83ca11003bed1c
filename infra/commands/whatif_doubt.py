"""`twin whatif doubt`: how sure a scenario's answer is, by draws of its numbers of behaviour."""

from datetime import date, datetime
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer
from rich.console import Console

from infra.commands.period import DAY
from infra.commands.speak import HomeFolder, Json
from infra.commands.whatif_given import past_of, place_of
from infra.commands.whatif_kept import Out, files_given, keep_said, shelf_of, tell
from infra.refusals import CommandRefused
from twin.whatif.answer_shelf import Said
from twin.whatif.compare import Run, figures_of, sampled, with_seed
from twin.whatif.doubt.bounds import BeyondCohorts
from twin.whatif.doubt.drawing import DRAWS, FAN, Doubt, doubt
from twin.whatif.doubt.exactly import DRAWS as EXACT_DRAWS
from twin.whatif.doubt.exactly import doubt_exactly
from twin.whatif.doubt.priors import Prior, read_priors, shipped_priors
from twin.whatif.doubt.split import Split, split
from twin.whatif.engine import run as run_exactly
from twin.whatif.labels import code_version, label_of
from twin.whatif.observed import NothingObserved
from twin.whatif.population import Held
from twin.whatif.reading import Question, read_question

DRAWS_MAX = 100_000
SEEDS = 4
LUCKY = 50_000
"""Premises that are simulated to see the luck."""
ScenarioFile = Annotated[Path, typer.Argument(metavar="FILE", help="Scenario file, TOML or YAML.")]


def run(
    file: ScenarioFile,
    draws: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=DRAWS_MAX,
            help=f"Draws; {DRAWS:,} else, or {EXACT_DRAWS} where each is an exact run.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 1,
    priors: Annotated[
        Path | None, typer.Option(help="File of priors; the twin's own else.")
    ] = None,
    by: Annotated[
        list[datetime] | None,
        typer.Option(
            formats=[DAY], help="A day whose chance is asked; may be given several times."
        ),
    ] = None,
    seeds: Annotated[
        int, typer.Option(min=0, max=100, help="Exact runs that show the luck; 0 or 1: none.")
    ] = SEEDS,
    out: Out = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """How sure the end of a scenario is: fan, chance of each day, what matters most; it is kept.

    Draws are carried by cohorts, all premises at once; what cohorts do not carry is run exactly,
    draw by draw, on a sample, and the answer says so.
    """
    begun, question, around = monotonic(), read_question(file), _priors(priors)
    past = past_of(question, home=home, place=place_of(file))
    exactly = partial(run_exactly, past=past, held=Held())
    try:
        found = doubt(question, draws=draws or DRAWS, seed=seed, priors=around)
    except BeyondCohorts as beyond:
        found = _exact(question, exactly, beyond, draws or EXACT_DRAWS, seed, around, file)
    luck = _luck(found, seeds, exactly) if seeds > 1 else None
    days = sorted({one.date() for one in by or []} | _obliged(found))
    said = _said(found, days, luck)
    given = files_given(question, file)
    if priors is not None:
        given[f"priors/{priors.name}"] = priors.read_bytes()
    own = keep_said(said, given=given, folder=shelf_of(out, home), seconds=monotonic() - begun)
    tell(said, own, as_json=as_json)


def _said(found: Doubt, days: list[date], luck: Split | None) -> Said:
    """The doubt as it is kept; its seed is that of the draws."""
    ends = ", ".join(f"P{s} {_day(found, found.end_at(s / 100))}" for s in (5, 50, 95))
    return Said(
        kind="doubt",
        questions=(found.question,),
        seeds=(found.seed,),
        result=picture(found, days, luck),
        lines=tuple(lines(found, days, luck)),
        finding=f"the end of {found.draws:,} draws: {ends}",
    )


def _priors(file: Path | None) -> tuple[Prior, ...]:
    if file is None:
        return shipped_priors()
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandRefused(f"priors {file} cannot be read: {error}") from error
    return read_priors(text, file=str(file))


def _exact(
    question: Question,
    run: Run,
    beyond: BeyondCohorts,
    draws: int,
    seed: int,
    priors: tuple[Prior, ...],
    file: Path,
) -> Doubt:
    """The draws as exact runs; the past of a fork may be none that it can start from."""
    console = Console(stderr=True)
    try:
        return doubt_exactly(
            question,
            run=run,
            beyond=beyond.what,
            draws=draws,
            seed=seed,
            priors=priors,
            told=lambda done: console.print(f"{done} of {draws} exact draws", highlight=False),
        )
    except NothingObserved as error:
        raise CommandRefused(f"{place_of(file)}: {error}") from error


def _luck(found: Doubt, seeds: int, run: Run) -> Split:
    """The same scenario with other luck, every number at its middle."""
    small = sampled(found.question, premises=LUCKY)
    first = small.scenario.seed
    outcomes = [run(with_seed(small, first + n)) for n in range(seeds)]
    ends = [figures_of(one)["end"] for one in outcomes]
    return split(found, ends=ends, simulated=outcomes[0].header.premises)


def _obliged(found: Doubt) -> set[date]:
    day = found.question.scenario.obligations.all_installed_by
    return set() if day is None else {day}


def picture(found: Doubt, days: list[date], luck: Split | None) -> dict[str, Any]:
    """The doubt as JSON values."""
    label, why_label = label_of(found.question.scenario)
    return {
        "scenario": found.question.scenario.name,
        "scenario_hash": found.question.hash,
        "code_version": code_version(),
        "label": label,
        "why_label": why_label,
        "engine": "exact" if found.simulated else "cohorts",
        "beyond_cohorts": found.beyond,
        "premises": found.premises,
        "simulated_premises": found.simulated or found.premises,
        "draws": found.draws,
        "seed": found.seed,
        "end": {f"p{share}": found.day(found.end_at(share / 100)) for share in FAN},
        "end_in_the_middle": found.day(found.middle.ends),
        "chance_by": {str(day): found.chance_by(day) for day in days},
        "short_at_the_end": {f"p{s}": found.short_at(s) for s in FAN},
        "capable": {
            f"p{share}": row.round().tolist() for share, row in zip(FAN, found.fan, strict=True)
        },
        "first_day": found.starts,
        "tornado": [
            {
                "name": one.name,
                "p10": one.values[0],
                "p90": one.values[1],
                "end_at_p10": found.day(one.ends[0]),
                "end_at_p90": found.day(one.ends[1]),
                "days": one.days,
                "capable_at_p10": round(one.capable[0]),
                "capable_at_p90": round(one.capable[1]),
            }
            for one in found.tornado
        ],
        "variance_of_the_end": None
        if luck is None
        else {
            "by_numbers": luck.by_numbers,
            "by_luck": luck.by_luck,
            "share_of_numbers": luck.share,
            "seeds": luck.seeds,
            "simulated_premises": luck.simulated,
        },
        "priors": found.priors,
        "assumed": found.question.rows.assumed,
        "simulated": True,
    }


def lines(found: Doubt, days: list[date], luck: Split | None) -> list[str]:
    """The doubt in words."""
    label, why_label = label_of(found.question.scenario)
    said = [
        f"{found.question.scenario.name}: {found.premises:,} premises, {found.draws:,} draws of "
        f"{len(found.priors)} numbers of behaviour ({label}: {why_label})",
        "end: " + ", ".join(f"P{s} {_day(found, found.end_at(s / 100))}" for s in FAN),
        f"with every number at its middle: {_day(found, found.middle.ends)}",
        *(f"chance by {day}: {found.chance_by(day):.1%}" for day in days),
        "premises still short at the end of the horizon: "
        + ", ".join(f"P{s} {found.short_at(s):,.0f}" for s in FAN),
        "what matters most, one number at a time from its P10 to its P90:",
    ]
    if luck is not None:
        said.insert(
            3,
            f"variance of the end, apart: {luck.by_numbers:.1f} days squared by numbers of "
            f"behaviour, {luck.by_luck:.1f} by luck ({luck.seeds} exact runs of "
            f"{luck.simulated:,} premises; of the whole fleet it is no more): "
            f"{luck.share:.0%} by the numbers",
        )
    said[1:1] = _engine(found)
    for one in found.tornado:
        said.append(
            f"  {one.name:30} {one.values[0]:8.4g} to {one.values[1]:8.4g}   end "
            f"{_day(found, one.ends[0])} to {_day(found, one.ends[1])}   capable at the end "
            f"{one.capable[1] - one.capable[0]:+,.0f}"
        )
    said.append("assumed: every one of these priors (twin/whatif/doubt/priors.toml says why), and")
    said += [f"  {a.name} {a.value} {a.unit} ({a.status})" for a in found.question.rows.assumed]
    return said


def _engine(found: Doubt) -> list[str]:
    """How the draws were made, where cohorts do not carry the question."""
    if not found.simulated:
        return []
    said = (
        f"cohorts do not carry {'; '.join(found.beyond)}: each draw is an exact run of "
        f"{found.simulated:,} premises with the same luck"
    )
    if found.simulated < found.premises:
        said += "; on a sample a gate has less to go by, and finds a bad image later"
    return [said]


def _day(found: Doubt, number: int) -> str:
    return str(found.day(number) or "not within the horizon")
