"""Where do consumers give up, and what makes pairing fail?"""

from itertools import pairwise
from typing import Final

import polars as pl

from dashboards import words
from dashboards.margins import Shape, told_levels
from dashboards.suppression import FEWER, PROGRAMME, in_row, is_kept
from dashboards.told import level_told

STAGES: Final = {
    "local": ("Attempt begun", "Hub open to joining", "CAD chosen", "Code accepted", "Paired"),
    "remote": ("Attempt begun", "Hub open to joining", "Paired"),
}
"""Steps of a funnel by route, as far as facts tell of them; the last is a CAD in the network."""
_REACHED: Final = {"local": (1, 2, 3, 4, 5), "remote": (1, 2, 5)}
"""The value of `reached` that each step needs."""


def funnel(channels: pl.DataFrame, route: str) -> list[tuple[str, int]]:
    """Attempts that came at least so far, step by step, from rows of `pairing_channels`."""
    own = channels.filter(route=route)
    return [
        (name, int(own.filter(pl.col("reached") >= reached)["attempts"].sum()))
        for name, reached in zip(STAGES[route], _REACHED[route], strict=True)
    ]


def told_steps(steps: list[tuple[str, int]], *, role: str) -> list[tuple[str, int | None]]:
    """The steps of a funnel as a role may see them: each is a part of the one before it."""
    names = [name for name, _ in steps]
    frame = pl.DataFrame({name: [number] for name, number in steps})
    shape = Shape(((),), tuple(names), tuple(pairwise(names)))
    row = told_levels(frame, shape, role=role)[()].row(0, named=True)
    return [(name, row[name]) for name in names]


def biggest_loss(steps: list[tuple[str, int]], *, role: str = PROGRAMME) -> str:
    """Between which two steps of a funnel most attempts are lost."""
    if not steps[0][1]:
        return "No attempt was made on this route"
    losses = [(before - after, first, then) for (first, before), (then, after) in pairwise(steps)]
    lost, first, then = max(losses)
    if not lost:
        return "No attempt is lost on the way"
    where = f"Most are lost between “{first.lower()}” and “{then.lower()}”"
    told = dict(told_steps(steps, role=role))
    whole = told[steps[0][0]]
    if told[first] is None or told[then] is None or whole is None:
        return f"{where}: how many is not told"
    share = words.share(lost, whole)
    return f"{where}: {words.prose(lost)} of {words.things(whole, 'attempt')} ({share})"


def where_given_up(pairing: pl.DataFrame, *, role: str = PROGRAMME) -> str:
    """The finding of the pairing page, from rows of `pairing`."""
    ended = pairing.filter(pl.col("outcome") != "open")
    total = int(ended["attempts"].sum())
    if not total:
        return "No pairing attempt has ended yet"
    if is_kept(total, role=role):
        return f"{FEWER.capitalize()} pairing attempts have ended, too few to tell of"
    paired = int(ended.filter(outcome="completed")["attempts"].sum())
    text = f"{words.share(paired, total)} of {words.things(total, 'attempt')} end in a pairing"
    if level_told(pairing, "pairing", "outcome", role=role)["attempts"].has_nulls():
        text = "How many pairing attempts end in a pairing is not told"
    causes = (
        ended.filter(pl.col("outcome") != "completed", pl.col("cause").is_not_null())
        .group_by("outcome", "cause")
        .agg(pl.col("attempts").sum())
        .sort("attempts", "cause", descending=[True, False])
    )
    if causes.is_empty():
        return text
    first = causes.row(0, named=True)
    told = level_told(pairing, "pairing", "outcome", "cause", role=role).row(
        by_predicate=(pl.col("outcome") == first["outcome"]) & (pl.col("cause") == first["cause"]),
        named=True,
    )
    return (
        f"{text}; the commonest end without one is {cause(first['outcome'], first['cause'])} "
        f"({in_row(told, 'attempts', prose=True)})"
    )


def cause(outcome: str, word: str | None) -> str:
    """How an attempt ended without a pairing: a cause, or the stage at which it was given up."""
    if word is None:
        return words.sentence(outcome)
    told = words.sentence(word)
    return f"given up at {told}" if outcome == "abandoned" else told
