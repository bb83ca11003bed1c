"""`twin whatif compare`: two scenarios under common luck, and what differs, where and for whom."""

from functools import partial
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from infra.commands.speak import HomeFolder, Json
from infra.commands.whatif_given import past_of, place_of, question_given
from infra.commands.whatif_kept import Out, files_given, keep_said, shelf_of, tell
from infra.refusals import CommandRefused
from twin.whatif.answer_shelf import Said
from twin.whatif.compare import (
    PREMISES_MAX,
    SEEDS,
    Comparison,
    Difference,
    compare,
    require_comparable,
)
from twin.whatif.engine import run as run_exactly
from twin.whatif.intervals import Interval
from twin.whatif.measures import MEASURES
from twin.whatif.observed import NothingObserved

SHOWN = 8
"""Of those who differ, so many are named; `--json` has all."""


def run(
    first: Annotated[str, typer.Argument(metavar="A", help="Scenario file, or a kept run.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Another one, of the same fleet.")],
    seeds: Annotated[int, typer.Option(min=1, max=200, help="Seeds, each run in both.")] = SEEDS,
    premises: Annotated[
        int, typer.Option(min=1, help="Premises simulated for each seed, at most.")
    ] = PREMISES_MAX,
    out: Out = None,
    home: HomeFolder = None,
    as_json: Json = False,
) -> None:
    """What differs between two scenarios that share their luck, with intervals over seeds; kept.

    A run that is kept is asked again as it was asked then, with its own plans.
    """
    begun = monotonic()
    one, other = (question_given(given, home=home, out=out) for given in (first, second))
    require_comparable(one, other)
    past = past_of(one, home=home, place=place_of(Path(first)))
    try:
        found = compare(
            one, other, run=partial(run_exactly, past=past), seeds=seeds, premises=premises
        )
    except NothingObserved as error:
        raise CommandRefused(f"{place_of(Path(first))}: {error}") from error
    said = Said(
        kind="compare",
        questions=(one, other),
        seeds=found.seeds,
        result=found,
        lines=tuple(lines(found)),
        finding=found.finding,
    )
    given = {
        f"{nth}/{Path(name).name}": content
        for nth, (question, file) in enumerate(((one, first), (other, second)), start=1)
        for name, content in files_given(question, Path(file)).items()
    }
    own = keep_said(said, given=given, folder=shelf_of(out, home), seconds=monotonic() - begun)
    tell(said, own, as_json=as_json)


def lines(found: Comparison) -> list[str]:
    """The comparison in words."""
    one, other = found.names
    said = [
        f"{one} and {other}: {found.simulated:,} of {found.premises:,} premises, "
        f"{len(found.seeds)} seeds in common ({found.label}: {found.why_label})",
        found.finding,
        f"{'':52}{one:>16}{other:>16}   difference, 95 % over seeds",
        *(_line(MEASURES[d.measure][0], d) for d in found.measures),
        "mean days of waiting, by region:",
        *(_line(d.measure, d) for d in found.where),
    ]
    for name, taken in zip(found.names, found.taken_out, strict=True):
        models = ", ".join(f"{model} ({n} seeds)" for model, n in taken.items())
        said.append(f"models taken out in {name}: {models or 'none'}")
    if found.unfinished != (0, 0):
        said.append(
            f"not over within the horizon: {found.unfinished[0]} and {found.unfinished[1]} seeds; "
            "their end counts as the day after it, so that the difference is a bound"
        )
    if found.left_out:
        return [*said, f"for whom it differs is left out: {found.left_out}"]
    said.append("for whom, mean days of waiting (expected numbers, the largest difference first):")
    for who in found.for_whom[:SHOWN]:
        said.append(
            f"  {who.dimension + ' ' + who.name:50}{who.first:16.1f}{who.second:16.1f}   "
            f"{who.difference:+.1f}"
        )
    return said


def _line(what: str, found: Difference) -> str:
    return (
        f"  {what:50}{found.first.mean:16,.1f}{found.second.mean:16,.1f}   "
        f"{_interval(found.difference)}"
    )


def _interval(found: Interval) -> str:
    if found.n == 1:
        return f"{found.mean:+,.1f} (one seed: no interval)"
    return f"{found.mean:+,.1f} ({found.low:+,.1f} to {found.high:+,.1f})"
