"""What devices were asked, named so that two histories ask the same thing by the same name."""

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct

from twin.events.requests import FieldRequest, RequestKind


class Question(NamedTuple):
    """The `nth` request of a kind (from 1) in one attempt of a campaign at a device."""

    campaign_id: str
    device_id: str
    attempt: int
    kind: RequestKind
    nth: int


class Asked(Struct, frozen=True):
    """A question and the request that asked it: ordered on a tick, at the field when it opens."""

    question: Question
    request: FieldRequest
    ordered: datetime
    at: datetime


class Ledger:
    """Everything that was asked so far, each request once; mutable, owned by one replay."""

    def __init__(self) -> None:
        """Nothing was asked yet."""
        self.asked: dict[Question, Asked] = {}
        self._known: set[str] = set()
        self._numbers: Counter[tuple[str, str, int, RequestKind]] = Counter()

    def take(self, request: FieldRequest, *, now: datetime) -> Asked | None:
        """The question that a request asks, None where the same request was sent before."""
        if request.request_id in self._known:
            return None
        self._known.add(request.request_id)
        place = request.campaign_id, request.device_id, request.attempt, request.kind
        self._numbers[place] += 1
        question = Question(*place, self._numbers[place])
        asked = Asked(question, request, now, max(now, request.asked_at))
        self.asked[question] = asked
        return asked
