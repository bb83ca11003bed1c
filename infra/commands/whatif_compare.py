"""`twin whatif compare`: two scenarios under common luck, and what differs, where and for whom."""

from pathlib import Path
from typing import Annotated

import typer

from infra.commands.speak import Json, say, say_json
from twin.whatif.compare import PREMISES_MAX, SEEDS, Comparison, Difference, compare
from twin.whatif.engine import run as run_exactly
from twin.whatif.intervals import Interval
from twin.whatif.measures import MEASURES
from twin.whatif.reading import read_question

SHOWN = 8
"""Of those who differ, so many are named; `--json` has all."""


def run(
    first: Annotated[Path, typer.Argument(metavar="A", help="Scenario file.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Scenario file of the same fleet.")],
    seeds: Annotated[int, typer.Option(min=1, max=200, help="Seeds, each run in both.")] = SEEDS,
    premises: Annotated[
        int, typer.Option(min=1, help="Premises simulated for each seed, at most.")
    ] = PREMISES_MAX,
    as_json: Json = False,
) -> None:
    """What differs between two scenarios that share their luck, with intervals over seeds."""
    found = compare(
        read_question(first), read_question(second), run=run_exactly, seeds=seeds, premises=premises
    )
    if as_json:
        say_json(found)
        return
    for line in lines(found):
        say(line)


def lines(found: Comparison) -> list[str]:
    """The comparison in words."""
    one, other = found.names
    said = [
        f"{one} and {other}: {found.simulated:,} of {found.premises:,} premises, "
        f"{len(found.seeds)} seeds in common (simulated)",
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
