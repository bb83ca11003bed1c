"""Where do consumers give up, and what makes pairing fail?"""

from itertools import pairwise
from typing import Final

import polars as pl

from dashboards import words
from dashboards.suppression import FEWER, PROGRAMME, count, is_kept

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


def biggest_loss(steps: list[tuple[str, int]], *, role: str = PROGRAMME) -> str:
    """Between which two steps of a funnel most attempts are lost."""
    if not steps[0][1]:
        return "No attempt was made on this route"
    losses = [(before - after, first, then) for (first, before), (then, after) in pairwise(steps)]
    lost, first, then = max(losses)
    if not lost:
        return "No attempt is lost on the way"
    where = f"Most are lost between “{first.lower()}” and “{then.lower()}”"
    if is_kept(lost, role=role) or is_kept(steps[0][1], role=role):
        return f"{where}: {count(lost, role=role)} attempts"
    share = words.share(lost, steps[0][1])
    return f"{where}: {words.prose(lost)} of {words.things(steps[0][1], 'attempt')} ({share})"


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
    causes = (
        ended.filter(pl.col("outcome") != "completed", pl.col("cause").is_not_null())
        .group_by("outcome", "cause")
        .agg(pl.col("attempts").sum())
        .sort("attempts", "cause", descending=[True, False])
    )
    if causes.is_empty():
        return text
    first = causes.row(0, named=True)
    told = words.prose if not is_kept(first["attempts"], role=role) else count
    return (
        f"{text}; the commonest end without one is {cause(first['outcome'], first['cause'])} "
        f"({told(first['attempts'])})"
    )


def cause(outcome: str, word: str | None) -> str:
    """How an attempt ended without a pairing: a cause, or the stage at which it was given up."""
    if word is None:
        return words.sentence(outcome)
    told = words.sentence(word)
    return f"given up at {told}" if outcome == "abandoned" else told
