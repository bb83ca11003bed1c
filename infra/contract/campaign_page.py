"""The reference page of a campaign's states: every move by state and fact, drawn from the table."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from twin.campaign.transitions import TERMINAL, Move, moves
from twin.campaign.wave_moves import OVER, WAVE_MOVES
from twin.events.registry import CAMPAIGN_TYPES, short_name
from twin.vocabulary import CampaignState

_HEAD: Final = """# States of a campaign

Written by `make docs` from the table that the code decides by; do not edit.
A fact that has no row in a state changes no state there, and no decision makes one. Row numbers
are those of the rollout specification, section 2.

"""

_WAVES: Final = """
# States of a wave

A wave is planned until its first release. A release that is complete begins its soak; what a gate
says after that of its success decides it (section 3). A campaign that is stopped, aborted, called
off or superseded takes with it the waves that are not over.

| state | fact | if | next state |
|---|---|---|---|
"""


def campaign_page() -> str:
    """The page as Markdown with a Mermaid diagram; the same text for the same code."""
    return "".join(_lines())


def _lines() -> Iterator[str]:
    rows = list(moves())
    yield _HEAD
    yield "```mermaid\nstateDiagram-v2\n"
    yield f"    [*] --> {rows[0].before}\n"
    yield from _arrows(rows)
    for state in TERMINAL:
        yield f"    {state} --> [*]\n"
    yield "```\n\n| state | fact | next state | row |\n|---|---|---|---|\n"
    for move in rows:
        yield f"| {move.before} | `{_fact(move)}` | {move.after} | {move.row} |\n"
    yield f"\nTerminal: {', '.join(TERMINAL)}.\n\n## Facts that move no campaign\n\n"
    moving = {move.fact.TYPE for move in rows}
    for name in sorted(set(CAMPAIGN_TYPES) - moving):
        yield f"- `{short_name(name)}`\n"
    yield from _of_waves()


def _of_waves() -> Iterator[str]:
    yield _WAVES
    for move in WAVE_MOVES:
        fact = short_name(move.fact.TYPE)
        yield f"| {move.before} | `{fact}` | {move.when} | {move.after} |\n"
    yield f"\nTerminal: {', '.join(OVER)}.\n"


def _arrows(rows: list[Move]) -> Iterator[str]:
    """One arrow a pair of states; one that only says that nothing moves is left to the table."""
    pairs: dict[tuple[CampaignState, CampaignState], list[str]] = {}
    for (before, after), found in groupby(rows, key=lambda move: (move.before, move.after)):
        pairs.setdefault((before, after), []).extend(_fact(move) for move in found)
    for (before, after), facts in pairs.items():
        if before is not after:
            words = ", ".join(fact.removeprefix("programme.") for fact in facts)
            yield f"    {before} --> {after}: {words}\n"


def _fact(move: Move) -> str:
    return short_name(move.fact.TYPE)
