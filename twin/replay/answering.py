"""How the field answers in a replay: as it answered then, or by a donor's luck.

Device latents are common to both histories: a device that is asked what it was asked answers
what it answered, as late after the request. What it never was asked is drawn by seed, device and
attempt, and the device is labelled.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol

from twin.replay.answers import Answer, borrowed, shifted
from twin.replay.asked import Asked
from twin.replay.donors import Donors, Seen
from twin.replay.recorded import Recorded
from twin.state.devices import Device

Dated = tuple[int, Answer]
"""An answer, and the tick on whose basis it stands."""


class Answering(Protocol):
    """What a replay needs of the field."""

    modelled: set[tuple[str, str]]
    """Campaign and device of whoever gave an answer that was never observed."""

    def answer(self, asked: Asked, *, device: Device) -> list[Dated]:
        """What will be told in answer to a request."""


class AsRecorded:
    """The recorded history itself: every request gets the answers that the log has for its id."""

    def __init__(self, recorded: Recorded) -> None:
        """The field of a recorded run."""
        self.modelled: set[tuple[str, str]] = set()
        self._recorded = recorded

    def answer(self, asked: Asked, *, device: Device) -> list[Dated]:
        """What the log has for the id of a request; nothing is silence."""
        found = self._recorded.answers.get(asked.request.request_id, ())
        return [(told.tick, Answer(told.event)) for told in found]


class CommonLuck:
    """The field of another history: observed where the log has the question, else a donor's."""

    def __init__(self, recorded: Recorded, donors: Donors) -> None:
        """The field as the recorded history knows it."""
        self.modelled: set[tuple[str, str]] = set()
        self._recorded = recorded
        self._ticks = recorded.ticks
        self._retired = recorded.retired
        self._donors = donors

    def answer(self, asked: Asked, *, device: Device) -> list[Dated]:
        """Observed answers, moved with the request; a donor's for what was never observed."""
        then = self._donors.seen.get(asked.question)
        if then is None:
            return list(self._borrowed(asked, device, after=timedelta()))
        found = list(self._observed(asked, then))
        if self._donors.is_cut_short(then) and self._watched(asked) > then.watched:
            found += self._borrowed(asked, device, after=then.watched)
        return found

    def _observed(self, asked: Asked, then: Seen) -> Iterator[Dated]:
        by = asked.at - then.asked.at
        is_modelled = (asked.question.campaign_id, asked.question.device_id) in self.modelled
        for told in then.answers:
            answer = shifted(told.event, asked=asked, then=then.asked, by_truth=is_modelled)
            if not by:
                yield told.tick, answer
            elif self._is_there(asked, answer):
                yield self._ticks.of(answer.event.recorded_at), answer

    def _borrowed(self, asked: Asked, device: Device, *, after: timedelta) -> Iterator[Dated]:
        """What a donor told later than a span after its request."""
        question = asked.question
        self.modelled.add((question.campaign_id, question.device_id))
        donor = self._donors.draw(question, after=after)
        for told in donor.answers if donor is not None else ():
            assert donor is not None  # it has answers
            if told.event.occurred_at - donor.asked.at <= after:
                continue
            answer = borrowed(told.event, asked=asked, donor=donor.asked, device=device)
            if answer is not None and self._is_there(asked, answer):
                yield self._ticks.of(answer.event.recorded_at), answer

    def _is_there(self, asked: Asked, answer: Answer) -> bool:
        """Whether the device still has its place then; an exchanged hub answers nothing."""
        retired = self._retired.get(asked.question.device_id)
        return retired is None or answer.event.occurred_at < retired

    def _watched(self, asked: Asked) -> timedelta:
        """How long the run can hear of a request that is asked now."""
        ends = self._ticks.ends
        return min(ends, self._retired.get(asked.question.device_id, ends)) - asked.at
