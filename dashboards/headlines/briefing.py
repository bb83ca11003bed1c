"""What do I tell the board? Five sentences, each computed and each with its own test."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from dashboards import words
from dashboards.board import Board, Risk
from dashboards.headlines.forecasts import end_foreseen
from dashboards.headlines.operations import HOLDS, stratum
from dashboards.headlines.progress import on_plan
from dashboards.headlines.regions import area_standings, extremes, national
from dashboards.suppression import OPERATIONS, PROGRAMME, part_of, share

Row = Mapping[str, Any]


def five(board: Board, *, on: date | None, role: str = PROGRAMME) -> tuple[str, ...]:
    """The five sentences in the order in which a board asks: where, when, what, where not, who.

    Few premises, devices and attempts are told to operations alone, here and in what follows.
    """
    return (
        standing(board.latest, on=on, role=role),
        ends(board.ends),
        stops(board.holds, role=role),
        places(areas_of(board, role=role)),
        consumers(board.pairing, role=role),
    )


def standing(latest: Row | None, *, on: date | None, role: str = PROGRAMME) -> str:
    """Where the programme stands against its plan."""
    told = on_plan(None if latest is None else dict(latest), role=role)
    return f"{told}." if on is None else f"As at {words.day(on)}, {_lower(told)}."


def ends(rows: Sequence[Row]) -> str:
    """When the campaigns end, or ended."""
    if not rows:
        return "No campaign has a membership yet, so no end is forecast."
    return f"{'; '.join(end_foreseen(dict(row)) for row in rows)}."


def stops(holds: Sequence[Row], *, role: str = PROGRAMME) -> str:
    """What the gates stopped: the newest hold in words, and how many there were."""
    if not holds:
        return "No gate has held a campaign."
    last = holds[-1]
    many = (
        "A gate has held a campaign once"
        if len(holds) == 1
        else (f"Gates have held campaigns {words.count(len(holds))} times, last")
    )
    return f"{many}: {_hold(last, role)}."


def _hold(row: Row, role: str) -> str:
    about = ""
    if row["gate_stratum"]:
        about = f" over {stratum(row['gate_stratum'])}"
    if row["gate_n"]:
        about += f" ({part_of(row['gate_k'], row['gate_n'], role=role)} devices)"
    why = HOLDS.get(row["what"], words.sentence(row["what"]))
    told = f"{row['campaign_id']} {why} on {words.day(row['occurred_at'].date())}{about}"
    if row["resumed_at"] is None:
        return f"{told}; it is not resumed"
    days = (row["resumed_at"].date() - row["occurred_at"].date()).days
    return f"{told}, resumed after {words.things(days, 'day')}"


def areas_of(board: Board, *, role: str) -> pl.DataFrame:
    """Standings of the GSP groups as a role may see them."""
    told = board.areas if role == OPERATIONS else board.areas_told
    return area_standings(told, nation=national(board.areas))


def places(areas: pl.DataFrame) -> str:
    """Which GSP group is furthest behind the country and which is furthest ahead.

    `areas` are standings (`headlines.regions`); groups that are kept back have no points.
    """
    held = areas.drop_nulls("points")
    if held.height < 2:
        return "No two GSP groups have installations yet that could be compared."
    ahead, behind = extremes(held)
    if round(behind["points"], 1) == round(ahead["points"], 1):
        return f"All {held.height} GSP groups stand alike."
    return (
        f"Of {held.height} GSP groups {_named(behind)} is furthest behind, "
        f"{_points(behind['points'])} the country, and {_named(ahead)} is furthest ahead, "
        f"{_points(ahead['points'])} it."
    )


def _named(row: Row) -> str:
    return f"{row['area']} ({row['gsp_group']})"


def _points(points: float) -> str:
    """`2.1 percentage points below`; the sign is in words."""
    return f"{abs(points):.1f} percentage points {'below' if points < 0 else 'above'}"


def consumers(pairing: pl.DataFrame, *, role: str = PROGRAMME) -> str:
    """How many pairing attempts of consumers were completed, by route."""
    tried = int(pairing["attempts"].sum())
    if not tried:
        return "No consumer has tried to pair a device yet."
    done = int(pairing.filter(outcome="completed")["attempts"].sum())
    attempts = "pairing attempt" if tried == 1 else "pairing attempts"
    told = f"Consumers completed {part_of(done, tried, role=role)} {attempts}"
    whole = share(done, tried, role=role)
    routes = pairing.sort("route").group_by("route", maintain_order=True)
    by_route = {
        str(route): share(_completed(own), int(own["attempts"].sum()), role=role)
        for (route,), own in routes
    }
    if whole is None or None in by_route.values():
        # the share of one route follows from the whole and that of the other
        return f"{told}{'' if whole is None else f' ({whole})'}."
    return f"{told} ({whole}): {words.listed([f'{a} {b}' for a, b in by_route.items()])}."


def _completed(own: pl.DataFrame) -> int:
    return int(own.filter(outcome="completed")["attempts"].sum())


def risk(one: Risk, *, role: str = PROGRAMME) -> str:
    """A risk in words: `490 of 10,000 premises (4.9%) cannot pair locally yet`."""
    if one.gives_away and role != OPERATIONS:
        return f"Some of {words.prose(one.of)} {one.unit} {one.what} (how many is not told)"
    told = share(one.count, one.of, role=role)
    part = f"{part_of(one.count, one.of, role=role)} {one.unit}"
    return words.capital(f"{part}{'' if told is None else f' ({told})'} {one.what}")


def milestone(row: Row) -> tuple[str, str, str, str]:
    """A milestone in words: what, when planned, when expected or done, and how it stands."""
    came = row["actual"] or row["expected"]
    kind = "" if came is None else "" if row["actual"] else "expected "
    when = "" if came is None else f"{kind}{words.short_day(came)}"
    name = words.capital(words.sentence(row["milestone"]))
    return name, words.short_day(row["planned"]), when, words.sentence(row["state"])


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
