"""Requests for information to SEC parties: what may be asked and answered (F1.6, paragraph 10).

The log decides in its order: the first answer to a request counts, a second is refused.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from twin.events.envelope import Event
from twin.events.oversight import InformationProvided, InformationRequested
from twin.ids import SupplierId, Uuid
from twin.rules.marks import rule
from twin.rules.programme import check_answer
from twin.rules.refusal import Refusal
from twin.vocabulary import InformationSubject


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A party is to be asked; `request_id` is what the request will be known by."""

    request_id: Uuid
    party: SupplierId
    subject: InformationSubject
    due: date


class Provide(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a party was asked for has come in."""

    request_id: Uuid


Inquiry: TypeAlias = Ask | Provide


class Requested(Struct, frozen=True):
    """A request on the log: when it was asked (UTC), and when it was first answered, if it was."""

    fact: InformationRequested
    asked: date
    answered: date | None = None


class Decided(Struct, frozen=True):
    """What came of an inquiry; `why` is a clause for whoever sent it.

    CONFLICT: it was so decided already, by somebody who was quicker.
    """

    answer: Literal["ACCEPTED", "NOOP", "CONFLICT", "REFUSED"]
    why: str
    fact: InformationRequested | InformationProvided | None = None


def requests_in(events: Iterable[Event]) -> dict[str, Requested]:
    """Every request by its id, from the facts of the programme in the order of the log."""
    found: dict[str, Requested] = {}
    for event in events:
        on = event.occurred_at.astimezone(UTC).date()
        match event.fact:
            case InformationRequested() as fact:
                found.setdefault(fact.request_id, Requested(fact, on))
            case InformationProvided(request_id=known) if known in found:
                if found[known].answered is None:
                    found[known] = replace(found[known], answered=on)
            case _:
                continue
    return found


@rule("BR40")
def decide_inquiry(inquiry: Inquiry, *, known: Mapping[str, Requested], on: date) -> Decided:
    """The fact that an inquiry makes on a day, or why it makes none."""
    if isinstance(inquiry, Ask):
        return _asked(inquiry, known, on)
    return _provided(inquiry, known, on)


def _asked(ask: Ask, known: Mapping[str, Requested], on: date) -> Decided:
    fact = InformationRequested(ask.request_id, ask.party, ask.subject, ask.due)
    held = known.get(ask.request_id)
    if held is not None:
        if held.fact == fact:
            return Decided("NOOP", "it is on the log already, and nothing was changed")
        return Decided("REFUSED", "another request has that id")
    if ask.due <= on:
        return Decided("REFUSED", f"the due day {ask.due} must come after today, {on}")
    for one in known.values():
        same = (one.fact.party, one.fact.subject) == (ask.party, ask.subject)
        if same and one.answered is None:
            return Decided(
                "CONFLICT",
                f"{ask.party} is asked for it already, on {one.asked}, and has until "
                f"{one.fact.due}",
            )
    return Decided("ACCEPTED", f"{ask.party} is asked, and has until {ask.due}", fact)


def _provided(provide: Provide, known: Mapping[str, Requested], on: date) -> Decided:
    held = known.get(provide.request_id)
    if held is None:
        return Decided("REFUSED", "no request has that id")
    if held.answered is not None:
        return Decided("CONFLICT", f"it was answered already, on {held.answered}")
    asked = held.fact
    late = isinstance(check_answer(due=asked.due, answered=on, on=on), Refusal)
    when = f"late, as it was due on {asked.due}" if late else f"on time, due on {asked.due}"
    return Decided(
        "ACCEPTED",
        f"{asked.party} has answered on {on}, {when}",
        InformationProvided(asked.request_id, asked.party, asked.subject, not late),
    )
