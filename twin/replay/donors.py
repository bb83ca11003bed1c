"""Whom an answer is drawn from, where the log has none: executions of the same campaign.

Those of the same stratum are taken where there are enough, else those of the same model, else
all. A device that was asked for a retry borrows from retries.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from msgspec import Struct

from twin.events import firmware
from twin.events.registry import Fact
from twin.events.requests import RequestKind
from twin.replay.asked import Asked, Question
from twin.replay.luck import luck
from twin.replay.recorded import Heard, Recorded
from twin.vocabulary import TransferOutcome

ENOUGH: Final = 20
"""Executions of a stratum that are enough to draw from."""
_ENDINGS: Final = (
    firmware.FirmwareUpdateWarned,
    firmware.FirmwareDeliveryFailed,
    firmware.FirmwareVerified,
    firmware.FirmwareVerificationFailed,
    firmware.FirmwareActivated,
    firmware.FirmwareActivationFailed,
    firmware.FirmwareActivationCancelled,
    firmware.FirmwareVersionRead,
)
"""Facts after which a request has no more to say."""


class _Pool(NamedTuple):
    """Donors that are alike; `stratum` is empty for all of a campaign."""

    campaign_id: str
    kind: RequestKind
    is_retry: bool
    stratum: str


class Seen(Struct, frozen=True):
    """A question of the recorded history, and its answers.

    `watched` is how long the run could have heard of it, `ended_after` how long after the request
    its last word was heard: None while it is silent.
    """

    asked: Asked
    answers: tuple[Heard, ...]
    watched: timedelta
    ended_after: timedelta | None


class Donors:
    """The questions of the recorded history, by name and by likeness."""

    def __init__(
        self,
        recorded: Recorded,
        asked: Mapping[Question, Asked],
        *,
        strata: Mapping[tuple[str, str], str],
        seed: int,
    ) -> None:
        """`asked` is what the recorded history asked, `strata` names a member's stratum."""
        self._strata = strata
        self._seed = seed
        retired = recorded.retired
        self.seen = {
            question: _seen(recorded, asked[question], retired) for question in sorted(asked)
        }
        self._patience = {kind: self._longest(kind) for kind in RequestKind}
        self._pools: defaultdict[_Pool, list[Seen]] = defaultdict(list)
        for question, seen in self.seen.items():
            if self.is_cut_short(seen):
                continue
            for pool in self._likenesses(question):
                if pool.is_retry == (question.attempt > 1):
                    self._pools[pool].append(seen)

    def is_cut_short(self, seen: Seen) -> bool:
        """Whether the run or the device ended before a silent question could have been answered."""
        kind = seen.asked.question.kind
        return seen.ended_after is None and seen.watched < self._patience[kind]

    def draw(self, question: Question, *, after: timedelta = timedelta()) -> Seen | None:
        """A donor for a question whose first answers, up to `after`, are known; None: nobody.

        The same device and attempt draw the same place in every pool, and follow one donor from
        request to request as long as it was asked, too.
        """
        place = luck(
            seed=self._seed,
            device_id=question.device_id,
            purpose=question.campaign_id,
            attempt=question.attempt,
        )
        found: list[Seen] = []
        for pool in self._likenesses(question):
            found = self._pools[pool]
            if after:
                found = [seen for seen in found if _outlasts(seen, after)]
            if len(found) >= ENOUGH:
                break
        return self._followed(found[int(place * len(found))], question) if found else None

    def _followed(self, found: Seen, question: Question) -> Seen:
        """The donor of the attempt's update, if it was asked this, too."""
        if question.kind is RequestKind.UPDATE:
            return found
        first = self.draw(question._replace(kind=RequestKind.UPDATE, nth=1))
        if first is None:
            return found
        wanted = first.asked.question._replace(kind=question.kind, nth=question.nth)
        return self.seen.get(wanted, found)

    def _likenesses(self, question: Question) -> list[_Pool]:
        """The pools that a question belongs to, the closest first; first attempts come last."""
        stratum = self._strata.get((question.campaign_id, question.device_id), "")
        model = stratum.rpartition("|")[2]
        names = (stratum, f"model {model}", "") if stratum else ("",)
        return [
            _Pool(question.campaign_id, question.kind, retry, name)
            for retry in ((True, False) if question.attempt > 1 else (False,))
            for name in names
        ]

    def _longest(self, kind: RequestKind) -> timedelta:
        ends = (s.ended_after for q, s in self.seen.items() if q.kind is kind)
        return max((end for end in ends if end is not None), default=timedelta())


def _seen(recorded: Recorded, asked: Asked, retired: Mapping[str, datetime]) -> Seen:
    ends = recorded.ticks.ends
    until = min(ends, retired.get(asked.question.device_id, ends))
    answers = recorded.answers.get(asked.request.request_id, ())
    heard = [told.event.occurred_at for told in answers if _is_ending(told.event.fact)]
    return Seen(asked, answers, until - asked.at, min(heard) - asked.at if heard else None)


def _is_ending(fact: Fact) -> bool:
    """Whether a request has no more to say after a fact."""
    if isinstance(fact, firmware.FirmwareTransferred):
        return fact.transfer is not TransferOutcome.SUCCESS
    return isinstance(fact, _ENDINGS)


def _outlasts(seen: Seen, after: timedelta) -> bool:
    """Whether a donor could still tell something after a span."""
    return seen.ended_after is None or seen.ended_after > after
