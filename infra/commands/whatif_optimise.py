"""`twin whatif optimise`: the plans that end early and expose few, within limits."""

from pathlib import Path
from time import monotonic
from typing import Annotated

import typer
from rich.console import Console

from infra.commands.speak import HomeFolder, Json
from infra.commands.whatif_kept import Out, files_given, keep_said, shelf_of, tell
from twin.whatif.answer_shelf import Said
from twin.whatif.engine import run as run_exactly
from twin.whatif.search.asking import read_search
from twin.whatif.search.halving import Candidate, Front, search


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Search file, TOML.")],
    out: Out = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """Search the plans of a scenario: the front of days against devices exposed; it is kept."""
    begun = monotonic()
    asked, question = read_search(file)
    console = Console(stderr=True)
    found = search(
        asked, question, run=run_exactly, told=lambda said: console.print(said, highlight=False)
    )
    told = tuple(lines(found))
    said = Said(
        kind="optimise",
        questions=(question,),
        seeds=tuple(question.scenario.seed + nth for nth in range(asked.seeds)),
        result=found,
        lines=told,
        finding=told[-1],
    )
    given = {file.name: file.read_bytes(), **files_given(question, file.parent / asked.scenario)}
    own = keep_said(said, given=given, folder=shelf_of(out, home), seconds=monotonic() - begun)
    tell(said, own, as_json=as_json)


def lines(found: Front) -> list[str]:
    """The front in words."""
    looked = ", ".join(f"{count} by {rung}" for rung, count in found.looked_at.items())
    said = [
        f"{found.scenario}: plans looked at: {looked}; {found.refused} refused "
        f"({found.label}: {found.why_label})",
        f"{found.simulated_premises:,} of {found.premises:,} premises are run for each seed; on a "
        "sample a gate has less to go by, and finds a bad image later",
        *_beyond(found),
        f"{'plan':>6}{'days':>9}{'exposed':>13}{'lag, days':>11}   settings",
        _line(found.as_it_stands, "as it stands"),
        *(_line(one, _settings(one)) for one in found.front),
    ]
    if found.best is None:
        return [*said, "no plan of these ranges keeps the limits: widen the ranges or the limits"]
    return [
        *said,
        f"the earliest end within the limits is plan {found.best.number}, on day "
        f"{found.best.days:.1f} of {found.horizon_days}",
    ]


def _beyond(found: Front) -> list[str]:
    """How plans were looked at, where cohorts do not carry the scenario."""
    if not found.beyond:
        return []
    return [
        f"cohorts do not carry {'; '.join(found.beyond)}: every rung is of exact runs, and lags "
        "are of regions alone, not of suppliers"
    ]


def _line(one: Candidate, what: str) -> str:
    return f"{one.number:>6}{one.days:>9.1f}{one.exposed:>13,.0f}{one.lag_days:>11.1f}   {what}"


def _settings(one: Candidate) -> str:
    return (
        "; ".join(
            f"{campaign} " + ", ".join(f"{name} {value:g}" for name, value in knobs.items())
            for campaign, knobs in one.settings.items()
        )
        or "as it stands"
    )
