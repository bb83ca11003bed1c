"""How the programme of the oracle follows one attempt up, midnight by midnight."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from typing import Any, Final

from tests.whatif.oracle_device import Device
from tests.whatif.oracle_world import DAY, Member, News, World
from twin.campaign.dated import silent_since
from twin.campaign.plan import Plan
from twin.state.failures import BLAMED
from twin.vocabulary import FailureCause

LOOKS: Final = 0.25
"""Part of a second after midnight: attempts are followed up before the programme counts."""
FAILED, TIMED_OUT, CONFIRMED = "failed", "timed_out", "confirmed"


class Attempts:
    """All attempts of one run; `moves` hears where a member stands from now on."""

    def __init__(
        self, world: World, device: Device, moves: Callable[[Plan, Member, str], None]
    ) -> None:
        self.world = world
        self.device = device
        self.moves = moves

    def followed(self, plan: Plan, member: Member, day: int) -> Iterator[Any]:
        """The programme follows an attempt up, midnight by midnight (rollout, section 4).

        What a device has told by then is looked at first; then its time may be over; then it is
        told to activate what it has verified, and read where it told of that or has been silent.
        """
        accept = self.world.luck(member.entity, "accepted.update", member.attempt)
        requested = (
            self.device.opening(plan, day)
            + 1
            + int(accept * self.world.rows.request_acceptance_longest)
        )
        news, asked, reads, policy = News(), False, 0, plan.policy
        self.world.env.process(self.device.delivery(plan, member, requested, news))
        for today in count(day + 1):
            yield self.world.until(today * DAY + LOOKS)
            if requested <= today * DAY and member.known != "requested":
                self.moves(plan, member, "requested")
            if news.read:
                self.ended(plan, member, CONFIRMED, today)
                return
            if news.failed:
                self.failed(plan, member, FAILED, news.failed, (today, today))
                return
            since = self.silent_since(plan, requested) if asked else requested
            waited = today * DAY - since
            over = self.over(plan, requested, since, today, news, asked=asked)
            if over is not None:
                # its own word is counted with the next tick
                yield self.world.until((today + 1) * DAY + LOOKS)
                self.failed(plan, member, TIMED_OUT, over, (today, today + 1))
                return
            if news.verified and not asked:
                asked = True
                self.world.env.process(self.device.activation(plan, member, today, news))
            elif news.activated_at or (asked and waited >= policy.read_after_days * DAY):
                self.world.env.process(self.device.read(plan, member, today, reads, news))
                reads += 1

    def silent_since(self, plan: Plan, requested: int) -> float:
        """From when a device counts as silent that was told to activate."""
        at = silent_since(
            activation=plan.activation,
            windows=plan.windows,
            requested_at=self.world.start + timedelta(seconds=requested),
        )
        return (at - self.world.start).total_seconds()

    def over(
        self, plan: Plan, requested: int, since: float, today: int, news: News, *, asked: bool
    ) -> FailureCause | None:
        """The step whose time is over at a tick, or that at which the whole time is over."""
        policy, now = plan.policy, today * DAY
        if news.activated_at is not None:
            allowed = policy.confirm_days or policy.follow_up_days
            is_over = now - news.activated_at >= allowed * DAY
            return FailureCause.CONFIRMATION_TIMED_OUT if is_over else None
        cause, begun, days = FailureCause.DELIVERY_TIMED_OUT, float(requested), policy.delivery_days
        if news.verified:
            cause, days = FailureCause.ACTIVATION_TIMED_OUT, None
            if asked and news.asked_at is not None:
                begun, days = self.silent_since(plan, news.asked_at), policy.activation_days
        elif news.at_hub_at is not None:
            cause = FailureCause.TRANSFER_TIMED_OUT
            begun, days = news.at_hub_at, policy.transfer_days
        is_late = days is not None and now - begun >= days * DAY
        return cause if is_late or now - since >= policy.follow_up_days * DAY else None

    def failed(
        self, plan: Plan, member: Member, how: str, cause: FailureCause, days: tuple[int, int]
    ) -> None:
        """An attempt came to nothing on the first of two days, which is known on the second.

        Another follows if the policy says so of its cause (`Policy.after`, decision 0028).
        """
        policy, after = plan.policy, plan.policy.after(cause)
        member.causes.append(cause)
        ended_so = member.causes.count(cause)
        left = member.attempt < policy.attempts_max and after.then != "never"
        if not left or (after.retries is not None and ended_so > after.retries):
            self.ended(plan, member, how, days[1])
            return
        self.moves(plan, member, "retrying")
        member.again_at = max((days[0] + after.after_days) * DAY, days[1] * DAY)
        own = sum(one in BLAMED for one in member.causes)
        if after.then == "quarantine" or (cause in BLAMED and own >= policy.quarantine_after):
            quarantined = (days[0] + policy.quarantine_days) * DAY
            member.again_at = max(member.again_at, quarantined)

    def ended(self, plan: Plan, member: Member, how: str, known: int) -> None:
        """The outcome of a device is known at a tick."""
        self.moves(plan, member, how)
        self.world.happened(known - 1, plan.device_type, member, how)
