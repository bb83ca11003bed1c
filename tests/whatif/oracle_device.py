"""What devices of the oracle do when they are asked: one process each, second by second."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from tests.whatif.oracle_world import DAY, Member, News, World
from twin.campaign.dated import execute_at
from twin.campaign.plan import Plan
from twin.campaign.windows import next_opening
from twin.fleet.firmware.bad_image import bad_model
from twin.fleet.numbers.shapes import spread, waiting
from twin.ingest.catalogue import Catalogue
from twin.rules.waking import asleep_for, next_wake
from twin.vocabulary import DeviceType, FailureCause

HALF_DAY: Final = 43_200


class Device:
    """How a device of one run answers; what it has told is put into the `News` of the attempt."""

    def __init__(self, world: World, catalogue: Catalogue) -> None:
        self.world = world
        self.bad_model = bad_model(catalogue=catalogue, seed=world.scenario.seed)
        self.runs: dict[tuple[int, int], int] = {}
        self.ever_ran: set[int] = set()

    def opening(self, plan: Plan, day: int) -> int:
        """The second at which a request that disturbs goes out."""
        now = self.world.start + timedelta(days=day)
        asleep = asleep_for(device_type=plan.device_type)
        at = next_opening(windows=plan.windows, at=now, lasting=asleep)
        return int((at - self.world.start).total_seconds())

    def report(self, member: Member, at: int) -> Any:
        """A device's report arrives some seconds after what it tells of."""
        late = (
            self.world.luck(member.index, "delay.device")
            * self.world.rows.device_report_delay_longest
        )
        return self.world.until(at + int(late))

    def awake(self, plan: Plan, member: Member, second: int) -> int:
        """A gas meter fetches what was left for it when it next wakes (BR37)."""
        if plan.device_type is not DeviceType.GSME:
            return second
        period = int(self.world.question.rows.han.gas_wake * 60)
        phase = int(self.world.luck(member.entity, "gas.wake") * period)
        return next_wake(at=second, phase=phase, period=period)

    def after(self, plan: Plan, member: Member, name: str, ratio: float = 1.0) -> int:
        """Seconds of a step, log-normal by its rows."""
        hours = spread(
            self.world.luck(member.entity, f"{name}.delay", member.attempt),
            median=getattr(self.world.rows, f"{name}_delay").of(plan.device_type),
            sigma=getattr(self.world.rows, f"{name}_spread"),
        )
        return 1 + int(hours * ratio * 3600)

    def delivery(self, plan: Plan, member: Member, requested: int, news: News) -> Iterator[Any]:
        """To the hub, over the home area network, and the hash is checked (BR28 to BR31)."""
        rows, more, entity, nth = (
            self.world.rows,
            self.world.firmware,
            member.entity,
            member.attempt,
        )
        over_the_air = plan.device_type is not DeviceType.CHF

        def happens(purpose: str, share: float) -> bool:
            return self.world.luck(entity, purpose, nth) < share

        yield self.world.until(requested)
        if happens("update.warned", more.warned_share):
            lists = more.warning_list_share
            news.failed = FailureCause(lists.pick(self.world.luck(entity, "update.list", nth)))
            return
        if self.world.luck(entity, "firmware.silent") < rows.silent_device_share:
            return
        at = requested + self.after(plan, member, "delivery", self.ratio(member))
        yield self.world.until(at)
        if happens("firmware.undelivered", rows.undelivered_share):
            if happens("delivery.told", more.delivery_failure_told_share):
                news.failed = FailureCause.NOT_DELIVERED
            return
        news.at_hub_at = at
        at = self.awake(plan, member, at + self.after(plan, member, "verification"))
        if happens("firmware.unverified", rows.unverified_share.of(plan.device_type)):
            yield self.report(member, at)
            if over_the_air and happens("transfer.told", more.transfer_failure_told_share):
                fault = more.transfer_fault_share.pick(
                    self.world.luck(entity, "transfer.fault", nth)
                )
                news.failed = FailureCause(fault)
            elif happens("verification.told", more.verification_failure_told_share):
                news.failed = FailureCause.VERIFICATION_FAILED
            return
        if over_the_air:
            self.world.env.process(self.passed_on(member, at, news))
            luck = self.world.luck(entity, "verification.after-transfer", nth)
            at += 1 + int(luck * more.verified_after_transfer)
        yield self.report(member, at)
        news.verified = True

    def passed_on(self, member: Member, at: int, news: News) -> Iterator[Any]:
        """The hub tells that it passed the image on (0x8F8A): it is still not verified."""
        yield self.report(member, at)
        news.at_hub_at = at

    def ratio(self, member: Member) -> float:
        """How many times as long images take in the region of a device."""
        region = member.stratum.split("|")[0]
        slow = {str(one.region): one.delivery_ratio for one in self.world.scenario.slow_regions}
        return slow.get(region, 1.0)

    def activation(self, plan: Plan, member: Member, today: int, news: News) -> Iterator[Any]:
        """At once, at the plan's moment, or in a coming night (BR33); it may fail, or be lost."""
        rows, more, entity, nth = (
            self.world.rows,
            self.world.firmware,
            member.entity,
            member.attempt,
        )
        asked_at = self.world.start + timedelta(days=today)
        planned = execute_at(activation=plan.activation, windows=plan.windows, asked_at=asked_at)
        begins = today * DAY if planned is not None else self.opening(plan, today)
        accept = self.world.luck(entity, "accepted.activate", nth) * rows.request_acceptance_longest
        accepted = begins + 1 + int(accept)
        self.world.env.process(self.noted(accepted, news))
        if self.world.luck(entity, "activation.unanswered", nth) < rows.activation_unanswered_share:
            return
        at = self.awake(plan, member, accepted + self.after(plan, member, "activation"))
        if planned is not None:
            moment = int((planned - self.world.start).total_seconds())
            at = moment if moment > accepted else at
        elif self.world.luck(entity, "activation.dated", nth) < more.future_dated_share:
            night = self.night(accepted, self.world.luck(entity, "activation.night", nth))
            if self.world.luck(entity, "activation.cancelled", nth) < more.cancelled_share:
                yield self.report(member, (min(at, night - 1) + night) // 2)
                news.failed = FailureCause.ACTIVATION_CANCELLED
                return
            at = night
        share = rows.activation_failed_share.of(plan.device_type)
        if self.world.luck(entity, "activation.failed", nth) < max(
            share, self.bad_for(plan, member)
        ):
            yield self.report(member, at)
            outcomes = rows.activation_outcome_share
            news.failed = FailureCause(
                outcomes.pick(self.world.luck(entity, "activation.outcome", nth))
            )
            return
        yield self.world.until(at)
        self.runs[entity, nth] = at
        if entity not in self.ever_ran:
            self.ever_ran.add(entity)
            self.world.happened(at // DAY, plan.device_type, member, "activated")
        if self.world.luck(entity, "activation.response-lost", nth) >= rows.response_lost_share:
            yield self.report(member, at)
            news.activated_at = at

    def noted(self, accepted: int, news: News) -> Iterator[Any]:
        """The request to activate has gone out."""
        yield self.world.until(accepted)
        news.asked_at = accepted

    def night(self, accepted: int, luck: float) -> int:
        """An hour of the night half a day ahead or more, one of some nights."""
        first = self.world.start + timedelta(seconds=accepted + HALF_DAY)
        hour = timedelta(hours=self.world.firmware.future_dated_hour)
        night = first.replace(hour=0, minute=0, second=0) + hour
        if night < first:
            night += timedelta(days=1)
        nights = int(luck * self.world.firmware.future_dated_days)
        return int((night - self.world.start).total_seconds()) + nights * DAY

    def read(self, plan: Plan, member: Member, today: int, nth: int, news: News) -> Iterator[Any]:
        """The version is asked for (11.2); an answer counts if the image runs by then."""
        number, rows, attempt = member.attempt * 1000 + nth, self.world.rows, member.attempt
        if self.world.luck(member.entity, "read.unanswered", number) < rows.read_unanswered_share:
            return
        accept = self.world.luck(member.entity, "accepted.read", number)
        second = today * DAY + 1 + int(accept * rows.request_acceptance_longest)
        delay = waiting(
            self.world.luck(member.entity, "read.delay", number), mean=rows.read_delay * 3600
        )
        second = self.awake(plan, member, second + 1 + int(delay))
        yield self.world.until(second)
        if self.runs.get((member.entity, attempt), second + 1) <= second:
            news.read = True

    def bad_for(self, plan: Plan, member: Member) -> float:
        """The chance that the image is bad for a device."""
        model = member.stratum.split("|")[2]
        if self.world.scenario.bad_images is None:
            is_bad = plan.device_type is DeviceType.ESME and model == self.bad_model
            return self.world.firmware.bad_image_failed_share if is_bad else 0.0
        found = [0.0]
        shares = 0
        for image in self.world.scenario.bad_images:
            if image.device_type != plan.device_type:
                continue
            if image.model is not None:
                found.append(image.failed_share if image.model == model else 0.0)
                continue
            if self.world.luck(member.entity, f"firmware.bad.{shares}") < image.share:
                found.append(image.failed_share)
            shares += 1
        return max(found)
