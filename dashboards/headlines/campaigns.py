"""Should a campaign be held? What a command would do, and what came of it."""

from typing import Final

from dashboards import words
from dashboards.campaign_counts import IN_FLIGHT, Row
from dashboards.headlines.operations import held_by
from dashboards.suppression import FEWER, KEPT_BESIDE, in_row
from twin.campaign.commands import ACTORS, Command, role_of
from twin.campaign.transitions import UNDER_WAY
from twin.events.programme import CommandAnswered, CommandName
from twin.vocabulary import CampaignState, HoldReason

BUTTONS: Final[tuple[CommandName, ...]] = (
    "hold",
    "resume",
    "advance",
    "stop",
    "abort",
    "approve",
    "deny",
)
"""What an operator may command from the page, in the order in which it is offered."""
_UNFINISHED: Final = {"in_flight": "in flight", "errors": "failed", "awaiting": "not asked yet"}
_WHY: Final = {
    "done": "it is done",
    "already_so": "it was so already, and nothing was changed",
    "unknown_campaign": "the log knows no such campaign",
    "wrong_state": "the state of the campaign does not allow it now",
    "other_plan": "another plan stands by now than the one shown",
    "wrong_role": "the role may not command that",
    "own_plan": "an author may not approve the own plan",
    "internal_error": "the campaign could not be decided; look at its journal",
}


def standing(row: Row) -> str:
    """How a campaign stands, in one sentence; `row` is as a role may see it (`told_campaigns`)."""
    state = f"{row['campaign_id']} is {words.sentence(row['state'])}{held_by(row['holds'])}"
    if row["members"] is None:
        return f"{state}; it has {FEWER} devices"
    if not row["members"]:
        return f"{state}; its membership is not frozen yet"
    is_beside = "confirmed" in row[KEPT_BESIDE].split()
    told, beside = ([], ["confirmed"]) if is_beside else ([_confirmed(row)], [])
    of = f"of {words.things(row['members'], 'device')} " if is_beside else ""
    for part, what in _UNFINISHED.items():
        if part in row[KEPT_BESIDE].split():
            beside.append(what)
        elif row[part] != 0:
            told.append(f"{in_row(row, part, prose=True)} {what}")
    others = [f"others {' or '.join(beside)}"] if beside else []
    return f"{state}; {of}{', '.join([*told, *others])}"


def _confirmed(row: Row) -> str:
    """How many are confirmed, and the share where that may be told."""
    of = f"of {words.things(row['members'], 'device')} confirmed"
    if row["confirmed"] is None:
        return f"{in_row(row, 'confirmed')} {of}"
    share = words.share(row["confirmed"], row["members"])
    return f"{words.prose(row['confirmed'])} {of} ({share})"


def progress(row: Row) -> float:
    """Share of the members that are confirmed, 0 to 1; 0 where it is not told."""
    return min((row["confirmed"] or 0) / row["members"], 1.0) if row["members"] else 0.0


def all_standing(rows: list[Row]) -> str:
    """How the campaigns stand together: those that are held come first."""
    if not rows:
        return "No campaign has been handed in yet"
    held = [row["campaign_id"] for row in rows if row["state"] == CampaignState.HELD]
    under_way = sum(row["state"] in UNDER_WAY for row in rows)
    waiting = sum(row["state"] == CampaignState.AWAITING_APPROVAL for row in rows)
    parts = [f"{words.prose(under_way)} of {words.things(len(rows), 'campaign')} under way"]
    if waiting:
        parts.append(f"{words.prose(waiting)} waiting for approval")
    first = f"{words.listed(held)} {'is' if len(held) == 1 else 'are'} held: " if held else ""
    return f"{first}{words.listed(parts)}"


def in_flight(row: Row) -> int:
    """Devices that were asked and of which the outcome is not known."""
    return sum(row[stage] for stage in IN_FLIGHT)


def end_in_sight(row: Row) -> str:
    """When it ended, or is believed to end."""
    if row["actual"] is not None:
        return f"ended {words.short_day(row['actual'])}"
    if row["forecast_on"] is None:
        return "no forecast yet"
    if row["p50"] is None:
        return "end not in sight"
    late = "open" if row["p90"] is None else words.short_day(row["p90"])
    return f"end foreseen {words.short_day(row['p50'])} (P90: {late})"


def allowed(row: Row) -> list[CommandName]:
    """The commands that the state of a campaign allows, in the order of `BUTTONS`."""
    return [name for name in BUTTONS if _is_allowed(name, row)]


def _is_allowed(name: CommandName, row: Row) -> bool:
    state = row["state"]
    holds = (row["holds"] or "").split(", ")
    match name:
        case "hold":
            return state in UNDER_WAY and HoldReason.OPERATOR not in holds
        case "resume":
            return bool(state == CampaignState.HELD)
        case "advance":
            return bool(state == CampaignState.RUNNING)
        case "approve" | "deny":
            return bool(state == CampaignState.AWAITING_APPROVAL)
        case _:
            return state in UNDER_WAY


def consequences(name: CommandName, row: Row) -> list[str]:
    """What a command would do now, by the exact counts of the set: one sentence an effect."""
    return _EFFECTS[name](row)


def _hold(row: Row) -> list[str]:
    return [
        f"Not asked yet, and left so until somebody resumes: {words.devices(row['awaiting'])}.",
        f"In flight, and going on: {words.devices(in_flight(row))}; gates keep watching.",
    ]


def _resume(row: Row) -> list[str]:
    return [
        f"What holds it is overridden by name:{held_by(row['holds']) or ' (nothing)'}.",
        f"To be asked from now on, by the plan: {words.devices(row['awaiting'])}.",
    ]


def _advance(row: Row) -> list[str]:
    wave = f"Wave {row['current_wave']}" if row["current_wave"] else "The wave"
    return [
        f"{wave} is left without waiting for its gate, whose last word is kept.",
        "It is refused unless the whole wave is released.",
    ]


def _stop(row: Row) -> list[str]:
    never = words.devices(row["awaiting"] + row["retrying"])
    return [
        f"Never asked, or never again: {never}.",
        f"In flight, and finishing: {words.devices(in_flight(row) - row['retrying'])}.",
        "A stopped campaign cannot be resumed.",
    ]


def _abort(row: Row) -> list[str]:
    never = words.devices(row["awaiting"] + row["retrying"])
    exposed = words.devices(row["confirmed"] + row["errors"] + row["activated"])
    return [
        f"Never asked, or never again: {never}.",
        f"Recalled: {words.devices(row['verified'])} that hold the image and were not told to "
        f"activate it; and, once their image has come, up to {words.devices(row['in_transfer'])} "
        "in transfer.",
        f"Exposed, and beyond recall: {exposed} that activated or settled. Told to activate, and "
        "recalled only where their date has not come: "
        f"{words.devices(row['activation_requested'])}.",
        "An aborted campaign cannot be resumed.",
    ]


def _approve(row: Row) -> list[str]:
    return [f"The plan with hash {row['plan_hash'][:12]} may start by its dates."]


def _deny(row: Row) -> list[str]:
    return [f"The plan with hash {row['plan_hash'][:12]} may not start; it may be revised."]


_EFFECTS: Final = {
    "hold": _hold,
    "resume": _resume,
    "advance": _advance,
    "stop": _stop,
    "abort": _abort,
    "approve": _approve,
    "deny": _deny,
}


def answered(command: Command, answer: CommandAnswered | None, *, waits_s: float) -> str:
    """What came of a command, in one sentence."""
    asked = f"{command.campaign_id} {command.command}"
    if answer is None:
        return (
            f"{asked}: no answer within {waits_s:g} s. The command waits on the log as "
            f"{command.command_id} and is answered when a worker runs; sending it again changes "
            "nothing."
        )
    match answer.answer:
        case "ACCEPTED":
            left = words.devices(answer.in_flight) if answer.in_flight is not None else ""
            goes_on = f" In flight, and going on: {left}." if left else ""
            return (
                f"{asked}: accepted; the campaign now stands at version {answer.version}.{goes_on}"
            )
        case "NOOP":
            return f"{asked}: {_WHY['already_so']}."
        case "CONFLICT":
            return (
                f"{asked}: not done. The campaign has moved on from version "
                f"{command.expected_version} to {answer.version - 1} since this page was drawn; "
                "look at it again, then decide anew."
            )
        case _:
            why = _WHY.get(answer.why, words.sentence(answer.why))
            return f"{asked}: refused, {why}."


def actor(name: CommandName) -> str:
    """Whose name the journal shows: a role, no person."""
    return ACTORS[role_of(name)]
